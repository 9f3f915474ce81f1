import { isBlank, isBlankOrEnd, isBreak } from './characters.js';
import { resolvePlain } from './resolve.js';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal';

const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const TIMESTAMP =
  /^\d{4}-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d)| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What goyaml takes for a timestamp; such a text needs quotes. */
function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (!match) return false;
  const [month, day, hour, minute, second] = [1, 2, [3, 6], [4, 7], [5, 8]].map((group) =>
    Number(typeof group === 'number' ? match[group] : (match[group[0]] ?? match[group[1]] ?? 0)),
  );
  const year = Number(text.slice(0, 4));
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  if (month < 1 || month > 12 || day < 1 || day > DAYS[month - 1] + leap) return false;
  return hour < 24 && minute < 60 && second < 60;
}

/** Whether a text would be read back as something else than this text. */
function needsQuotes(text: string): boolean {
  const first = text.charCodeAt(0);
  // Quick: most texts start with a letter that starts no constant.
  if (first >= 97 && first <= 122 && !'ynotf'.includes(text[0])) return false;
  return resolvePlain(text).type !== 'str' || BASE_60.test(text) || isTimestamp(text);
}

interface Analysis {
  multiline: boolean;
  plain: boolean;
  single: boolean;
  block: boolean;
}

const FIRST_INDICATORS = new Set(Array.from('#,[]{}&*!|>\'"%@`').map((character) => character.charCodeAt(0)));
const [HASH, COLON, QUESTION, DASH] = [35, 58, 63, 45];

/** libyaml's analyze_scalar, for block context. */
function analyze(text: string): Analysis {
  if (text === '') return { multiline: false, plain: true, single: true, block: false };
  const edge = (index: number): boolean => text[index] === ' ' || isBreak(text.charCodeAt(index));
  const found = scan(text);
  const last = text.length - 1;
  return {
    multiline: found.breaks,
    plain: !(found.indicators || found.breaks || found.breakSpace || found.special || edge(0) || edge(last)),
    single: !(found.breakSpace || found.special),
    block: !(found.special || text[last] === ' '),
  };
}

interface Found {
  indicators: boolean;
  breaks: boolean;
  breakSpace: boolean;
  /** Unprintable characters, or a space before a line break. */
  special: boolean;
}

function scan(text: string): Found {
  const found: Found = { indicators: /^(---|\.\.\.)/.test(text), breaks: false, breakSpace: false, special: false };
  let afterBlank = true;
  let previous = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isIndicator(text, i, code, afterBlank)) found.indicators = true;
    if (!isPrintable(code)) found.special = true;
    if (isBreak(code)) {
      found.breaks = true;
      if (previous === 32) found.special = true;
    } else if (code === 32 && isBreak(previous)) found.breakSpace = true;
    previous = code;
    afterBlank = isBlankOrEnd(code);
  }
  return found;
}

function isIndicator(text: string, index: number, code: number, afterBlank: boolean): boolean {
  const beforeBlank = index + 1 >= text.length || isBlank(text.charCodeAt(index + 1));
  if (index === 0)
    return FIRST_INDICATORS.has(code) || ((code === QUESTION || code === COLON || code === DASH) && beforeBlank);
  return (code === COLON && beforeBlank) || (code === HASH && afterBlank);
}

/** libyaml's is_printable: characters beyond the basic plane count as unprintable, as do tabs. */
export function isPrintable(code: number): boolean {
  if (code < 0x7f) return code >= 0x20 || code === 0x0a;
  return code >= 0xa0 && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfeff && code < 0xfffe;
}

/** The style that goyaml v2 chooses for a string; `simpleKey` for a mapping's short key. */
export function chooseStyle(text: string, simpleKey: boolean): ScalarStyle {
  const analysis = analyze(text);
  const quoted = needsQuotes(text);
  if (text.includes('\n')) {
    if (analysis.block && !simpleKey) return 'literal';
    return 'double';
  }
  if (quoted || (simpleKey && analysis.multiline)) return 'double';
  if (analysis.plain && !(text === '' && simpleKey)) return 'plain';
  return analysis.single ? 'single' : 'double';
}

/** Whether a key is short enough to stand before its colon on one line. */
export function isSimpleKey(text: string, byteLength: number): boolean {
  for (let i = 0; i < text.length; i++) if (isBreak(text.charCodeAt(i))) return false;
  return byteLength <= 128;
}
