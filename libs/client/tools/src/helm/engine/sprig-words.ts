/**
 * Words as xstrings v1.5 finds them (convert.go), which Sprig's cases are made of, and the wrapping and abbreviating of
 * goutils v1.1.
 */

type WordType = 'number' | 'upper' | 'alphabet' | 'connector' | 'punctuation' | 'other' | 'none';

interface Word {
  readonly type: WordType;
  readonly text: string;
}

const NO_WORD: Word = { type: 'none', text: '' };

/** Each is what one word takes of the text. Of capitals, the last belongs to the small letters that follow. */
const WORDS: readonly (readonly [WordType, RegExp])[] = [
  ['connector', /^[-_\s]+/u],
  ['punctuation', /^\p{P}(?:(?![-_])\p{P})*/u],
  ['upper', /^\p{Lu}+(?=\p{Lu}\p{Ll})|^\p{Lu}\p{Ll}+|^\p{Lu}+/u],
  ['alphabet', /^\p{Ll}+/u],
  ['number', /^\p{N}+/u],
  ['other', /^./su],
];

function nextWord(text: string): Word {
  for (const [type, pattern] of WORDS) {
    const found = pattern.exec(text);
    if (found) return { type, text: found[0] };
  }
  return NO_WORD;
}

function lowered({ type, text }: Word, connector: string): string {
  if (type === 'connector') return connector.repeat(Array.from(text).length);
  return type === 'upper' ? text.toLowerCase() : text;
}

const isWord = ({ type }: Word): boolean => type !== 'none' && type !== 'connector' && type !== 'punctuation';

/** `FooBar9x` as `foo_bar_9x`: a number belongs to the word before it unless small letters follow it. */
export function lowerWords(text: string, connector: string): string {
  let rest = text;
  const next = (): Word => {
    const word = nextWord(rest);
    rest = rest.slice(word.text.length);
    return word;
  };
  let result = '';
  const takeNumbered = (word: Word): Word => {
    let current = word;
    while (current.type === 'alphabet' || current.type === 'number') {
      result += lowered(current, connector);
      current = next();
    }
    if (isWord(current)) result += connector;
    return current;
  };
  let word = next();
  while (rest !== '') {
    const before = word;
    if (before.type !== 'connector') result += lowered(before, connector);
    word = next();
    if (before.type === 'number') word = takeNumbered(word);
    else if (before.type === 'connector') result += lowered(before, connector);
    else if (before.type === 'punctuation') continue;
    else if (word.type !== 'number') {
      if (isWord(word)) result += connector;
    } else if (rest !== '') {
      const number = word;
      word = next();
      if (word.type === 'alphabet') {
        result += connector + number.text;
        word = takeNumbered(word);
      } else {
        result += number.text;
        if (isWord(word)) result += connector;
      }
    }
  }
  return result + lowered(word, connector);
}

const isConnector = (character: string): boolean => /^[-_\s]$/u.test(character);
const isUpper = (character: string): boolean => /^\p{Lu}$/u.test(character);

/** `foo_bar` as `FooBar`; connectors before the first word stay, as do all but one of several. */
export function pascalCase(text: string): string {
  const characters = Array.from(text);
  const start = characters.findIndex((character) => !isConnector(character));
  if (start < 0) return text;
  let result = characters.slice(0, start).join('');
  let current = characters[start].toUpperCase();
  let capitals = isUpper(characters[start]);
  for (const character of characters.slice(start + 1)) {
    const before = current;
    current = character;
    if (isConnector(current) && isConnector(before)) {
      result += before;
      continue;
    }
    if (isConnector(before)) {
      capitals = isUpper(current);
      current = current.toUpperCase();
      continue;
    }
    if (capitals && isUpper(current)) current = current.toLowerCase();
    else capitals = false;
    result += before;
  }
  return result + current;
}

/** strings.Title: a letter after what is neither letter, digit nor underscore. */
export const titled = (text: string): string =>
  text.replace(/(^|[^\p{L}\p{N}_])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());

/** Lines of at most so many characters; longer words are cut. */
export function wrapWords(width: number, separator: string, text: string): string {
  const length = Math.max(1, width);
  const newLine = separator === '' ? '\n' : separator;
  let result = '';
  let offset = 0;
  while (text.length - offset > length) {
    if (text[offset] === ' ') {
      offset++;
      continue;
    }
    const space = text.slice(offset, offset + length + 1).lastIndexOf(' ');
    const taken = space >= 0 ? space : length;
    result += text.slice(offset, offset + taken) + newLine;
    offset += space >= 0 ? space + 1 : length;
  }
  return result + text.slice(offset);
}

/** Cuts the end off, and the beginning where there is more of it than `left`. */
export function abbreviated(left: number, width: number, text: string): string {
  if (width < 4 || (left > 0 && width < 7) || text.length <= width) return text;
  const offset = Math.min(left, text.length, text.length - (width - 3));
  if (offset <= 4) return `${text.slice(0, width - 3)}...`;
  return offset + width - 3 < text.length
    ? `...${abbreviated(0, width - 3, text.slice(offset))}`
    : `...${text.slice(text.length - (width - 3))}`;
}
