/** What is wrong with a text that claims a format; undefined when nothing is. */
type FormatCheck = (text: string) => string | undefined;

const quotedRune = (char: string): string => `'${char === "'" ? "\\'" : char}'`;

const foreign = (text: string, allowed: RegExp): string | undefined => {
  const char = [...text].find((one) => !allowed.test(one));
  return char === undefined ? undefined : `invalid character ${quotedRune(char)}`;
};

const ipv4: FormatCheck = (text) => {
  const groups = text.split('.');
  if (groups.length !== 4) return 'expected four decimals';
  for (const group of groups) {
    if (group.length > 1 && group.startsWith('0')) return 'leading zeros';
    if (!/^[+-]?\d+$/.test(group)) return `strconv.Atoi: parsing ${JSON.stringify(group)}: invalid syntax`;
    if (Number(group) < 0 || Number(group) > 255) return 'decimal must be between 0 and 255';
  }
  return undefined;
};

const hostname: FormatCheck = (text) => {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (name.length > 253) return 'more than 253 characters long';
  for (const label of name.split('.')) {
    if (label.length < 1 || label.length > 63) return 'label must be 1 to 63 characters long';
    if (label.startsWith('-')) return 'label starts with hyphen';
    if (label.endsWith('-')) return 'label ends with hyphen';
    const wrong = foreign(label, /^[a-zA-Z0-9-]$/);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
};

const email: FormatCheck = (text) => {
  if (text.length > 254) return 'more than 255 characters long';
  const at = text.lastIndexOf('@');
  if (at < 0) return 'missing @';
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (local.length > 64) return 'local part more than 64 characters long';
  if (local.length > 1 && local.startsWith('"')) {
    if (/[\\"]/.test(local.slice(1, -1))) return 'backslash and quote are not allowed within quoted local part';
  } else {
    if (local.startsWith('.')) return 'starts with dot';
    if (local.endsWith('.')) return 'ends with dot';
    if (local.includes('..')) return 'consecutive dots';
    const wrong = foreign(local, /^[a-zA-Z0-9.!#$%&'*+\-/=?^_`{|}~]$/);
    if (wrong !== undefined) return wrong;
  }
  const address = /^\[(.*)\]$/.exec(domain)?.[1];
  const wrong = address === undefined ? hostname(domain) : ipv4(address);
  return wrong === undefined ? undefined : `invalid ${address === undefined ? 'domain' : 'ipv4 address'}: ${wrong}`;
};

const daysOf = (year: number, month: number): number => {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
};

/** As time.Parse("2006-01-02") says it. */
const date: FormatCheck = (text) => {
  const failed = (rest: string, element: string): string =>
    `parsing time ${JSON.stringify(text)} as "2006-01-02": cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(element)}`;
  const outOfRange = (what: string): string => `parsing time ${JSON.stringify(text)}: ${what} out of range`;
  let rest = text;
  const numbers: number[] = [];
  for (const [element, digits, separator] of [
    ['2006', 4, ''],
    ['01', 2, '-'],
    ['02', 2, '-'],
  ] as const) {
    if (separator && !rest.startsWith(separator)) return failed(rest, separator);
    rest = rest.slice(separator.length);
    const number = rest.slice(0, digits);
    if (number.length < digits || !/^\d+$/.test(number)) return failed(rest, element);
    rest = rest.slice(digits);
    numbers.push(Number(number));
    if (element === '01' && (Number(number) < 1 || Number(number) > 12)) return outOfRange('month');
  }
  if (rest) return `parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest)}`;
  const [year = 0, month = 1, day = 0] = numbers;
  return day < 1 || day > daysOf(year, month) ? outOfRange('day') : undefined;
};

const time: FormatCheck = (text) => {
  if (text.length < 9) return 'less than 9 characters long';
  if (text[2] !== ':' || text[5] !== ':') return 'missing colon in correct place';
  const parts = text.slice(0, 8).split(':');
  if (!parts.every((part) => /^\d+$/.test(part))) return 'invalid hour/min/sec';
  const [hour = 0, minute = 0, second = 0] = parts.map(Number);
  if (hour > 23 || minute > 59 || second > 60) return 'hour/min/sec out of range';
  let rest = text.slice(8);
  if (rest.startsWith('.')) {
    const digits = /^\.(\d+)/.exec(rest);
    if (!digits) return 'no digits in second fraction';
    rest = rest.slice(digits[0].length);
  }
  if (rest === 'z' || rest === 'Z') return undefined;
  if (rest.length !== 6) return 'offset must be 6 characters long';
  if (!/^[+-]/.test(rest)) return 'offset must begin with plus/minus';
  return rest[3] === ':' ? undefined : 'missing colon in offset in correct place';
};

const dateTime: FormatCheck = (text) => {
  if (text.length < 20) return 'less than 20 characters long';
  if (!/^[tT]$/.test(text[10] ?? '')) return '11th character must be t or T';
  const wrongDate = date(text.slice(0, 10));
  if (wrongDate !== undefined) return `invalid date element: ${wrongDate}`;
  const wrongTime = time(text.slice(11));
  return wrongTime === undefined ? undefined : `invalid time element: ${wrongTime}`;
};

/** What net/url cannot parse of a text. */
const url: FormatCheck = (text) => {
  const failed = (why: string): string => `parse ${JSON.stringify(text)}: ${why}`;
  if (text.startsWith(':')) return failed('missing protocol scheme');
  if (/^[^a-zA-Z/?#][^/?#]*:/.test(text)) return failed('first path segment in URL cannot contain colon');
  const escape = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(text);
  if (escape) return failed(`invalid URL escape ${JSON.stringify(escape[0])}`);
  const authority = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/([^/?#]*)/.exec(text)?.[1];
  if (authority === undefined) return undefined;
  if (authority.includes(' ')) return failed('invalid character " " in host name');
  const port = /:([^:\]]*)$/.exec(authority)?.[1];
  return port !== undefined && !/^\d*$/.test(port)
    ? failed(`invalid port ${JSON.stringify(`:${port}`)} after host`)
    : undefined;
};

const uri: FormatCheck = (text) => url(text) ?? (/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text) ? undefined : 'relative url');

const uuid: FormatCheck = (text) => {
  const lengths = [8, 4, 4, 4, 12];
  const groups = text.split('-');
  if (groups.length !== lengths.length) return 'must have 5 elements';
  for (const [index, group] of groups.entries()) {
    if (group.length !== lengths[index]) return `element ${index + 1} must be ${lengths[index]} characters long`;
    const char = [...group].find((one) => !/[0-9a-fA-F]/.test(one));
    if (char !== undefined) return `non-hex character ${quotedRune(char)}`;
  }
  return undefined;
};

const FORMATS: Readonly<Record<string, FormatCheck>> = {
  date,
  'date-time': dateTime,
  email,
  hostname,
  ipv4,
  iri: uri,
  'iri-reference': url,
  time,
  uri,
  'uri-reference': (text) => (text.includes('\\') ? 'contains \\' : url(text)),
  uuid,
};

/** What is wrong with a value by a schema's `format` (santhosh-tekuri/jsonschema v6); only texts have one. */
export const wrongFormat = (format: string, value: unknown): string | undefined =>
  typeof value === 'string' && Object.hasOwn(FORMATS, format) ? FORMATS[format]?.(value) : undefined;
