import { editDistance, fail, ok, type Result } from '@seatrial/kernel';

/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In upper case. */
  readonly name: string;
  /** Leading `--flag=value` words. */
  readonly flags: ReadonlyMap<string, string>;
  /** What follows the name and the flags, continuation lines joined. */
  readonly rest: string;
  /** The words of the JSON form, when that is used. */
  readonly json: readonly string[] | undefined;
  /** The instruction as it was written, on one line. */
  readonly text: string;
  /** First and last line, from 1. */
  readonly first: number;
  readonly last: number;
}

/** A text that is no Dockerfile: the line, or 0 for the whole. */
export interface DockerfileProblem {
  readonly line: number;
  readonly message: string;
}

const NAMES = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
];

export function jsonWords(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

function unknown(name: string): string {
  const near = NAMES.find((known) => name.length < 20 && editDistance(known, name.toUpperCase()) <= 2);
  return `unknown instruction: ${name}${near === undefined ? '' : ` (did you mean ${near}?)`}`;
}

function parseInstruction(line: string, first: number, last: number): Result<Instruction, DockerfileProblem> {
  const [, typed, after] = /^(\S+)\s*([\s\S]*)$/.exec(line) ?? ['', line, ''];
  const name = typed.toUpperCase();
  if (!NAMES.includes(name)) return fail({ line: first, message: unknown(typed) });
  const flags = new Map<string, string>();
  let rest = after.trim();
  for (let found = /^--([a-z-]+)(?:=(\S*))?\s+/.exec(rest); found; found = /^--([a-z-]+)(?:=(\S*))?\s+/.exec(rest)) {
    flags.set(found[1], found[2] ?? 'true');
    rest = rest.slice(found[0].length);
  }
  if (rest === '' && name !== 'CMD') {
    const demand = name === 'FROM' ? 'file with no instructions' : `${name} requires at least one argument`;
    return fail({ line: first, message: demand });
  }
  return ok({ name, flags, rest, json: jsonWords(rest), text: `${name} ${after.trim()}`.trim(), first, last });
}

/** Reads a Dockerfile (BuildKit's parser): comments, continuation lines, JSON forms. */
export function parseDockerfile(text: string): Result<readonly Instruction[], DockerfileProblem> {
  const instructions: Instruction[] = [];
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const first = at + 1;
    let line = lines[at].trimStart();
    if (line.trim() === '' || line.startsWith('#')) continue;
    while (/\\\s*$/.test(line)) {
      line = line.replace(/\\\s*$/, '');
      if (++at >= lines.length) break;
      while (at < lines.length - 1 && (lines[at].trim() === '' || lines[at].trimStart().startsWith('#'))) at++;
      line += lines[at];
    }
    const parsed = parseInstruction(line.trim(), first, Math.min(at + 1, lines.length));
    if (!parsed.ok) return parsed;
    instructions.push(parsed.value);
  }
  if (instructions.length === 0) return fail({ line: 0, message: 'the Dockerfile cannot be empty' });
  const early = instructions.find(({ name }) => name !== 'ARG');
  if (early && early.name !== 'FROM') return fail({ line: early.first, message: 'no build stage in current context' });
  return ok(instructions);
}

/** `$NAME`, `${NAME}`, `${NAME:-word}` and `${NAME:+word}` in an instruction's arguments. */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /\\\$|\$(?:\{(\w+)(?:(:[-+])([^}]*))?\}|(\w+))/g,
    (
      all: string,
      braced: string | undefined,
      operator: string | undefined,
      word: string | undefined,
      plain: string,
    ) => {
      if (all === '\\$') return '$';
      const value = variables.get(braced ?? plain) ?? '';
      if (operator === ':-') return value === '' ? (word ?? '') : value;
      if (operator === ':+') return value === '' ? '' : (word ?? '');
      return value;
    },
  );
}

/** Words of an instruction, quotes removed. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const [, body] of text.matchAll(/((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+)/g))
    words.push(
      body.replace(
        /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g,
        (_all, double?: string, single?: string, escaped?: string) =>
          double === undefined ? (single ?? escaped ?? '') : double.replace(/\\(.)/g, '$1'),
      ),
    );
  return words;
}

/** `K=V K2="v 2"`, or `K the rest`. */
export function parsePairs(text: string): [string, string][] {
  if (!/^[^\s"'=]+=/.test(text)) {
    const [, name, value] = /^(\S+)\s+([\s\S]*)$/.exec(text) ?? ['', text, ''];
    return [[name, value]];
  }
  return splitWords(text).map((word) => {
    const equals = word.indexOf('=');
    return equals < 0 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)];
  });
}

/** The lines around a place, as BuildKit shows where a build failed (solver/errdefs/source.go). */
export function sourceExcerpt(file: string, text: string, first: number, last: number): string {
  const lines = text.split(/\r?\n/);
  let [from, to] = [first, Math.min(last, lines.length)];
  const pad = from === to ? 4 : 2;
  for (let padded = 0; padded < pad; padded++) {
    if (from > 1) {
      from--;
      padded++;
    }
    if (to !== lines.length) {
      to++;
      padded++;
    }
  }
  const shown: string[] = [];
  for (let line = from; line <= to; line++)
    shown.push(` ${String(line).padStart(3)} | ${line >= first && line <= last ? '>>>' : '   '} ${lines[line - 1]}`);
  return `${file}:${first}\n--------------------\n${shown.join('\n')}\n--------------------\n`;
}
