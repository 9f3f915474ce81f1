import { decodeBase64, rememberRecent } from '@seatrial/kernel';
import { derNames } from './der-subject.js';

/**
 * A certificate, certificate request or key. The simulator computes no signatures: its own ones are PEM texts whose
 * body states fields as `name: value` lines (`subject: O=dev, CN=jane`). Real ones are read as far as their names go.
 */
export interface PemText {
  /** `CERTIFICATE`, `CERTIFICATE REQUEST`, `PRIVATE KEY`… */
  readonly label: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** The name of the clusters' certificate authority. */
export const CLUSTER_CA_NAME = 'CN=kubernetes';

/** A PEM text in the simulator's notation; fields that are undefined are left out. */
export function formatPem(label: string, fields: Readonly<Record<string, string | undefined>>): string {
  const lines = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\n`]));
  return `-----BEGIN ${label}-----\n${lines.join('')}-----END ${label}-----\n`;
}

/** The first PEM block of a text, or undefined where there is none that can be read. Sessions show the same ones again and again. */
export const parsePem: (text: string) => PemText | undefined = rememberRecent(readPem);

function readPem(text: string): PemText | undefined {
  const found = /-----BEGIN ([A-Z0-9 ]+)-----\n([^-]*(?:-[^-]+)*)-----END \1-----/.exec(text.replaceAll('\r', ''));
  if (!found) return undefined;
  const [, label, body] = found;
  const fields = new Map<string, string>();
  for (const line of body.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  if (fields.size > 0) return { label, fields };
  const decoded = decodeBase64(body);
  if (!('text' in decoded)) return undefined;
  if (label.endsWith('KEY')) return { label, fields };
  const names = derNames(decoded.text);
  if (!names) return undefined;
  for (const [name, value] of Object.entries(names) as [string, string][]) fields.set(name, value);
  return { label, fields };
}

const MAX_BLOCKS = 100;

/** Every PEM block of a text that can be read, in order (a bundle of authorities). */
export function parsePemBlocks(text: string): readonly PemText[] {
  return text
    .split(/(?=-----BEGIN )/)
    .slice(0, MAX_BLOCKS)
    .flatMap((block) => parsePem(block) ?? []);
}

/** The parts of a distinguished name such as `O=dev, CN=jane`, in order. */
export function nameParts(name: string): readonly (readonly [type: string, value: string])[] {
  return name.split(/,\s*/).flatMap((part) => {
    const equals = part.indexOf('=');
    return equals < 0 ? [] : [[part.slice(0, equals).trim(), part.slice(equals + 1).trim()] as const];
  });
}
