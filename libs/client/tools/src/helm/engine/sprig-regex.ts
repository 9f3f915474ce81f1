import { FunctionFailure, templateFunction, type FunctionTable } from '@seatrial/template';
import { RE2JS } from 're2js';

function compiled(text: string, prefix: string): RE2JS {
  try {
    return RE2JS.compile(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    throw new FunctionFailure(
      prefix + (message.startsWith('error parsing') ? message : `error parsing regexp: ${message}`),
    );
  }
}

/** Go's `$1`, `${name}` and `$name` (the longest name there is) of regexp.Expand. */
function expanded(
  template: string,
  matcher: ReturnType<RE2JS['matcher']>,
  names: Readonly<Record<string, number>>,
): string {
  const group = (name: string): string => {
    const number = /^\d+$/.test(name) ? Number(name) : names[name];
    return number === undefined || number > matcher.groupCount() ? '' : (matcher.group(number) ?? '');
  };
  return template.replace(
    /\$(?:(\$)|\{(\w+)\}|(\w+))/g,
    (_, dollar: string | undefined, braced: string | undefined, plain: string | undefined) =>
      dollar ?? group(braced ?? plain ?? ''),
  );
}

function replaceAll(pattern: RE2JS, text: string, by: (matcher: ReturnType<RE2JS['matcher']>) => string): string {
  const matcher = pattern.matcher(text);
  let result = '';
  let at = 0;
  while (matcher.find()) {
    result += text.slice(at, matcher.start()) + by(matcher);
    at = matcher.end();
  }
  return result + text.slice(at);
}

function findAll(pattern: RE2JS, text: string, count: bigint): string[] {
  const matcher = pattern.matcher(text);
  const found: string[] = [];
  while ((count < 0n || found.length < Number(count)) && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}

/** Sprig's functions of patterns (regex.go): the plain ones panic over a bad pattern, the `must…` ones return its error. */
export function regexFunctions(must: '' | 'must'): FunctionTable {
  const pattern = (text: string): RE2JS => compiled(text, must ? '' : `regexp: Compile(\`${text}\`): `);
  const matches = (expression: string, text: string): boolean => {
    if (must) return pattern(expression).matcher(text).find();
    try {
      return RE2JS.compile(expression).matcher(text).find();
    } catch {
      return false;
    }
  };
  const functions: FunctionTable = {
    regexFind: templateFunction(
      ['string', 'string'],
      (expression: string, text: string) => findAll(pattern(expression), text, 1n)[0] ?? '',
    ),
    regexFindAll: templateFunction(['string', 'string', 'int'], (expression: string, text: string, count: bigint) =>
      findAll(pattern(expression), text, count),
    ),
    regexMatch: templateFunction(['string', 'string'], matches),
    regexReplaceAll: templateFunction(
      ['string', 'string', 'string'],
      (expression: string, text: string, by: string) => {
        const compiledPattern = pattern(expression);
        const names = compiledPattern.namedGroups();
        return replaceAll(compiledPattern, text, (matcher) => expanded(by, matcher, names));
      },
    ),
    regexReplaceAllLiteral: templateFunction(
      ['string', 'string', 'string'],
      (expression: string, text: string, by: string) => replaceAll(pattern(expression), text, () => by),
    ),
    regexSplit: templateFunction(['string', 'string', 'int'], (expression: string, text: string, count: bigint) =>
      split(pattern(expression), text, count),
    ),
  };
  if (!must) return functions;
  return Object.fromEntries(
    Object.entries(functions).map(([name, each]) => [`must${name[0].toUpperCase()}${name.slice(1)}`, each]),
  );
}

/** regexp.Split. */
function split(pattern: RE2JS, text: string, count: bigint): string[] {
  if (count === 0n) return [];
  if (pattern.pattern() !== '' && text === '') return [''];
  const matcher = pattern.matcher(text);
  const parts: string[] = [];
  let start = 0;
  let end = 0;
  while (matcher.find()) {
    if (count > 0n && parts.length === Number(count) - 1) break;
    end = matcher.start();
    if (matcher.end() !== 0) parts.push(text.slice(start, end));
    start = matcher.end();
  }
  if (end !== text.length) parts.push(text.slice(start));
  return parts;
}
