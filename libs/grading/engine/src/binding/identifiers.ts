import type { IdentifierKind } from '@seatrial/contracts';

/** What a cluster made up: no other cluster has the same. */
export interface Identifier {
  readonly kind: IdentifierKind;
  readonly text: string;
  /** The part that the student chose: the Deployment's name in a pod's; empty for numbers. */
  readonly stem: string;
  /** How the made-up part is built; only identifiers of one form stand for each other. */
  readonly form: string;
  readonly start: number;
}

/** The alphabet of generated suffixes: k8s.io/apimachinery/pkg/util/rand. */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';
const RANDOM = new RegExp(`^[${SAFE}]{5}$`);
const HASH = new RegExp(`^[${SAFE}]{4,10}$`);
/** Hashes of old releases are numbers, and examples in notes are made up. */
const LOOSE_HASH = /^(?=.*\d)[a-z0-9]{6,10}$/;
const PRIVATE_ADDRESS =
  /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))(?:\.\d{1,3}){2,3}$/;
const TOKEN = /sha256:[0-9a-f]{12,64}|eyJ[\w-]+\.[\w-]+\.[\w-]+|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/g;
const LONGEST = 4096;

/** How provisioners name a claim's volume: by the claim's uid (sig-storage-lib-external-provisioner). */
export const VOLUME = 'volume';

type Classified = Pick<Identifier, 'kind' | 'stem' | 'form'>;

function classifyName(token: string): Classified | undefined {
  const parts = token.split('-');
  const last = parts.at(-1) ?? '';
  const before = parts.at(-2) ?? '';
  if (parts.length > 2 && last.length === 5 && /^[a-z0-9]+$/.test(last)) {
    const hashed = HASH.test(before) && RANDOM.test(last);
    if (hashed || LOOSE_HASH.test(before))
      return { kind: 'name', stem: parts.slice(0, -2).join('-'), form: 'hash-random' };
  }
  if (parts.length < 2) return undefined;
  const stem = parts.slice(0, -1).join('-');
  if (RANDOM.test(last)) return { kind: 'name', stem, form: 'random' };
  if (/^\d{8}$/.test(last)) return { kind: 'name', stem, form: 'schedule' };
  if (/\d/.test(last) && (HASH.test(last) || /^\d{9,10}$/.test(last)) && last.length > 5)
    return { kind: 'name', stem, form: 'hash' };
  return undefined;
}

function classify(token: string): Classified | undefined {
  const plain = (kind: IdentifierKind, form: string): Classified => ({ kind, stem: '', form });
  if (token.startsWith('sha256:')) return plain('digest', 'sha256');
  if (token.startsWith('eyJ')) return token.split('.').length === 3 ? plain('token', 'jwt') : undefined;
  if (/^\d+$/.test(token)) {
    const port = Number(token);
    return token.length === 5 && port >= 30000 && port <= 32767 ? plain('nodePort', 'port') : undefined;
  }
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(token))
    return PRIVATE_ADDRESS.test(token) ? plain('address', 'ipv4') : undefined;
  if (/^[a-z0-9]{6}\.[a-z0-9]{16}$/.test(token)) return plain('token', 'bootstrap');
  if (/^[0-9a-f]{64}$/.test(token)) return plain('containerId', 'long');
  if (/^(?=.*\d)(?=.*[a-f])[0-9a-f]{12}$/.test(token)) return plain('containerId', 'short');
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(token)) return plain('uid', 'uuid');
  if (/^pvc-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(token))
    return { kind: 'name', stem: 'pvc', form: VOLUME };
  return /^[a-z0-9][a-z0-9.-]*$/.test(token) && token.length < 254 ? classifyName(token) : undefined;
}

/** The identifiers in a text, in order. */
export function findIdentifiers(text: string): Identifier[] {
  const found: Identifier[] = [];
  for (const match of text.matchAll(TOKEN)) {
    if (match[0].length > LONGEST) continue;
    const classified = classify(match[0]);
    if (classified) found.push({ ...classified, text: match[0], start: match.index });
  }
  return found;
}

/** A line with what differs from cluster to cluster and from minute to minute made symbolic. */
export interface SymbolicLine {
  readonly text: string;
  readonly template: string;
  readonly identifiers: readonly Identifier[];
}

const TIMES = [
  /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[ ]?[+-]\d\d:?\d\d)?/g,
  /\b\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}/g,
  /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?:[A-Z][a-z]{2} +\d+|\d+ [A-Z][a-z]{2}),? [\d:]+(?: [AP]M)?(?: ?[A-Z]{3})?(?: \d{4})?(?: ?[+-]\d{4}| ?[\d:]+ [A-Z]{3})?/g,
  /\b\d\d:\d\d:\d\d(?:\.\d+)?\b/g,
];
const AGE = /(^|[\s(,=])(?:\d+y)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+(?:\.\d+)?(?:s|ms|µs))?(?=$|[\s),])/g;

/** What tools print to a terminal and not to a file, and what releases of kubectl print differently. */
const SAME: readonly (readonly [RegExp, string])[] = [
  [/^\s*(?:[\p{Extended_Pictographic}\u{1F3FB}-\u{1F3FF}]\uFE0F?\s+|\* )/u, '* '],
  [/^\s*▪ /, '- '],
  [/^.*\bEvery [\d.]+s: .*$/, '<watch>'],
  [/^(\S+ "[^"]+" (?:force )?deleted) from \S+ namespace$/, '$1'],
];

/** Makes a line symbolic; spaces are squeezed, since columns are as wide as what stands in them. */
export function symbolic(line: string): SymbolicLine {
  const identifiers = findIdentifiers(line);
  let template = '';
  let at = 0;
  for (const { kind, stem, form, text, start } of identifiers) {
    template += `${line.slice(at, start)}<${kind} ${stem} ${form}>`;
    at = start + text.length;
  }
  template += line.slice(at);
  for (const time of TIMES) template = template.replace(time, '<time>');
  for (const [shown, same] of SAME) template = template.replace(shown, same);
  template = template
    .replace(AGE, (match: string, before: string) => (match === before ? match : `${before}<age>`))
    .replace(/\b(?:\d+|About an?|Less than a) (?:second|minute|hour|day|week|month)s?(?: ago)?\b/g, '<age>')
    .replace(/(resourceVersion"?: ?"?)\d+/g, '$1<version>')
    .replace(/\bv1\.\d+\.\d+(?:[-+][\w.+-]+)?(?=\s|$)/g, '<release>')
    .replace(/^[IWEF]\d{4} <time>\s+\d+ /, '<klog> ')
    .replace(/\/tmp\/[\w-]*?-?\d{6,}/g, '<temporary>')
    .replace(/\bseq=\d+ ttl=\d+ time=[\d.]+ ms/g, '<echo>')
    .replace(/-{4,}/g, '----')
    .replace(/\s+/g, ' ');
  return { text: line, template: template.trim(), identifiers };
}

/** The lines of an output that say anything. */
export function symbolicLines(output: string, limit = 4000): SymbolicLine[] {
  const lines = output.split('\n', limit).filter((line) => line.trim() !== '');
  return lines.map((line) => symbolic(line.slice(0, LONGEST)));
}
