import { ACCESS, compareStrings, type FileErrorCode, type FileNode } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { needOperands } from './operands.js';
import { joinPath } from './walk.js';

export const rmdir = defineCommand({
  name: 'rmdir',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options('-p --parents, -v --verbose, --ignore-fail-on-non-empty');
    if (!(yield* needOperands(tool, operands))) return 1;
    let status = 0;
    for (const operand of operands) {
      const node = tool.stat(operand, false);
      const removed =
        node.ok && node.value.type !== 'directory'
          ? { ok: false as const, error: 'ENOTDIR' as const }
          : tool.machine.files.remove(tool.path(operand));
      if (removed.ok || (flags.has('ignore-fail-on-non-empty') && removed.error === 'ENOTEMPTY')) continue;
      status = 1;
      yield* tool.complain(`failed to remove '${operand}': ${errorText(removed.error)}`);
    }
    return status;
  }),
});

export const rm = defineCommand({
  name: 'rm',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options(
      '-f --force, -r -R --recursive, -i, -I, -d --dir, -v --verbose, --no-preserve-root, --preserve-root',
    );
    if (operands.length === 0 && flags.has('f')) return 0;
    if (!(yield* needOperands(tool, operands))) return 1;
    let status = 0;
    for (const operand of operands) {
      const node = tool.stat(operand, false);
      const problem = removalProblem(operand, node.ok ? node.value : node.error, flags);
      if (problem !== undefined) {
        if (problem !== '') {
          status = 1;
          yield* tool.complain(problem);
        }
        continue;
      }
      const removed = tool.machine.files.remove(tool.path(operand), flags.has('r'));
      if (removed.ok) {
        if (flags.has('v'))
          yield* tool.out(`removed ${node.ok && node.value.type === 'directory' ? 'directory ' : ''}'${operand}'\n`);
        continue;
      }
      status = 1;
      const below = node.ok && flags.has('r') ? lockedBelow(tool, operand, node.value) : [];
      for (const path of below.length > 0 ? below : [operand])
        yield* tool.complain(`cannot remove '${path}': ${errorText(removed.error)}`);
    }
    return status;
  }),
});

/** What keeps a directory from being removed, deepest first; all else below it is removed. */
function lockedBelow(tool: Tool, path: string, node: FileNode): string[] {
  const { files } = tool.machine;
  tool.charge(1);
  if (node.type !== 'directory' || !files.permits(node, ACCESS.read | ACCESS.execute)) return [path];
  const locked = [...node.entries]
    .sort(([a], [b]) => compareStrings(a, b))
    .flatMap(([name, entry]) => {
      const inner = joinPath(path, name);
      if (files.remove(tool.path(inner), true).ok) return [];
      return entry.type === 'directory' && entry.entries.size > 0 ? lockedBelow(tool, inner, entry) : [inner];
    });
  if (locked.length > 0) return locked;
  return files.remove(tool.path(path)).ok ? [] : [path];
}

/** Why rm leaves something alone: a message, or '' when nothing need be said. */
function removalProblem(
  operand: string,
  found: FileNode | FileErrorCode,
  flags: ReadonlyMap<string, number>,
): string | undefined {
  if (typeof found === 'string')
    return flags.has('f') && found === 'ENOENT' ? '' : `cannot remove '${operand}': ${errorText(found)}`;
  if (/(^|\/)\.{1,2}\/*$/.test(operand)) return `refusing to remove '.' or '..' directory: skipping '${operand}'`;
  if (/^\/+$/.test(operand))
    return "it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe";
  if (found.type === 'directory' && !flags.has('r') && !(flags.has('d') && found.entries.size === 0))
    return `cannot remove '${operand}': ${errorText('EISDIR')}`;
  return undefined;
}
