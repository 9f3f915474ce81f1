import { compareStrings } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, splitLines, toolProgram } from '../tool/tool.js';

interface SortKey {
  readonly startField: number;
  readonly startChar: number;
  readonly endField: number;
  readonly endChar: number;
  readonly flags: string;
}

const KEY = /^(\d+)(?:\.(\d+))?([bdfghiMnRrV]*)(?:,(\d+)(?:\.(\d+))?([bdfghiMnRrV]*))?$/;

function parseKey(text: string): SortKey | undefined {
  const found = KEY.exec(text);
  if (!found) return undefined;
  return {
    startField: Number(found[1]),
    startChar: Number(found[2] ?? 1),
    endField: found[4] === undefined ? Number.MAX_SAFE_INTEGER : Number(found[4]),
    endChar: Number(found[5] ?? 0),
    flags: found[3] + (found[6] ?? ''),
  };
}

/** Field boundaries: with a separator between them, else each field starts with the blanks before it. */
function fieldsOf(line: string, separator: string | undefined): { start: number; end: number }[] {
  const fields: { start: number; end: number }[] = [];
  if (separator !== undefined) {
    let start = 0;
    for (;;) {
      const end = line.indexOf(separator, start);
      fields.push({ start, end: end < 0 ? line.length : end });
      if (end < 0) return fields;
      start = end + separator.length;
    }
  }
  const pattern = /[ \t]*[^ \t]+|[ \t]+$/g;
  for (const found of line.matchAll(pattern)) fields.push({ start: found.index, end: found.index + found[0].length });
  return fields;
}

function extractKey(line: string, key: SortKey, separator: string | undefined, globalFlags: string): string {
  const fields = fieldsOf(line, separator);
  const skipBlanks = (key.flags + globalFlags).includes('b');
  const first = fields.at(key.startField - 1);
  if (!first || key.startField > fields.length) return '';
  let start = first.start;
  if (skipBlanks) while (line[start] === ' ' || line[start] === '\t') start++;
  start += key.startChar - 1;
  if (key.endField > fields.length) return line.slice(start);
  const last = fields[key.endField - 1];
  let base = last.start;
  if (skipBlanks && key.endChar > 0) while (line[base] === ' ' || line[base] === '\t') base++;
  return line.slice(start, key.endChar > 0 ? base + key.endChar : last.end);
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const SUFFIXES = 'KMGTPEZY';

function leadingNumber(text: string): number {
  return Number(/^\s*-?\d*\.?\d*/.exec(text)?.[0] ?? 0) || 0;
}

function humanRank(text: string): [number, number] {
  const found = /^\s*(-?\d*\.?\d+)([a-zA-Z]?)/.exec(text);
  if (!found) return [0, 0];
  const value = Number(found[1]);
  const suffix = SUFFIXES.indexOf(found[2].toUpperCase());
  return [(found[2] === '' ? 0 : suffix + 1) * Math.sign(value || 1), value];
}

/** Version order (filevercmp of gnulib, for names without directory parts). */
export function compareVersions(a: string, b: string): number {
  let i = 0;
  let j = 0;
  const order = (char: string | undefined): number => {
    if (char === undefined) return -1;
    if (char === '~') return -2;
    if (/\d/.test(char)) return 0;
    return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.charCodeAt(0) + 256;
  };
  while (i < a.length || j < b.length) {
    while ((i < a.length && !/\d/.test(a[i])) || (j < b.length && !/\d/.test(b[j]))) {
      const left = i < a.length ? order(a[i]) : -1;
      const right = j < b.length ? order(b[j]) : -1;
      if (left !== right) return left - right;
      i++;
      j++;
    }
    const left = /^\d*/.exec(a.slice(i))?.[0] ?? '';
    const right = /^\d*/.exec(b.slice(j))?.[0] ?? '';
    i += left.length;
    j += right.length;
    const difference = BigInt(left || 0) - BigInt(right || 0);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}

function compareBy(flags: string, a: string, b: string): number {
  if (flags.includes('n')) return leadingNumber(a) - leadingNumber(b);
  if (flags.includes('g')) return (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0);
  if (flags.includes('h')) {
    const left = humanRank(a);
    const right = humanRank(b);
    return left[0] - right[0] || left[1] - right[1];
  }
  if (flags.includes('V')) return compareVersions(a, b);
  if (flags.includes('M'))
    return MONTHS.indexOf(a.trim().slice(0, 3).toUpperCase()) - MONTHS.indexOf(b.trim().slice(0, 3).toUpperCase());
  const prepare = (text: string): string => {
    let result = flags.includes('d') ? text.replace(/[^A-Za-z0-9 \t]/g, '') : text;
    if (flags.includes('b')) result = result.replace(/^[ \t]+/, '');
    return flags.includes('f') ? result.toUpperCase() : result;
  };
  return compareStrings(prepare(a), prepare(b));
}

const ORDERING = 'bdfghiMnRV';

/** The order that `sort`'s options ask for; the last resort compares whole lines. */
function comparator(
  keys: readonly SortKey[],
  globalFlags: string,
  separator: string | undefined,
  lastResort: boolean,
): (a: string, b: string) => number {
  const globalReverse = globalFlags.includes('r') ? -1 : 1;
  return (a, b) => {
    for (const key of keys) {
      const own = [...key.flags].some((flag) => ORDERING.includes(flag) || flag === 'r');
      const flags = own ? key.flags : globalFlags;
      const result = compareBy(flags, extractKey(a, key, separator, flags), extractKey(b, key, separator, flags));
      if (result !== 0) return result * (flags.includes('r') ? -1 : 1);
    }
    if (keys.length === 0) {
      const result = compareBy(globalFlags, a, b);
      if (result !== 0) return result * globalReverse;
    }
    return lastResort ? compareStrings(a, b) * globalReverse : 0;
  };
}

export const sort = defineCommand({
  name: 'sort',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-b --ignore-leading-blanks, -d --dictionary-order, -f --ignore-case, -g --general-numeric-sort, -h --human-numeric-sort, -i, -M --month-sort, -n --numeric-sort, -r --reverse, -R --random-sort, -V --version-sort, -c --check=?, -C, -k --key=, -t --field-separator=, -o --output=, -s --stable, -u --unique, -m --merge, -z --zero-terminated, -S=, -T=, --parallel=',
      { status: 2 },
    );
    const keys: SortKey[] = [];
    for (const text of values.get('k') ?? []) {
      const key = parseKey(text);
      if (!key)
        return yield* tool.die(`invalid number at field start: invalid count at start of ${tool.quote(text)}`, 2);
      if (key.startField === 0)
        return yield* tool.die(`field number is zero: invalid field specification ${tool.quote(text)}`, 2);
      keys.push(key);
    }
    const separator = values.get('t')?.at(-1)?.replace('\\t', '\t').replace('\\0', '\0');
    if (separator !== undefined && separator.length > 1)
      return yield* tool.die(`multi-character tab ${tool.quote(separator)}`, 2);
    const lines: string[] = [];
    const end = flags.has('z') ? '\0' : '\n';
    for (const operand of operands.length > 0 ? operands : ['-']) {
      const text = yield* tool.read(operand);
      if (!text.ok)
        return yield* tool.die(
          `${text.error === 'EISDIR' ? 'read failed' : 'cannot read'}: ${operand}: ${errorText(text.error)}`,
          2,
        );
      for (const line of end === '\n' ? splitLines(text.value) : text.value.split('\0').filter(Boolean))
        lines.push(line);
    }
    const globalFlags = [...ORDERING, 'r'].filter((flag) => flags.has(flag)).join('');
    const compare = comparator(keys, globalFlags, separator, !flags.has('s') && !flags.has('u'));
    tool.charge(lines.length * 4);
    if (flags.has('c') || flags.has('C')) {
      const index = lines.findIndex(
        (line, at) =>
          at > 0 && (compare(lines[at - 1], line) > 0 || (flags.has('u') && compare(lines[at - 1], line) === 0)),
      );
      if (index < 0) return 0;
      if (flags.has('c')) yield* tool.complain(`${operands[0] ?? '-'}:${index + 1}: disorder: ${lines[index]}`);
      return 1;
    }
    let sorted = lines.sort(compare);
    if (flags.has('u')) sorted = sorted.filter((line, index) => index === 0 || compare(sorted[index - 1], line) !== 0);
    const text = sorted.map((line) => line + end).join('');
    const output = values.get('o')?.at(-1);
    if (output === undefined) yield* tool.out(text);
    else {
      const written = tool.machine.files.writeFile(tool.path(output), text);
      if (!written.ok) return yield* tool.die(`open failed: ${output}: ${errorText(written.error)}`, 2);
    }
    return 0;
  }),
});
