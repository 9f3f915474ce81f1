import type { Coroutine, FileNode } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { runToEnd } from '../system/run-to-end.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { FindParser } from './find-expression.js';
import { FindFailure, type Entry, type Test } from './find-test.js';
import { joinPath } from './walk.js';

/** What a path names; links are followed where that was asked for, but for those that lead nowhere. */
function lookAt(tool: Tool, parser: FindParser, path: string, depth: number): ReturnType<Tool['stat']> {
  if (parser.follows === 'all' || (parser.follows === 'arguments' && depth === 0)) {
    const followed = tool.stat(path, true);
    if (followed.ok) return followed;
  }
  return tool.stat(path, false);
}

function* visit(
  tool: Tool,
  parser: FindParser,
  test: Test,
  path: string,
  above: readonly FileNode[] = [],
): Coroutine<boolean> {
  const depth = above.length;
  const found = lookAt(tool, parser, path, depth);
  if (!found.ok) {
    yield* tool.complain(
      tool.machine.programs.has('busybox')
        ? `${path}: ${errorText(found.error)}`
        : `${tool.quote(path)}: ${errorText(found.error)}`,
    );
    return false;
  }
  tool.charge(1);
  const name = path.replace(/\/+$/, '').replace(/^.*\//, '') || path;
  const entry: Entry = { path, name, node: found.value, depth, pruned: false };
  let good = true;
  const use = function* (): Coroutine<void> {
    if (depth >= parser.minDepth && (yield* test(entry)) && !parser.acts) yield* tool.out(`${path}\n`);
  };
  if (!parser.depthFirst) yield* use();
  if (found.value.type === 'directory' && depth < parser.maxDepth && !entry.pruned && !above.includes(found.value)) {
    const listed = tool.machine.files.readDirectory(tool.path(path));
    if (!listed.ok) {
      good = false;
      yield* tool.complain(
        `${tool.machine.programs.has('busybox') ? path : tool.quote(path)}: ${errorText(listed.error)}`,
      );
    }
    for (const inner of listed.ok ? listed.value : [])
      good = (yield* visit(tool, parser, test, joinPath(path, inner), [...above, found.value])) && good;
  }
  if (parser.depthFirst) yield* use();
  return good;
}

export const find = defineCommand({
  name: 'find',
  program: toolProgram(function* (tool) {
    const words = tool.args.filter((arg, index) => index > 2 || !/^-[HLP]$/.test(arg));
    const split = words.findIndex((word) => /^[-(!]/.test(word));
    const paths = split < 0 ? words : words.slice(0, split);
    const parser = new FindParser(tool, split < 0 ? [] : words.slice(split));
    const option = tool.args.find((arg, index) => index <= 2 && /^-[HLP]$/.test(arg));
    if (option === '-L') parser.follows = 'all';
    if (option === '-H') parser.follows = 'arguments';
    let test: Test;
    try {
      test = parser.parse();
    } catch (error) {
      if (!(error instanceof FindFailure)) throw error;
      return yield* tool.die(error.message);
    }
    let status = 0;
    for (const path of paths.length > 0 ? paths : ['.']) if (!(yield* visit(tool, parser, test, path))) status = 1;
    for (const { argv, paths: found } of parser.batches)
      if (found.length > 0 && (yield* runToEnd(tool, [...argv, ...found])) !== 0) status = 1;
    return status;
  }),
});
