const LETTER = /\p{L}/u;
const DIGIT = /\p{Nd}/u;

/** goyaml's order of keys: by runs of digits as numbers, letters after everything else. */
export function compareKeys(left: string, right: string): number {
  const a = Array.from(left);
  const b = Array.from(right);
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a[i] === b[i]) continue;
    const aLetter = LETTER.test(a[i]);
    const bLetter = LETTER.test(b[i]);
    if (aLetter && bLetter) return codePoint(a[i]) - codePoint(b[i]);
    if (aLetter || bLetter) return bLetter ? -1 : 1;
    return compareNumbers(a, b, i);
  }
  return a.length - b.length;
}

const codePoint = (character: string): number => character.codePointAt(0) ?? 0;

function compareNumbers(a: readonly string[], b: readonly string[], index: number): number {
  let start = 0;
  if (a[index] === '0' || b[index] === '0') {
    for (let j = index - 1; j >= 0 && DIGIT.test(a[j]); j--) {
      if (a[j] !== '0') {
        start = 1;
        break;
      }
    }
  }
  const left = digitsFrom(a, index, start);
  const right = digitsFrom(b, index, start);
  if (left.value !== right.value) return left.value - right.value;
  if (left.end !== right.end) return left.end - right.end;
  return codePoint(a[index]) - codePoint(b[index]);
}

function digitsFrom(text: readonly string[], index: number, start: number): { value: number; end: number } {
  let value = start;
  let end = index;
  while (end < text.length && DIGIT.test(text[end])) {
    value = value * 10 + codePoint(text[end]) - 48;
    end++;
  }
  return { value, end };
}
