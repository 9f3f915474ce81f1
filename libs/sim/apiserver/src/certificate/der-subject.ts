import { encodeUtf8 } from '@seatrial/kernel';

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

const SEQUENCE = 0x30;
const VERSION = 0xa0;

/** Attribute types of distinguished names by the bytes of their object identifiers. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  '85,4,3': 'CN',
  '85,4,6': 'C',
  '85,4,7': 'L',
  '85,4,8': 'ST',
  '85,4,10': 'O',
  '85,4,11': 'OU',
  '42,134,72,134,247,13,1,9,1': 'emailAddress',
};

/** The elements side by side in a stretch of DER; undefined where it is not DER. */
function elements(bytes: Uint8Array, from: number, to: number): Element[] | undefined {
  const found: Element[] = [];
  for (let at = from; at < to;) {
    const tag = bytes[at];
    let length = bytes[at + 1] ?? -1;
    let start = at + 2;
    if (length > 0x84 || length === 0x80) return undefined;
    if (length > 0x80) {
      const octets = length - 0x80;
      length = 0;
      for (let i = 0; i < octets; i++) length = length * 256 + (bytes[start + i] ?? 0);
      start += octets;
    }
    if (length < 0 || start + length > to) return undefined;
    found.push({ tag, start, end: start + length });
    at = start + length;
  }
  return found;
}

const within = (bytes: Uint8Array, element: Element | undefined): Element[] =>
  (element && elements(bytes, element.start, element.end)) ?? [];

function nameText(bytes: Uint8Array, name: Element): string {
  const parts = within(bytes, name)
    .flatMap((set) => within(bytes, set))
    .map((attribute) => {
      const [type, value] = within(bytes, attribute);
      const key = ATTRIBUTES[bytes.slice(type.start, type.end).join(',')] ?? '?';
      return `${key}=${String.fromCharCode(...bytes.slice(value.start, value.end))}`;
    });
  return parts.join(', ');
}

/** What certificates state besides their subject is left out of requests; times are RFC 3339. */
export interface DerNames {
  readonly subject: string;
  readonly issuer?: string;
  readonly serial?: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
}

/** A UTCTime or GeneralizedTime (`261121054518Z`) as RFC 3339. */
function timeText(bytes: Uint8Array, { start, end }: Element): string {
  const text = String.fromCharCode(...bytes.slice(start, end));
  const full = text.length > 13 ? text : `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}`;
  return full.replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');
}

/** The distinguished names of a real certificate (RFC 5280) or certificate request (RFC 2986), given as a stream's text. */
export function derNames(text: string): DerNames | undefined {
  const bytes = encodeUtf8(text);
  const [outer] = elements(bytes, 0, bytes.length) ?? [];
  const [body] = within(bytes, outer);
  const parts = within(bytes, body).filter(({ tag }) => tag !== VERSION);
  // A request: version, subject, key. A certificate: serial, algorithm, issuer, validity, subject, key.
  if (parts.length < 3 || parts[1].tag !== SEQUENCE) return undefined;
  if (parts.length < 6) return { subject: nameText(bytes, parts[1]) };
  const [serial, , issuer, validity, subject] = parts;
  const [notBefore, notAfter] = within(bytes, validity);
  return {
    subject: nameText(bytes, subject),
    issuer: nameText(bytes, issuer),
    serial: [...bytes.slice(serial.start, serial.end)].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    notBefore: timeText(bytes, notBefore),
    notAfter: timeText(bytes, notAfter),
  };
}
