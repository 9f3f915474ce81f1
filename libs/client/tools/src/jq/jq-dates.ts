import { formatDate } from '@seatrial/shell';
import { type JqNative } from './jq-evaluator.js';
import { JqError } from './jq-node.js';
import { valueNative } from './jq-native.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MS = 86_400_000;

/** jq's "broken down time": year, month from 0, day, hours, minutes, seconds, weekday, day of the year. */
function brokenDown(seconds: number): number[] {
  const date = new Date(seconds * 1000);
  const yearDay = Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS);
  const fraction = seconds - Math.floor(seconds);
  return [
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds() + fraction,
    date.getUTCDay(),
    yearDay,
  ];
}

function secondsOf(value: unknown, name: string): number {
  if (typeof value === 'number') return value;
  if (Array.isArray(value) && value.length >= 6 && value.every((part) => typeof part === 'number')) {
    const [year, month, day, hours, minutes, seconds] = value;
    return Math.floor(Date.UTC(year, month, day, hours, minutes, Math.floor(seconds)) / 1000);
  }
  throw new JqError(`${name} requires ${name === 'mktime' ? 'array of 6 numbers' : 'parsed datetime inputs'}`);
}

const FIELDS: Readonly<Record<string, string>> = {
  Y: '(?<Y>\\d{4})',
  m: '(?<m>\\d{1,2})',
  d: '(?<d>\\d{1,2})',
  e: '\\s*(?<d>\\d{1,2})',
  H: '(?<H>\\d{1,2})',
  M: '(?<M>\\d{1,2})',
  S: '(?<S>\\d{1,2})',
  b: '(?<b>[A-Za-z]{3})',
  B: '(?<b>[A-Za-z]{3})[a-z]*',
  a: '[A-Za-z]{3}',
  A: '[A-Za-z]+',
  y: '(?<y>\\d{2})',
  Z: '[A-Za-z]+',
  z: '[-+]\\d{2}:?\\d{2}',
  s: '(?<s>\\d+)',
  T: '(?<H>\\d{1,2}):(?<M>\\d{1,2}):(?<S>\\d{1,2})',
  F: '(?<Y>\\d{4})-(?<m>\\d{1,2})-(?<d>\\d{1,2})',
};

/** strptime(3); the format's conversions become one expression of ours. */
function parseTime(text: unknown, format: unknown): number[] {
  if (typeof text !== 'string' || typeof format !== 'string')
    throw new JqError('strptime/1 requires string inputs and arguments');
  const source = format.replace(/%([A-Za-z%])|[.*+?^${}()|[\]\\]/g, (part, letter: string | undefined) => {
    if (letter === undefined) return `\\${part}`;
    return letter === '%' ? '%' : (FIELDS[letter] ?? '.*?');
  });
  const groups = new RegExp(`^${source}$`).exec(text)?.groups;
  if (!groups) throw new JqError(`date "${text}" does not match format "${format}"`);
  if (groups.s) return brokenDown(Number(groups.s));
  const month = groups.b ? MONTHS.indexOf(groups.b) : Number(groups.m ?? 1) - 1;
  const year = Number(groups.Y ?? (groups.y ? 2000 + Number(groups.y) : 1900));
  return brokenDown(
    Date.UTC(year, month, Number(groups.d ?? 1), Number(groups.H ?? 0), Number(groups.M ?? 0), Number(groups.S ?? 0)) /
      1000,
  );
}

export const DATE_NATIVES: Readonly<Record<string, JqNative>> = {
  'gmtime/0': valueNative((value) => brokenDown(secondsOf(value, 'gmtime'))),
  'localtime/0': valueNative((value) => brokenDown(secondsOf(value, 'localtime'))),
  'mktime/0': valueNative((value) => secondsOf(value, 'mktime')),
  'strftime/1': valueNative((value, [format]) => {
    if (typeof format !== 'string') throw new JqError('strftime/1 requires a string format');
    return formatDate(format, secondsOf(value, 'strftime/1') * 1000);
  }),
  'strflocaltime/1': valueNative((value, [format]) =>
    formatDate(String(format), secondsOf(value, 'strflocaltime/1') * 1000),
  ),
  'strptime/1': valueNative((value, [format]) => parseTime(value, format)),
};
