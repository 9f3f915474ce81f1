import type { Coroutine } from '@seatrial/kernel';
import type { Shell } from '../evaluation/shell.js';
import { inHashOrder } from '../evaluation/hash-order.js';
import type { Variable } from '../evaluation/variables.js';
import type { Subscript } from '../syntax/script-node.js';
import { tryArithmetic } from './arithmetic-expansion.js';
import { expandQuotedText } from './expand-word.js';
import { specialParameter } from './special-parameter.js';

/** What a parameter stands for: one text, or the elements of a list (`$@`, `${a[*]}`). */
export type ParameterValue =
  | { readonly list: false; readonly value: string | undefined }
  | { readonly list: true; readonly values: readonly string[]; readonly star: boolean };

/** Elements in order of their index, or of their place in the hash table. */
export function arrayEntries(variable: Variable | undefined): [string, string][] {
  if (!variable) return [];
  if (variable.indexed)
    return [...variable.indexed].sort(([a], [b]) => a - b).map(([index, value]) => [String(index), value]);
  if (variable.associative) return inHashOrder(variable.associative);
  return variable.value === undefined ? [] : [['0', variable.value]];
}

/** The key that a subscript names in this variable; an arithmetic error gives up the command line. */
export function* subscriptKey(shell: Shell, name: string, subscript: Subscript): Coroutine<string | number> {
  const text = yield* expandQuotedText(shell, subscript.parts);
  const variable = shell.state.variables.get(name);
  if (variable?.associative) return text;
  const result = tryArithmetic(shell, text);
  if ('error' in result) return yield* shell.discard(result.error);
  return Number(result.value);
}

export function* readParameter(shell: Shell, name: string, subscript?: Subscript): Coroutine<ParameterValue> {
  if (name === '@' || name === '*') return { list: true, values: shell.state.positional, star: name === '*' };
  if (subscript?.text === '@' || subscript?.text === '*') {
    const values = arrayEntries(shell.state.variables.get(name)).map(([, value]) => value);
    return { list: true, values: dynamicArray(shell, name) ?? values, star: subscript.text === '*' };
  }
  if (!subscript) {
    const value = specialParameter(shell, name) ?? shell.state.variables.read(name) ?? dynamicArray(shell, name)?.[0];
    return { list: false, value };
  }
  const key = yield* subscriptKey(shell, name, subscript);
  const dynamic = dynamicArray(shell, name);
  if (dynamic && typeof key === 'number') return { list: false, value: dynamic[key] };
  return { list: false, value: readElement(shell.state.variables.get(name), key) };
}

function readElement(variable: Variable | undefined, key: string | number): string | undefined {
  if (typeof key === 'string') return variable?.associative?.get(key);
  if (!variable?.indexed) return key === 0 || key === -1 ? variable?.value : undefined;
  if (key >= 0) return variable.indexed.get(key);
  return variable.indexed.get(Math.max(-1, ...variable.indexed.keys()) + 1 + key);
}

/** Arrays that the shell itself keeps. */
function dynamicArray(shell: Shell, name: string): string[] | undefined {
  switch (name) {
    case 'PIPESTATUS':
      return shell.state.pipeStatus.map(String);
    case 'FUNCNAME': {
      if (!shell.frames.some((frame) => frame.kind === 'function')) return undefined;
      const names = shell.frames.map((frame) => (frame.kind === 'function' ? frame.name : 'source')).reverse();
      return shell.scriptFile ? [...names, 'main'] : names;
    }
    case 'BASH_SOURCE': {
      const names = shell.frames.filter((frame) => frame.kind === 'file').map((frame) => frame.name);
      return names.length === 0 ? undefined : names.reverse();
    }
    case 'BASH_LINENO':
      return shell.frames.map((frame) => String(frame.line)).reverse();
    case 'DIRSTACK':
      return [shell.state.cwd, ...shell.state.directoryStack];
    case 'GROUPS':
      return ['0'];
    case 'BASH_VERSINFO':
      return ['5', '2', '15', '1', 'release', 'x86_64-pc-linux-gnu'];
    default:
      return undefined;
  }
}
