import { ACCESS, FILE_ERROR_TEXT, TextInput, resolvePath, type Coroutine, type FileErrorCode } from '@seatrial/kernel';
import { expandQuotedText, expandText, expandWords } from '../expansion/expand-word.js';
import { readParameter } from '../expansion/parameter-value.js';
import type { RedirectionNode } from '../syntax/script-node.js';
import { assignScalar } from './assign.js';
import { OpenFile, openNode } from './open-file.js';
import type { Shell } from './shell.js';
import { descriptorOf } from './stream-files.js';

/** Runs a body with redirections in place and puts the descriptors back; status 1 when one cannot be made. */
export function* withRedirections(
  shell: Shell,
  redirections: readonly RedirectionNode[],
  body: () => Coroutine<number>,
): Coroutine<number> {
  if (redirections.length === 0) return yield* body();
  const saved = shell.descriptors;
  const table = saved.clone();
  shell.descriptors = table;
  try {
    return (yield* redirect(shell, redirections)) ? yield* body() : redirectionFailure(shell);
  } finally {
    shell.descriptors = saved;
    table.closeAll();
  }
}

export function redirectionFailure(shell: Shell): number {
  return shell.flavour === 'ash' ? 1 : 1;
}

/** Makes redirections in the shell's own table, in order. False (with the message printed) when one fails. */
export function* redirect(shell: Shell, redirections: readonly RedirectionNode[]): Coroutine<boolean> {
  for (const redirection of redirections) {
    const problem = yield* redirectOne(shell, redirection);
    if (problem === undefined) continue;
    yield* shell.complain(problem);
    return false;
  }
  return true;
}

const DEFAULT_DESCRIPTOR: Readonly<Record<string, number>> = { '<': 0, '<&': 0, '<>': 0, '<<': 0, '<<-': 0, '<<<': 0 };

/** The message when it fails. */
function* redirectOne(shell: Shell, redirection: RedirectionNode): Coroutine<string | undefined> {
  const { operator } = redirection;
  const descriptor =
    redirection.variable === undefined
      ? (redirection.descriptor ?? DEFAULT_DESCRIPTOR[operator] ?? 1)
      : shell.descriptors.free();
  if (operator === '<<' || operator === '<<-') {
    const text = yield* expandQuotedText(shell, redirection.body ?? []);
    shell.descriptors.set(descriptor, new OpenFile(new TextInput(text), undefined));
    return undefined;
  }
  if (operator === '<<<') {
    const text = yield* expandText(shell, redirection.target.parts);
    shell.descriptors.set(descriptor, new OpenFile(new TextInput(`${text}\n`), undefined));
    return undefined;
  }
  const words = yield* expandWords(shell, [redirection.target]);
  if (words.length !== 1) return `${redirection.target.text}: ambiguous redirect`;
  const [target] = words;
  if (operator === '<&' || (operator === '>&' && /^\d+-?$|^-$/.test(target)))
    return yield* duplicate(shell, redirection, descriptor, target);
  const file = openTarget(shell, operator, target);
  if (typeof file === 'string') return file;
  if (operator === '&>' || operator === '&>>' || operator === '>&') {
    shell.descriptors.set(1, file);
    shell.descriptors.set(2, file.retain());
    return undefined;
  }
  shell.descriptors.set(descriptor, file);
  if (redirection.variable !== undefined) assignScalar(shell, redirection.variable, String(descriptor), false);
  return undefined;
}

/** The value of a variable or an element of an array, by its name as it was written. */
function* readVariable(shell: Shell, name: string): Coroutine<string | undefined> {
  const [, base, key] = /^(\w+)\[(.*)\]$/.exec(name) ?? [];
  if (base === undefined) return shell.state.variables.read(name);
  const found = yield* readParameter(shell, base, { text: key, parts: [{ type: 'literal', text: key }] });
  return found.list ? undefined : found.value;
}

function* duplicate(
  shell: Shell,
  redirection: RedirectionNode,
  descriptor: number,
  target: string,
): Coroutine<string | undefined> {
  const given = redirection.variable === undefined ? undefined : yield* readVariable(shell, redirection.variable);
  if (target === '-') {
    shell.descriptors.close(given === undefined ? descriptor : Number(given));
    return undefined;
  }
  const found = /^(\d+)(-?)$/.exec(target);
  if (!found) return `${redirection.target.text}: ambiguous redirect`;
  if (!shell.descriptors.duplicate(Number(found[1]), descriptor)) return `${found[1]}: Bad file descriptor`;
  if (found[2] === '-') shell.descriptors.close(Number(found[1]));
  if (redirection.variable !== undefined) assignScalar(shell, redirection.variable, String(descriptor), false);
  return undefined;
}

function failure(shell: Shell, target: string, code: FileErrorCode, writing: boolean): string {
  if (shell.flavour === 'bash') return `${target}: ${FILE_ERROR_TEXT[code]}`;
  const missing = writing ? 'nonexistent directory' : 'no such file';
  return `can't ${writing ? 'create' : 'open'} ${target}: ${code === 'ENOENT' ? missing : FILE_ERROR_TEXT[code]}`;
}

/** Opens a file for a redirection: the message when that fails. */
function openTarget(shell: Shell, operator: string, target: string): OpenFile | string {
  const descriptor = descriptorOf(target);
  const file = descriptor === undefined ? undefined : shell.descriptors.get(descriptor);
  if (file) return file.retain();
  const { files } = shell.machine;
  if (target === '') return failure(shell, target, 'ENOENT', operator !== '<');
  const path = resolvePath(shell.state.cwd, target);
  if (operator === '<') {
    const found = files.stat(path);
    if (!found.ok) return failure(shell, target, found.error, false);
    if (!files.permits(found.value, ACCESS.read)) return failure(shell, target, 'EACCES', false);
    if (found.value.type === 'file' || found.value.type === 'device')
      return openNode(shell.machine, found.value, false);
    // Opening a directory works; reading it does not.
    return new OpenFile(new TextInput(''), undefined);
  }
  return openForWriting(shell, operator, target, path);
}

function openForWriting(shell: Shell, operator: string, target: string, path: string): OpenFile | string {
  const { files } = shell.machine;
  const append = operator === '>>' || operator === '&>>';
  const found = files.stat(path);
  if (target.endsWith('/') && !found.ok) return failure(shell, target, 'EISDIR', true);
  const guarded = shell.option('noclobber') && (operator === '>' || operator === '&>');
  if (guarded && found.ok && found.value.type === 'file')
    return shell.flavour === 'ash'
      ? failure(shell, target, 'EEXIST', true)
      : `${target}: cannot overwrite existing file`;
  const options = { append: append || operator === '<>', mode: 0o666 & ~shell.state.umask, owner: shell.process.user };
  if (found.ok && found.value.type === 'device' && files.permits(found.value, ACCESS.write))
    return openNode(shell.machine, found.value, append);
  const opened = files.writeFile(path, '', options);
  if (!opened.ok) return failure(shell, target, opened.error, true);
  return opened.value ? openNode(shell.machine, opened.value, append) : new OpenFile(undefined, undefined);
}
