import type { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { goQuote } from '../../validation/field-error.js';
import { spend } from '../cel-cost.js';
import { formatCel } from './string-format.js';

/** What `matches` is called inside: the standard one would run the pattern as a JavaScript expression. */
export const SAFE_MATCHES = 'matchesRe2';

function regex(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch {
    throw new Error(`error parsing regexp: ${pattern}`);
  }
}

function findAll(text: string, pattern: string, limit: number): string[] {
  spend(text.length / PER_STEP);
  const found: string[] = [];
  const matcher = regex(pattern).matcher(text);
  while ((limit < 0 || found.length < limit) && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}

function replace(text: string, from: string, to: string, limit: number): string {
  if (limit < 0) return text.split(from).join(to);
  let rest = text;
  let done = '';
  for (let count = 0; count < limit; count++) {
    const at = rest.indexOf(from);
    if (at < 0) break;
    done += rest.slice(0, at) + to;
    rest = rest.slice(at + from.length);
  }
  return done + rest;
}

/** Characters that cost as much as one step of an expression. */
const PER_STEP = 10;

class StringNamespace {
  readonly name = 'strings';
}

/** Regular expressions on RE2 (library.Regex) and cel-go's ext.Strings (version 2). */
export function registerStringLibrary(env: Environment): void {
  env.registerFunction(`string.${SAFE_MATCHES}(string): bool`, (text: string, pattern: string) => {
    spend(text.length / PER_STEP);
    return regex(pattern).matcher(text).find();
  });
  env.registerFunction(
    'string.find(string): string',
    (text: string, pattern: string) => findAll(text, pattern, 1)[0] ?? '',
  );
  env.registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
    findAll(text, pattern, -1),
  );
  env.registerFunction('string.findAll(string, int): list<string>', (text: string, pattern: string, limit: bigint) =>
    findAll(text, pattern, Number(limit)),
  );
  env.registerFunction('string.charAt(int): string', (text: string, index: bigint) => {
    if (index < 0n || index > BigInt(text.length)) throw new Error(`index out of range: ${index}`);
    return text.charAt(Number(index));
  });
  env.registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
    replace(text, from, to, -1),
  );
  env.registerFunction(
    'string.replace(string, string, int): string',
    (text: string, from: string, to: string, limit: bigint) => replace(text, from, to, Number(limit)),
  );
  env.registerFunction('string.format(list): string', formatCel);
  env.registerType('StringNamespace', StringNamespace);
  env.registerConstant('strings', 'StringNamespace', new StringNamespace());
  env.registerFunction('StringNamespace.quote(string): string', (_: unknown, text: string) => goQuote(text));
}
