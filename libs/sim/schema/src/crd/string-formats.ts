import { utf8Length } from '@seatrial/kernel';
import { RE2JS } from 're2js';
import { parseCidr, parseIp } from '../validation/ip-address.js';

/* Formats of texts in CRD schemas (kube-openapi strfmt, apiextensions supported formats v1.35); others are ignored. */

const UUID = '[0-9a-f]{8}-?[0-9a-f]{4}-?V[0-9a-f]{3}-?N[0-9a-f]{3}-?[0-9a-f]{12}';
const uuid = (version: string, variant: string): RegExp =>
  new RegExp(`^${UUID.replace('V', version).replace('N', variant)}$`, 'i');
const ANY = '[0-9a-f]';

const pattern =
  (expression: RegExp) =>
  (text: string): boolean =>
    expression.test(text);

function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!parts) return false;
  const [year, month, day] = parts.slice(1).map(Number);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

function isDateTime(text: string): boolean {
  const [date, time] = text.toLowerCase().split('t') as [string, string | undefined];
  if (time === undefined || !isDate(date)) return false;
  const parts = /^(\d{2}):(\d{2}):(\d{2})(?:.\d+)?(?:z|[+-]\d{2}:\d{2})$/.exec(time);
  return parts !== null && Number(parts[1]) <= 23 && Number(parts[2]) <= 59 && Number(parts[3]) <= 59;
}

/** A number's unit: one of the short names, or whatever begins with the long one. */
const UNIT = /^(?:ns|nano.*|us|µs|micro.*|ms|milli.*|s|sec.*|m|min.*|h|hr|hour.*|d|day.*|w|wk|week.*)$/i;

/** What Go's time.ParseDuration takes, or a text with a number and the name of a unit in it (`5 days`). */
function isDuration(text: string): boolean {
  if (/^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.test(text)) return true;
  return [...text.matchAll(/\d+\s*([A-Za-zµ]+)/g)].some(([, unit]) => UNIT.test(unit));
}

/** net/url.ParseRequestURI. */
function isUri(text: string): boolean {
  if (text === '' || /[\u0000-\u001f\u007f]/.test(text)) return false;
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text);
  const rest = scheme ? text.slice(scheme[0].length) : text;
  if (/%(?![0-9a-fA-F]{2})/.test(rest.split('?')[0])) return false;
  if (!scheme) return text.startsWith('/') || text === '*';
  const host = /^\/\/([^/?]*)/.exec(rest)?.[1];
  return host === undefined || (!/[\s<>"\\^`{}|]/.test(host) && !/:(?!\d*$)[^\]]*$/.test(host.replace(/^.*@/, '')));
}

const HOSTNAME =
  '^([a-zA-Z0-9\\p{S}\\p{L}]((-?[a-zA-Z0-9\\p{S}\\p{L}]{0,62})?)|([a-zA-Z0-9\\p{S}\\p{L}](([a-zA-Z0-9-\\p{S}\\p{L}]{0,61}[a-zA-Z0-9\\p{S}\\p{L}])?)(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$';
let hostname: RE2JS | undefined;

function isHostname(text: string): boolean {
  hostname ??= RE2JS.compile(HOSTNAME);
  return (
    utf8Length(text) <= 255 &&
    hostname.matcher(text).find() &&
    text.split('.').every((label) => utf8Length(label) <= 63)
  );
}

const OCTET = '(?:0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])';

/** The address of a mailbox, with a name before it or not (net/mail.ParseAddress). */
const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\uffff-]+";
const QUOTED = '"(?:[^"\\\\\\r\\n]|\\\\[^\\r\\n])*"';
const MAILBOX = `(?:${ATOM}(?:\\.${ATOM})*|${QUOTED})@(?:${ATOM}(?:\\.${ATOM})*|\\[[^\\[\\]\\\\]*\\])`;
const PHRASE = `(?:(?:[A-Za-z0-9!#$%&'*+/=?^_\`{|}~.\\u0080-\\uffff-]+|${QUOTED})\\s*)*`;

const digitsOf = (text: string): string => text.replace(/[^0-9]/g, '');

/** A number whose digits, every second one doubled, add up to a multiple of ten (govalidator CREDITCARD). */
function isCreditCard(text: string): boolean {
  const digits = digitsOf(text);
  const known =
    /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/;
  if (!known.test(digits)) return false;
  const sum = Array.from(digits, Number)
    .reverse()
    .reduce((all, digit, index) => all + (index % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)), 0);
  return sum % 10 === 0;
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '');
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  return (
    Array.from(digits).reduce((sum, digit, i) => sum + (i + 1) * (digit === 'X' ? 10 : Number(digit)), 0) % 11 === 0
  );
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '');
  if (!/^\d{13}$/.test(digits)) return false;
  return Array.from(digits).reduce((sum, digit, i) => sum + Number(digit) * (i % 2 === 0 ? 1 : 3), 0) % 10 === 0;
}

/** An address without what ParseIPSloppy overlooks: leading zeros of its numbers. */
const withoutZeros = (text: string): string => text.replace(/(^|[.:])0+(?=\d+(?:\.|\/|$))/g, '$1');

const SHORT_NAME = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: pattern(/^[0-9a-fA-F]{24}$/),
  byte: pattern(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/),
  cidr: (text) => parseCidr(withoutZeros(text)) !== undefined,
  creditcard: isCreditCard,
  date: isDate,
  datetime: isDateTime,
  duration: isDuration,
  email: pattern(new RegExp(`^\\s*(?:${MAILBOX}|${PHRASE}<${MAILBOX}>)\\s*$`)),
  hexcolor: pattern(/^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  hostname: isHostname,
  ipv4: (text) => text.includes('.') && parseIp(withoutZeros(text)) !== undefined,
  ipv6: (text) => text.includes(':') && parseIp(text) !== undefined,
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  k8slongname: (text) => text.length <= 253 && new RegExp(`^${SHORT_NAME}(?:\\.${SHORT_NAME})*$`).test(text),
  k8sshortname: (text) => text.length <= 63 && new RegExp(`^${SHORT_NAME}$`).test(text),
  mac: pattern(
    /^(?:[0-9a-fA-F]{2}([:-])(?:[0-9a-fA-F]{2}\1){4}(?:(?:[0-9a-fA-F]{2}\1){2})?[0-9a-fA-F]{2}|(?:[0-9a-fA-F]{4}\.){2}(?:[0-9a-fA-F]{4}\.)?[0-9a-fA-F]{4})$/,
  ),
  password: () => true,
  rgbcolor: pattern(new RegExp(`^rgb\\(\\s*${OCTET}\\s*,\\s*${OCTET}\\s*,\\s*${OCTET}\\s*\\)$`)),
  ssn: pattern(/^\d{3}[- ]\d{2}[- ]\d{4}$/),
  uri: isUri,
  uuid: pattern(uuid(ANY, ANY)),
  uuid3: pattern(uuid('3', ANY)),
  uuid4: pattern(uuid('4', '[89ab]')),
  uuid5: pattern(uuid('5', '[89ab]')),
};

/** The check behind a schema's `format`; undefined when the format means nothing to the API server. */
export function stringFormat(format: string | undefined): ((text: string) => boolean) | undefined {
  const name = (format ?? '').replaceAll('-', '');
  return Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
}
