import { baseName, type Coroutine } from '@seatrial/kernel';
import { errorText, type Tool } from '../tool/tool.js';
import { joinPath } from './walk.js';

/** Whether a command has the operands that it needs; says so when it has not. */
export function* needOperands(tool: Tool, operands: readonly string[], count = 1): Coroutine<boolean> {
  if (operands.length >= count) return true;
  const text = operands.length === 0 ? 'missing operand' : `missing destination file operand after '${operands[0]}'`;
  const file = ['cp', 'mv', 'touch', 'ln'].includes(tool.name) && operands.length === 0 ? 'missing file operand' : text;
  yield* tool.wrongCall(file);
  return false;
}

/** Where each source of `cp`, `mv` and `ln` goes. */
export function* destinations(
  tool: Tool,
  operands: readonly string[],
  target: string | undefined,
): Coroutine<(readonly [source: string, destination: string])[] | undefined> {
  if (target !== undefined) return operands.map((source) => [source, joinPath(target, baseName(tool.path(source)))]);
  if (!(yield* needOperands(tool, operands, 2))) return undefined;
  const last = operands[operands.length - 1];
  const sources = operands.slice(0, -1);
  const node = tool.stat(last);
  const folder = node.ok && node.value.type === 'directory';
  if (sources.length > 1 && !folder) {
    const problem = errorText(tool.name === 'ln' || !node.ok ? 'ENOENT' : 'ENOTDIR');
    yield* tool.complain(`target '${last}': ${problem}`);
    return undefined;
  }
  return sources.map((source) => [source, folder ? joinPath(last, baseName(tool.path(source))) : last]);
}
