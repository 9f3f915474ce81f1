import { baseName } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { destinations } from './operands.js';

/** Gives what is there another path; what mv says when it cannot. */
function move(tool: Tool, source: string, destination: string): string | undefined {
  if (tool.path(source) === tool.path(destination)) return `'${source}' and '${destination}' are the same file`;
  const moved = tool.machine.files.rename(tool.path(source), tool.path(destination));
  if (moved.ok) return undefined;
  return moved.error === 'EINVAL'
    ? `cannot move '${source}' to a subdirectory of itself, '${destination}'`
    : `cannot move '${source}' to '${destination}': ${errorText(moved.error)}`;
}

export const mv = defineCommand({
  name: 'mv',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-f --force, -i --interactive, -n --no-clobber, -u --update, -v --verbose, -t --target-directory=, -T --no-target-directory',
    );
    const pairs = yield* destinations(tool, operands, values.get('t')?.at(-1));
    if (!pairs) return 1;
    let status = 0;
    for (const [source, destination] of pairs) {
      const node = tool.stat(source, false);
      if (node.ok && flags.has('n') && tool.stat(destination).ok) continue;
      const problem = node.ok ? move(tool, source, destination) : `cannot stat '${source}': ${errorText(node.error)}`;
      if (problem !== undefined) {
        status = 1;
        yield* tool.complain(problem);
      } else if (flags.has('v')) yield* tool.out(`renamed '${source}' -> '${destination}'\n`);
    }
    return status;
  }),
});

export const ln = defineCommand({
  name: 'ln',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options(
      '-s --symbolic, -f --force, -n --no-dereference, -v --verbose, -r --relative, -T, -i',
    );
    const pairs =
      operands.length === 1
        ? [[operands[0], baseName(operands[0])] as const]
        : yield* destinations(tool, operands, undefined);
    if (!pairs) return 1;
    const { files } = tool.machine;
    let status = 0;
    for (const [source, destination] of pairs) {
      const path = tool.path(destination);
      if (flags.has('f') && files.stat(path, false).ok) files.remove(path);
      const node = tool.stat(source);
      const problem = flags.has('s') ? files.makeLink(path, source) : node.ok ? files.place(path, node.value) : node;
      if (problem.ok) continue;
      status = 1;
      const kind = flags.has('s') ? 'symbolic link' : 'hard link';
      yield* tool.complain(
        !flags.has('s') && !node.ok
          ? `failed to access '${source}': ${errorText(problem.error)}`
          : `failed to create ${kind} '${destination}': ${errorText(problem.error)}`,
      );
    }
    return status;
  }),
});
