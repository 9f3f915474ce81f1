import { formatPem, nameParts, parsePem, publicKeyOf, type PemText } from '@seatrial/apiserver';
import { sha256Hex, type Coroutine } from '@seatrial/kernel';
import { formatTime, parseTime } from '@seatrial/schema';
import type { Tool } from '../tool/tool.js';
import { opensslOptions, type OpensslOptions } from './openssl-options.js';

const DAY_MS = 86_400_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** One subcommand: what it does with its arguments. */
export type OpensslVerb = (tool: Tool, args: readonly string[]) => Coroutine<number>;

/** `/CN=ana/O=dev` as `CN=ana, O=dev`. */
function subjectOf(typed: string): string | undefined {
  if (!typed.startsWith('/')) return undefined;
  const parts = typed.slice(1).split(/(?<!\\)\//);
  const pairs = parts.filter((part) => part !== '').map((part) => part.replaceAll('\\/', '/'));
  return pairs.every((part) => part.includes('=')) ? pairs.join(', ') : undefined;
}

/** A distinguished name as OpenSSL 3.0 prints it: `CN = ana, O = dev`. */
const shownName = (name: string): string =>
  nameParts(name)
    .map(([type, value]) => `${type} = ${value}`)
    .join(', ');

/** `Nov 21 07:30:00 2026 GMT` */
function shownTime(text: string): string {
  const iso = formatTime(parseTime(text) ?? 0);
  const month = MONTHS[Number(iso.slice(5, 7)) - 1];
  return `${month} ${String(Number(iso.slice(8, 10))).padStart(2)} ${iso.slice(11, 19)} ${iso.slice(0, 4)} GMT`;
}

function newKey(tool: Tool): string {
  return formatPem('PRIVATE KEY', { secret: tool.machine.simulation.random.hex(64) });
}

function* unknownOption(tool: Tool, verb: string, name: string): Coroutine<number> {
  yield* tool.err(`${verb}: Unknown option: -${name}\n${verb}: Use -help for summary.\n`);
  return 1;
}

/** Writes to the file of `-out`, else to standard output; complains of a folder that is not there and gives the exit status. */
export function* deliver(tool: Tool, path: string | undefined, text: string, mode = 0o644): Coroutine<number> {
  if (path === undefined) {
    yield* tool.out(text);
    return 0;
  }
  const written = tool.machine.files.writeFile(tool.path(path), text, { mode, owner: tool.process.user });
  if (written.ok) return 0;
  yield* tool.err(`Can't open "${path}" for writing, No such file or directory\n`);
  return 1;
}

/** A PEM file of one of the labels; complains in OpenSSL's words. */
function* load(tool: Tool, path: string | undefined, what: string, label: string): Coroutine<PemText | undefined> {
  const text = yield* tool.read(path);
  if (!text.ok) {
    yield* tool.err(`Can't open "${path ?? ''}" for reading, No such file or directory\nUnable to load ${what}\n`);
    return undefined;
  }
  const pem = parsePem(text.value);
  if (pem?.label.endsWith(label)) return pem;
  yield* tool.err(`Could not read ${what}${path === undefined ? '' : ` from ${path}`}\nUnable to load ${what}\n`);
  return undefined;
}

export const genrsa: OpensslVerb = function* (tool, args) {
  const { values, operands, unknown } = opensslOptions(args, ['out', 'passout'], ['verbose', 'quiet', 'traditional']);
  if (unknown !== undefined) return yield* unknownOption(tool, 'genrsa', unknown);
  const [bits = '2048'] = operands;
  if (!/^\d+$/.test(bits)) {
    yield* tool.err(`genrsa: Can't parse "${bits}" as a number\n`);
    return 1;
  }
  return yield* deliver(tool, values.get('out'), newKey(tool), 0o600);
};

export const genpkey: OpensslVerb = function* (tool, args) {
  const { values, unknown } = opensslOptions(args, ['out', 'algorithm', 'pkeyopt', 'outform'], ['quiet']);
  if (unknown !== undefined) return yield* unknownOption(tool, 'genpkey', unknown);
  return yield* deliver(tool, values.get('out'), newKey(tool), 0o600);
};

/** The lines of `-subject`, `-issuer`, `-dates`… in the order in which they were asked for. */
function requestedLines(args: readonly string[], pem: PemText): string {
  const field = (name: string): string => pem.fields.get(name) ?? '';
  const start = `notBefore=${shownTime(field('notBefore'))}\n`;
  const end = `notAfter=${shownTime(field('notAfter'))}\n`;
  const lines: Readonly<Record<string, string>> = {
    '-subject': `subject=${shownName(field('subject'))}\n`,
    '-issuer': `issuer=${shownName(field('issuer'))}\n`,
    '-startdate': start,
    '-enddate': end,
    '-dates': start + end,
    '-serial': `serial=${field('serial').toUpperCase()}\n`,
  };
  return args.flatMap((word) => (Object.hasOwn(lines, word) ? [lines[word]] : [])).join('');
}

/** The parts of `-text` that the notation knows; moduli and signatures there are none. */
function certificateText(pem: PemText): string {
  const field = (name: string): string => pem.fields.get(name) ?? '';
  const request = pem.label.endsWith('REQUEST');
  const names = field('names');
  const indented = [
    `Version: ${request ? '1 (0x0)' : '3 (0x2)'}`,
    ...(request ? [] : ['Serial Number:', `    ${(field('serial').match(/../g) ?? []).join(':')}`]),
    ...(request ? [] : ['Signature Algorithm: sha256WithRSAEncryption', `Issuer: ${shownName(field('issuer'))}`]),
    ...(request ? [] : ['Validity', `    Not Before: ${shownTime(field('notBefore'))}`]),
    ...(request ? [] : [`    Not After : ${shownTime(field('notAfter'))}`]),
    `Subject: ${shownName(field('subject'))}`,
    'Subject Public Key Info:',
    '    Public Key Algorithm: rsaEncryption',
    '        Public-Key: (2048 bit)',
    ...(names === '' ? [] : ['X509v3 extensions:', '    X509v3 Subject Alternative Name: ', `        ${names}`]),
  ];
  return `Certificate${request ? ' Request' : ''}:\n    Data:\n${indented.map((line) => `        ${line}\n`).join('')}`;
}

function pemOf({ label, fields }: PemText): string {
  return formatPem(label, Object.fromEntries(fields));
}

/** A certificate for a request, as `x509 -req` and `req -x509` issue it. */
function issue(tool: Tool, request: PemText, issuer: string, days: string | undefined): PemText {
  const now = tool.machine.simulation.now();
  const fields = new Map(request.fields)
    .set('issuer', issuer)
    .set('serial', tool.machine.simulation.random.hex(40))
    .set('notBefore', formatTime(now))
    .set('notAfter', formatTime(now + Number(days ?? 30) * DAY_MS));
  return { label: 'CERTIFICATE', fields };
}

/** `DNS:a, IP:1.2.3.4` of `subjectAltName = …`, which may name a section of `DNS.1 = a` lines. */
function alternativeNames(text: string): string | undefined {
  const value = /^\s*subjectAltName\s*=\s*(.*)$/m.exec(text)?.[1].trim();
  if (value === undefined) return undefined;
  if (!value.startsWith('@')) return value.replace(/,\s*/g, ', ');
  const lines = text.split('\n').map((line) => line.trim());
  const start = lines.findIndex((line) => line.replace(/\s/g, '') === `[${value.slice(1)}]`);
  const section = lines.slice(start + 1);
  const end = section.findIndex((line) => line.startsWith('['));
  return (end < 0 ? section : section.slice(0, end))
    .flatMap((line) => {
      const entry = /^(\w+)(?:\.\d+)?\s*=\s*(.*)$/.exec(line);
      return entry ? [`${entry[1]}:${entry[2]}`] : [];
    })
    .join(', ');
}

/** The key that `req` signs with: `-key`, or a new one that goes to `-keyout`. */
function* requestKey(tool: Tool, { values, flags }: OpensslOptions): Coroutine<PemText | undefined> {
  const path = values.get('key');
  if (path !== undefined && !values.has('newkey')) return yield* load(tool, path, 'private key', 'KEY');
  const text = newKey(tool);
  const out = values.get('keyout') ?? 'privkey.pem';
  if (!flags.has('nodes') && !flags.has('noenc')) {
    yield* tool.err('Enter PEM pass phrase:\nreq: Error generating key: there is no terminal\n');
    return undefined;
  }
  yield* tool.err('-----\n');
  return (yield* deliver(tool, out, text, 0o600)) === 0 ? parsePem(text) : undefined;
}

const REQ_VALUES = ['key', 'keyout', 'out', 'in', 'subj', 'days', 'newkey', 'addext', 'config', 'extensions', 'pkeyopt', 'set_serial']; // prettier-ignore
const REQ_FLAGS = ['new', 'x509', 'nodes', 'noenc', 'noout', 'text', 'subject', 'verify', 'sha256', 'sha512', 'batch', 'utf8', 'quiet']; // prettier-ignore

export const req: OpensslVerb = function* (tool, args) {
  const options = opensslOptions(args, REQ_VALUES, REQ_FLAGS);
  const { values, flags, unknown } = options;
  if (unknown !== undefined) return yield* unknownOption(tool, 'req', unknown);
  if (!flags.has('new') && !flags.has('x509') && !values.has('newkey')) {
    const pem = yield* load(tool, values.get('in'), 'X509 request', 'CERTIFICATE REQUEST');
    if (!pem) return 1;
    if (flags.has('verify')) yield* tool.err('Certificate request self-signature verify OK\n');
    const text = (flags.has('text') ? certificateText(pem) : '') + requestedLines(args, pem);
    return yield* deliver(tool, values.get('out'), text + (flags.has('noout') ? '' : pemOf(pem)));
  }
  const key = yield* requestKey(tool, options);
  if (!key) return 1;
  const subject = subjectOf(values.get('subj') ?? '');
  if (subject === undefined) {
    if (values.has('subj'))
      yield* tool.err(
        `req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\. This name is not in that format: '${values.get('subj') ?? ''}'\n`,
      );
    else yield* tool.err('req: questions for a subject are not simulated: use -subj\n');
    return 1;
  }
  const names = alternativeNames(values.get('addext') ?? '');
  const fields = new Map([
    ['subject', subject],
    ['key', publicKeyOf(key)],
  ]);
  if (names !== undefined) fields.set('names', names);
  const request: PemText = { label: 'CERTIFICATE REQUEST', fields };
  const result = flags.has('x509') ? issue(tool, request, subject, values.get('days')) : request;
  const text = (flags.has('text') ? certificateText(result) : '') + (flags.has('noout') ? '' : pemOf(result));
  return yield* deliver(tool, values.get('out'), text);
};

const X509_VALUES = ['in', 'out', 'CA', 'CAkey', 'CAserial', 'days', 'signkey', 'key', 'extfile', 'extensions', 'inform', 'checkend', 'set_serial', 'subj', 'ext', 'outform', 'copy_extensions']; // prettier-ignore
const X509_FLAGS = ['req', 'noout', 'text', 'subject', 'issuer', 'dates', 'startdate', 'enddate', 'serial', 'CAcreateserial', 'sha256', 'fingerprint']; // prettier-ignore

function* signRequest(tool: Tool, { values }: OpensslOptions): Coroutine<PemText | undefined> {
  const request = yield* load(tool, values.get('in'), 'certificate request input', 'CERTIFICATE REQUEST');
  if (!request) return undefined;
  const own = values.get('signkey') ?? values.get('key');
  const subject = request.fields.get('subject') ?? '';
  let issuer = subject;
  if (own === undefined) {
    const authority = yield* load(tool, values.get('CA'), 'CA certificate', 'CERTIFICATE');
    const key = yield* load(tool, values.get('CAkey') ?? values.get('CA'), 'CA private key', 'KEY');
    if (!authority || !key) return undefined;
    issuer = authority.fields.get('subject') ?? '';
  } else if (!(yield* load(tool, own, 'private key', 'KEY'))) return undefined;
  yield* tool.err(`Certificate request self-signature ok\nsubject=${shownName(subject)}\n`);
  const fields = new Map(request.fields);
  if (!/^copy/.test(values.get('copy_extensions') ?? '')) fields.delete('names');
  const extensions = values.get('extfile');
  if (extensions !== undefined) {
    const text = yield* tool.read(extensions);
    if (!text.ok) {
      yield* tool.err(`Can't open "${extensions}" for reading, No such file or directory\n`);
      return undefined;
    }
    const names = alternativeNames(text.value);
    if (names !== undefined) fields.set('names', names);
  }
  return issue(tool, { ...request, fields }, issuer, values.get('days'));
}

export const x509: OpensslVerb = function* (tool, args) {
  const options = opensslOptions(args, X509_VALUES, X509_FLAGS);
  const { values, flags, unknown } = options;
  if (unknown !== undefined) return yield* unknownOption(tool, 'x509', unknown);
  const pem = flags.has('req')
    ? yield* signRequest(tool, options)
    : yield* load(tool, values.get('in'), 'certificate', 'CERTIFICATE');
  if (!pem) return 1;
  let text = (flags.has('text') ? certificateText(pem) : '') + requestedLines(args, pem);
  if (flags.has('fingerprint')) {
    const hex = sha256Hex(pemOf(pem)).toUpperCase().match(/../g) ?? [];
    text += `sha256 Fingerprint=${hex.join(':')}\n`;
  }
  const seconds = values.get('checkend');
  const end = parseTime(pem.fields.get('notAfter') ?? '') ?? 0;
  const expires = seconds !== undefined && end <= tool.machine.simulation.now() + Number(seconds) * 1000;
  if (seconds !== undefined) text += expires ? 'Certificate will expire\n' : 'Certificate will not expire\n';
  const status = yield* deliver(tool, values.get('out'), text + (flags.has('noout') ? '' : pemOf(pem)));
  return expires ? 1 : status;
};

export const verify: OpensslVerb = function* (tool, args) {
  const { values, operands, unknown } = opensslOptions(args, ['CAfile', 'untrusted'], ['verbose']);
  if (unknown !== undefined) return yield* unknownOption(tool, 'verify', unknown);
  const authority = values.has('CAfile')
    ? yield* load(tool, values.get('CAfile'), 'CA certificate', 'CERTIFICATE')
    : undefined;
  let status = 0;
  for (const path of operands) {
    const pem = yield* load(tool, path, 'certificate', 'CERTIFICATE');
    if (!pem) return 2;
    const subject = pem.fields.get('subject') ?? '';
    const end = parseTime(pem.fields.get('notAfter') ?? '') ?? 0;
    const trusted = authority !== undefined && authority.fields.get('subject') === pem.fields.get('issuer');
    const self = pem.fields.get('issuer') === subject;
    let error = self
      ? '18 at 0 depth lookup: self-signed certificate'
      : '20 at 0 depth lookup: unable to get local issuer certificate';
    if (trusted) error = end <= tool.machine.simulation.now() ? '10 at 0 depth lookup: certificate has expired' : '';
    if (error === '') yield* tool.out(`${path}: OK\n`);
    else {
      status = 2;
      yield* tool.err(`${shownName(subject)}\nerror ${error}\nerror ${path}: verification failed\n`);
    }
  }
  return status;
};
