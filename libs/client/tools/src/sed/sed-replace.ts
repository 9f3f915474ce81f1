import type { Expression, ExpressionMatch } from '../text/regular-expression.js';

/** The text with matches replaced from the `wanted`-th on; undefined when there is none. */
export function replaceMatches(
  text: string,
  expression: Expression,
  replacement: string,
  wanted: number,
  all: boolean,
  charge: (steps: number) => void,
): string | undefined {
  let result = '';
  let from = 0;
  let count = 0;
  let changed = false;
  let previousEnd = -1;
  while (from <= text.length) {
    const match = expression.find(text, from);
    charge(expression.takeCost());
    if (!match) break;
    const empty = match.end === match.start;
    result += text.slice(from, match.start);
    if (empty && match.start === previousEnd) {
      result += text.slice(match.start, match.start + 1);
      from = match.start + 1;
      previousEnd = -1;
      continue;
    }
    count++;
    if (count >= wanted) {
      result += expandReplacement(replacement, match);
      changed = true;
    } else result += text.slice(match.start, match.end);
    from = match.end;
    previousEnd = match.end;
    if (changed && !all) break;
    if (empty) {
      result += text.slice(from, from + 1);
      from++;
      previousEnd = -1;
    }
  }
  return changed ? result + text.slice(from) : undefined;
}

/** `&`, `\1`, `\n`, and GNU's case changes `\U`, `\L`, `\u`, `\l`, `\E`. */
function expandReplacement(replacement: string, match: ExpressionMatch): string {
  let result = '';
  let mode = '';
  let once = '';
  const add = (text: string): void => {
    let changed = mode === 'U' ? text.toUpperCase() : mode === 'L' ? text.toLowerCase() : text;
    if (once !== '' && changed !== '') {
      changed = (once === 'u' ? changed[0].toUpperCase() : changed[0].toLowerCase()) + changed.slice(1);
      once = '';
    }
    result += changed;
  };
  for (let i = 0; i < replacement.length; i++) {
    const char = replacement[i];
    if (char === '&') add(match.groups[0] ?? '');
    else if (char !== '\\') add(char);
    else {
      const next = replacement[++i] ?? '';
      if (/\d/.test(next)) add(match.groups[Number(next)] ?? '');
      else if (next === 'n') add('\n');
      else if (next === 't') add('\t');
      else if (next === 'U' || next === 'L') mode = next;
      else if (next === 'E') mode = '';
      else if (next === 'u' || next === 'l') once = next;
      else add(next);
    }
  }
  return result;
}

/** `y`: each character of `from` becomes its fellow of `to`. */
export function transliterate(text: string, from: string, to: string): string {
  const source = [...from];
  const target = [...to];
  return [...text].map((char) => target[source.indexOf(char)] ?? char).join('');
}

/** `l`: unambiguous. */
export function visible(text: string): string {
  return text.replace(/[\\\n\t\r]/g, (char) => ({ '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r' })[char] ?? char);
}
