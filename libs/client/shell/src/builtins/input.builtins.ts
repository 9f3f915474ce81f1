import { TextInput, type Coroutine, type Input } from '@seatrial/kernel';
import { assignArray, assignScalar } from '../evaluation/assign.js';
import { NOTHING_TO_READ } from '../evaluation/open-file.js';
import { quoteForReuse } from '../evaluation/quote.js';
import { runScriptText } from '../evaluation/run-script.js';
import type { Shell } from '../evaluation/shell.js';
import { waitOrSignal } from '../evaluation/wait-for-job.js';
import { complainAs, defineBuiltin, parseOptions, type Builtin } from './builtin.js';

interface ReadLimits {
  readonly delimiter: string;
  readonly raw: boolean;
  readonly count?: number;
  /** `-N`: delimiters do not end it. */
  readonly exact: boolean;
  readonly deadline?: number;
}

interface ReadResult {
  /** Characters; an escaped one is marked so that it does not separate fields. */
  readonly text: string;
  readonly escaped: ReadonlySet<number>;
  readonly end: 'delimiter' | 'end' | 'timeout' | 'signal';
}

function* readText(shell: Shell, input: Input, limits: ReadLimits): Coroutine<ReadResult> {
  let text = '';
  const escaped = new Set<number>();
  let escaping = false;
  for (;;) {
    const now = shell.machine.simulation.now();
    const wait = limits.deadline === undefined ? undefined : limits.deadline - now;
    if (!input.readable.ready) {
      if (wait !== undefined && wait <= 0) return { text, escaped, end: 'timeout' };
      const interrupted = yield* waitOrSignal(shell, input.readable, wait);
      if (interrupted !== undefined) return { text, escaped, end: 'signal' };
      if (!input.readable.ready) continue;
    }
    const piece = yield* input.read();
    if (piece === undefined) return { text, escaped, end: 'end' };
    shell.charge(1 + (piece.length >> 3));
    for (let i = 0; i < piece.length; i++) {
      const char = piece[i];
      if (escaping) {
        escaping = false;
        if (char === '\n') continue;
        escaped.add(text.length);
        text += char;
      } else if (char === '\\' && !limits.raw) escaping = true;
      else if (char === limits.delimiter && !limits.exact) {
        input.unread(piece.slice(i + 1));
        return { text, escaped, end: 'delimiter' };
      } else if (char !== '\0') text += char;
      if (limits.count !== undefined && text.length >= limits.count) {
        input.unread(piece.slice(i + 1));
        return { text, escaped, end: 'delimiter' };
      }
    }
  }
}

/** Splits a line for `read`: the last name gets the rest. */
function splitForRead(separators: string, line: ReadResult, count: number): string[] {
  const isSeparator = (i: number): boolean => separators.includes(line.text[i]) && !line.escaped.has(i);
  const isBlank = (i: number): boolean => isSeparator(i) && ' \t\n'.includes(line.text[i]);
  let start = 0;
  let end = line.text.length;
  while (start < end && isBlank(start)) start++;
  while (end > start && isBlank(end - 1)) end--;
  const fields: string[] = [];
  while (fields.length < count - 1 && start < end) {
    let i = start;
    while (i < end && !isSeparator(i)) i++;
    fields.push(line.text.slice(start, i));
    while (i < end && isBlank(i)) i++;
    if (i < end && isSeparator(i) && !isBlank(i)) {
      i++;
      while (i < end && isBlank(i)) i++;
    }
    start = i;
  }
  if (start < end || fields.length < count) fields.push(trimLast(line.text.slice(start, end), separators));
  return fields;
}

/** A single separator that is no blank at the very end belongs to nothing. */
function trimLast(text: string, separators: string): string {
  const last = text.at(-1);
  if (last === undefined || !separators.includes(last) || ' \t\n'.includes(last)) return text;
  const rest = text.slice(0, -1);
  return [...rest].some((char) => separators.includes(char)) ? text : rest;
}

const read = defineBuiltin({
  name: 'read',
  ash: true,
  *run(shell, args) {
    const { options, values, operands, invalid } = parseOptions(args, 'ersa:d:i:n:N:p:t:u:');
    if (invalid) return yield* complainAs(shell, 'read', `${invalid}: invalid option`, 2);
    for (const name of operands)
      if (!/^[A-Za-z_]\w*(\[.*\])?$/.test(name))
        return yield* complainAs(shell, 'read', `\`${name}': not a valid identifier`);
    const input = shell.descriptors.get(Number(values.get('u') ?? 0))?.input ?? NOTHING_TO_READ;
    const prompt = values.get('p');
    if (prompt !== undefined && input.isTerminal) yield* shell.write(2, prompt);
    const timeout = values.get('t');
    const count = values.get('n') ?? values.get('N');
    const silent = options.has('s') && input.isTerminal;
    if (silent) input.setEcho?.(false);
    const line = yield* readText(shell, input, {
      delimiter: values.has('d') ? (values.get('d')?.[0] ?? '\0') : '\n',
      raw: options.has('r'),
      exact: values.has('N'),
      ...(count === undefined ? {} : { count: Number(count) }),
      ...(timeout === undefined ? {} : { deadline: shell.machine.simulation.now() + Number(timeout) * 1000 }),
    });
    if (silent) input.setEcho?.(true);
    storeLine(shell, line, operands, values.get('a'));
    if (line.end === 'timeout') return 142;
    return line.end === 'delimiter' ? 0 : 1;
  },
});

function storeLine(shell: Shell, line: ReadResult, names: readonly string[], array: string | undefined): void {
  const separators = shell.fieldSeparators;
  if (array !== undefined) {
    const fields = line.text === '' ? [] : splitForRead(separators, line, Number.MAX_SAFE_INTEGER);
    assignArray(
      shell,
      array,
      fields.filter((field, index) => field !== '' || index < fields.length - 1).map((value) => ({ value })),
      false,
    );
    return;
  }
  if (names.length === 0) {
    assignScalar(shell, 'REPLY', line.text, false);
    return;
  }
  const fields = splitForRead(separators, line, names.length);
  for (const [index, name] of names.entries()) assignScalar(shell, name, fields[index] ?? '', false);
}

function mapfileBuiltin(name: string): Builtin {
  return defineBuiltin({
    name,
    *run(shell, args) {
      const { options, values, operands } = parseOptions(args, 'd:n:O:s:tu:C:c:');
      const input = shell.descriptors.get(Number(values.get('u') ?? 0))?.input ?? new TextInput('');
      const delimiter = values.has('d') ? (values.get('d')?.[0] ?? '\0') : '\n';
      let text = '';
      for (let piece = yield* input.read(); piece !== undefined; piece = yield* input.read()) {
        shell.charge(1 + (piece.length >> 3));
        text += piece;
      }
      const lines = text.split(delimiter).map((line) => line + delimiter);
      const last = lines.pop()?.slice(0, -delimiter.length) ?? '';
      if (last !== '') lines.push(last);
      const limit = Number(values.get('n') ?? 0);
      const skipped = lines.slice(Number(values.get('s') ?? 0));
      const kept = limit > 0 ? skipped.slice(0, limit) : skipped;
      const trimmed = options.has('t')
        ? kept.map((line) => (line.endsWith(delimiter) ? line.slice(0, -delimiter.length) : line))
        : kept;
      const origin = Number(values.get('O') ?? 0);
      const elements = trimmed.map((value, index) => ({ key: String(origin + index), value }));
      const callback = values.get('C');
      const quantum = Number(values.get('c') ?? 5000);
      if (callback !== undefined)
        for (const [at, { key, value }] of elements.entries())
          if ((at + 1) % quantum === 0)
            yield* runScriptText(shell, `${callback} ${key} ${quoteForReuse(value)}`, {
              firstLine: shell.line,
              label: name,
            });
      assignArray(shell, operands[0] ?? 'MAPFILE', elements, values.has('O'));
      return 0;
    },
  });
}

const getopts = defineBuiltin({
  name: 'getopts',
  ash: true,
  *run(shell, args) {
    const [optstring, name, ...given] = args;
    if (name === undefined) {
      yield* shell.write(2, 'getopts: usage: getopts optstring name [arg ...]\n');
      return 2;
    }
    const words = given.length > 0 ? given : shell.state.positional;
    const { variables } = shell.state;
    // Unset (`local OPTIND`), it begins anew.
    const index = Number(variables.read('OPTIND') ?? 1) || 1;
    const offset = shell.state.getoptsOffset || 1;
    const word = words[index - 1];
    const finish = (): number => {
      variables.ensure('OPTIND').value ||= String(index);
      assignScalar(shell, name, '?', false);
      variables.delete('OPTARG');
      return 1;
    };
    if (word === undefined || !/^-./.test(word)) return finish();
    if (word === '--') {
      variables.ensure('OPTIND').value = String(index + 1);
      return finish();
    }
    return yield* nextOption(shell, { optstring, name, words, index, offset, word });
  },
});

interface OptionPlace {
  readonly optstring: string;
  readonly name: string;
  readonly words: readonly string[];
  readonly index: number;
  readonly offset: number;
  readonly word: string;
}

function* nextOption(shell: Shell, place: OptionPlace): Coroutine<number> {
  const { optstring, name, words, index, offset, word } = place;
  const { variables } = shell.state;
  const silent = optstring.startsWith(':');
  const letter = word[offset];
  const known = letter === ':' ? -1 : optstring.indexOf(letter);
  const lastOfWord = offset + 1 >= word.length;
  const advance = (count: number): void => {
    variables.ensure('OPTIND').value = String(index + count);
    shell.state.getoptsOffset = 0;
  };
  if (known < 0) {
    if (lastOfWord) advance(1);
    else shell.state.getoptsOffset = offset + 1;
    assignScalar(shell, name, '?', false);
    if (silent) assignScalar(shell, 'OPTARG', letter, false);
    else {
      variables.delete('OPTARG');
      yield* shell.write(2, `${shell.state.name}: illegal option -- ${letter}\n`);
    }
    return 0;
  }
  if (optstring[known + 1] !== ':') {
    if (lastOfWord) advance(1);
    else shell.state.getoptsOffset = offset + 1;
    assignScalar(shell, name, letter, false);
    variables.delete('OPTARG');
    return 0;
  }
  const value = lastOfWord ? words.at(index) : word.slice(offset + 1);
  const missing = value === undefined || (lastOfWord && index >= words.length);
  advance(lastOfWord && !missing ? 2 : 1);
  if (missing) {
    assignScalar(shell, name, silent ? ':' : '?', false);
    if (silent) assignScalar(shell, 'OPTARG', letter, false);
    else yield* shell.write(2, `${shell.state.name}: option requires an argument -- ${letter}\n`);
    return 0;
  }
  assignScalar(shell, name, letter, false);
  assignScalar(shell, 'OPTARG', value, false);
  return 0;
}

export const INPUT_BUILTINS: readonly Builtin[] = [
  getopts,
  mapfileBuiltin('mapfile'),
  read,
  mapfileBuiltin('readarray'),
];
