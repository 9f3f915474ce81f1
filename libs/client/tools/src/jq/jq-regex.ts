import { RE2JS } from 're2js';
import { describe } from './jq-arithmetic.js';
import { type JqNative } from './jq-evaluator.js';
import { result, type JqStream } from './jq-stream.js';
import { JqError } from './jq-node.js';

interface Found {
  readonly start: number;
  readonly end: number;
  readonly captures: readonly { readonly start: number; readonly text: string | null; readonly name: string | null }[];
}

interface Search {
  readonly compiled: RE2JS;
  readonly names: readonly (string | null)[];
  readonly global: boolean;
}

function compile(expression: unknown, flags: unknown): Search {
  const source = Array.isArray(expression) ? (expression[0] as unknown) : expression;
  const given: unknown = Array.isArray(expression) ? ((expression[1] as unknown) ?? flags) : flags;
  if (typeof source !== 'string') throw new JqError(`${describe(source)} cannot be matched, as it is not a string`);
  if (given !== null && given !== undefined && typeof given !== 'string')
    throw new JqError(`${describe(given)} is not a string`);
  const letters = given ?? '';
  const wrong = [...letters].find((letter) => !'gimnpslx'.includes(letter));
  if (wrong !== undefined) throw new JqError(`${letters} is not a valid modifier string`);
  let bits = 0;
  if (letters.includes('i')) bits |= RE2JS.CASE_INSENSITIVE;
  if (letters.includes('s') || letters.includes('p')) bits |= RE2JS.DOTALL;
  const pattern = (letters.includes('x') ? source.replace(/\s+|#.*$/gm, '') : source).replace(/\(\?<(?![=!])/g, '(?P<');
  try {
    return { compiled: RE2JS.compile(pattern, bits), names: groupNames(pattern), global: letters.includes('g') };
  } catch {
    throw new JqError(`${source} (at offset 0) is not a valid regex`);
  }
}

function groupNames(pattern: string): (string | null)[] {
  const names: (string | null)[] = [];
  for (const found of pattern.matchAll(/\\.|\[(?:\\.|[^\]])*\]|\((?:\?P<(\w+)>|(\?))?/g))
    if (found[0].startsWith('(') && found[2] === undefined) names.push(found[1] ?? null);
  return names;
}

function* findAll(search: Search, text: string): Generator<Found, void> {
  const matcher = search.compiled.matcher(text);
  let from = 0;
  while (from <= text.length && matcher.find(from)) {
    const start = matcher.start();
    const end = matcher.end();
    const captures = search.names.map((name, index) => {
      const capture = matcher.group(index + 1);
      return { start: capture === null ? -1 : matcher.start(index + 1), text: capture, name };
    });
    yield { start, end, captures };
    if (!search.global) return;
    from = end > start ? end : end + 1;
  }
}

function codePoints(text: string, end: number): number {
  return [...text.slice(0, end)].length;
}

function matchObject(text: string, found: Found): unknown {
  const string = text.slice(found.start, found.end);
  return {
    offset: codePoints(text, found.start),
    length: [...string].length,
    string,
    captures: found.captures.map((capture) => ({
      offset: capture.start < 0 ? -1 : codePoints(text, capture.start),
      length: capture.text === null ? 0 : [...capture.text].length,
      string: capture.text,
      name: capture.name,
    })),
  };
}

function input(value: unknown, expression: unknown): string {
  if (typeof value !== 'string') throw new JqError(`${describe(value)} cannot be matched, as it is not a string`);
  if (typeof expression !== 'string' && !Array.isArray(expression))
    throw new JqError(`${describe(expression)} cannot be matched, as it is not a string`);
  return value;
}

function withSearch(body: (search: Search, text: string) => Iterable<unknown>): JqNative {
  return function* (machine, item, args, scope): JqStream {
    for (const flags of args.length > 1 ? machine.values(args[1], item.value, scope) : [null])
      for (const expression of machine.values(args[0], item.value, scope)) {
        const text = input(item.value, expression);
        machine.context.charge(1 + text.length);
        for (const value of body(compile(expression, flags), text)) {
          machine.context.charge(4 + (text.length >> 5));
          yield result(item, value);
        }
      }
  };
}

function captureNames(found: Found): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { name, text } of found.captures) if (name !== null) object[name] = text;
  return object;
}

/** `sub`: every combination of replacement outputs, as jq gives them (the first only for each match). */
const sub: JqNative = function* (machine, item, args, scope) {
  for (const flags of machine.values(args[2], item.value, scope))
    for (const expression of machine.values(args[0], item.value, scope)) {
      const text = input(item.value, expression);
      const search = compile(expression, flags);
      let replaced = '';
      let from = 0;
      for (const found of findAll(search, text)) {
        const value = machine.first(args[1], captureNames(found), scope);
        if (typeof value !== 'string')
          throw new JqError(`${describe(captureNames(found))} cannot be added to a string`);
        replaced += text.slice(from, found.start) + value;
        from = found.end;
      }
      yield result(item, replaced + text.slice(from));
    }
};

export const REGEX_NATIVES: Readonly<Record<string, JqNative>> = {
  'test/2': withSearch((search, text) => [search.compiled.matcher(text).find()]),
  'match/2': withSearch(function* (search, text) {
    for (const found of findAll(search, text)) yield matchObject(text, found);
  }),
  'split/2': withSearch((search, text) => {
    const pieces: string[] = [];
    let from = 0;
    for (const found of findAll({ ...search, global: true }, text)) {
      pieces.push(text.slice(from, found.start));
      from = found.end;
    }
    return [[...pieces, text.slice(from)]];
  }),
  'sub/3': sub,
};
