import { ScriptParser } from '../syntax/script-parser.js';
import type { FunctionNode } from '../syntax/script-node.js';

/** The variable that carries a function to other shells. */
export const functionVariable = (name: string): string => `BASH_FUNC_${name}%%`;

const CARRIED = /^BASH_FUNC_(.+)%%$/;

/** The functions that an environment carries. */
export function importedFunctions(env: ReadonlyMap<string, string>): Map<string, FunctionNode> {
  const functions = new Map<string, FunctionNode>();
  for (const [variable, value] of env) {
    const name = CARRIED.exec(variable)?.[1];
    if (name === undefined) continue;
    const parsed = ScriptParser.of(`${name} ${value}`, { flavour: 'bash' }).nextCommand();
    const node = parsed.ok ? parsed.value?.items[0]?.first.commands[0] : undefined;
    if (node?.type === 'function') functions.set(name, node);
  }
  return functions;
}
