import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from '@seatrial/kernel';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { defineCommand, type CommandDefinition } from '../command.js';
import { errorText, splitLines, toolProgram, type Tool } from '../tool/tool.js';
import type { Coroutine } from '@seatrial/kernel';

export const base64 = defineCommand({
  name: 'base64',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options('-d -D --decode, -i --ignore-garbage, -w --wrap=');
    const text = yield* tool.read(operands[0]);
    if (!text.ok) return yield* tool.die(`${operands[0]}: ${errorText(text.error)}`);
    if (!flags.has('d')) {
      const encoded = encodeBase64(text.value);
      const width = Number(values.get('w')?.at(-1) ?? 76);
      if (width === 0) yield* tool.out(encoded);
      else yield* tool.out(encoded.replace(new RegExp(`.{1,${String(width)}}`, 'g'), '$&\n'));
      return 0;
    }
    const isBusybox = tool.machine.programs.has('busybox');
    const compact = text.value.replace(isBusybox || flags.has('i') ? /[^A-Za-z0-9+/=]/g : /\n/g, '');
    const valid = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(compact)?.[0] ?? '';
    const rest = compact.slice(valid.length);
    // What can be decoded is printed before the complaint; busybox leaves what makes no whole group.
    const loose = isBusybox ? '' : (/^[A-Za-z0-9+/]{2,3}/.exec(rest)?.[0] ?? '');
    const decoded = decodeBase64(valid + (loose === '' ? '' : loose.padEnd(4, '=')));
    if ('text' in decoded) yield* tool.out(decoded.text);
    if (rest === '' || (isBusybox && rest.startsWith('='))) return 0;
    yield* tool.complain(isBusybox ? 'truncated input' : 'invalid input');
    return 1;
  }),
});

function hashCommand(name: string, hash: (bytes: Uint8Array) => Uint8Array) {
  return defineCommand({ name, program: toolProgram((tool) => runHash(tool, hash)) });
}

function* runHash(tool: Tool, hash: (bytes: Uint8Array) => Uint8Array): Coroutine<number> {
  const { flags, operands } = yield* tool.options(
    '-c --check, -b --binary, -t --text, --status, --quiet, -w --warn, --tag',
  );
  let status = 0;
  for (const operand of operands.length > 0 ? operands : ['-']) {
    const text = yield* tool.read(operand);
    if (!text.ok) {
      status = 1;
      yield* tool.complain(
        tool.isBusybox ? `can't open '${operand}': ${errorText(text.error)}` : `${operand}: ${errorText(text.error)}`,
      );
      continue;
    }
    if (flags.has('c')) {
      let failures = 0;
      let unreadable = 0;
      let known = 0;
      for (const line of splitLines(text.value)) {
        const found = /^([0-9a-f]+) [ *](.*)$/.exec(line);
        if (!found) continue;
        known++;
        const content = tool.readFile(found[2]);
        const good = content.ok && bytesToHex(hash(encodeUtf8(content.value))) === found[1];
        if (!good) status = 1;
        if (!content.ok) {
          unreadable++;
          yield* tool.complain(`${found[2]}: ${errorText(content.error)}`);
        } else if (!good) failures++;
        if (!flags.has('status') && !(good && flags.has('quiet')))
          yield* tool.out(`${found[2]}: ${good ? 'OK' : content.ok ? 'FAILED' : 'FAILED open or read'}\n`);
      }
      if (known === 0) {
        status = 1;
        yield* tool.complain(`${operand}: no properly formatted checksum lines found`);
      }
      if (unreadable > 0)
        yield* tool.complain(
          `WARNING: ${String(unreadable)} listed file${unreadable > 1 ? 's' : ''} could not be read`,
        );
      if (failures > 0 && tool.isBusybox)
        yield* tool.complain(`WARNING: ${String(failures)} of ${String(known)} computed checksums did NOT match`);
      else if (failures > 0 && !flags.has('status'))
        yield* tool.complain(`WARNING: ${String(failures)} computed checksum${failures > 1 ? 's' : ''} did NOT match`);
    } else yield* tool.out(`${bytesToHex(hash(encodeUtf8(text.value)))}  ${operand}\n`);
  }
  return status;
}

export const md5sum = hashCommand('md5sum', md5);
export const sha1sum = hashCommand('sha1sum', sha1);
export const sha256sum = hashCommand('sha256sum', sha256);
export const sha512sum = hashCommand('sha512sum', sha512);

/** POSIX's CRC over the bytes and their count. */
function posixChecksum(bytes: Uint8Array): number {
  let crc = 0;
  const add = (byte: number): void => {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  };
  for (const byte of bytes) add(byte);
  for (let length = bytes.length; length > 0; length >>>= 8) add(length & 0xff);
  return ~crc >>> 0;
}

/** A command that writes a row for each file, or for what comes in. */
const checksumCommand = (
  name: string,
  options: string,
  row: (bytes: Uint8Array, operand: string, of: number) => string,
): CommandDefinition =>
  defineCommand({
    name,
    program: toolProgram(function* (tool) {
      const { operands } = yield* tool.options(options);
      let status = 0;
      for (const operand of operands.length > 0 ? operands : ['']) {
        const text = yield* tool.read(operand === '' ? undefined : operand);
        if (text.ok) {
          const bytes = encodeUtf8(text.value);
          tool.charge(1 + bytes.length);
          yield* tool.out(`${row(bytes, operand, operands.length)}\n`);
        } else {
          status = 1;
          yield* tool.complain(`${operand}: ${errorText(text.error)}`);
        }
      }
      return status;
    }),
  });

export const cksum = checksumCommand(
  'cksum',
  '-a --algorithm=',
  (bytes, operand) => `${posixChecksum(bytes)} ${bytes.length}${operand === '' ? '' : ` ${operand}`}`,
);

/** BSD's checksum: rotated to the right before each byte is added. */
function bsdChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = ((sum >> 1) + ((sum & 1) << 15) + byte) & 0xffff;
  return sum;
}

export const sum = checksumCommand('sum', '-r, -s --sysv', (bytes, operand, of) => {
  const blocks = String(Math.ceil(bytes.length / 1024)).padStart(5);
  return `${String(bsdChecksum(bytes)).padStart(5, '0')} ${blocks}${of > 1 ? ` ${operand}` : ''}`;
});

export const xxd = defineCommand({
  name: 'xxd',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options('-p --plain, -r --revert, -c --cols=, -l --len=, -u');
    const text = yield* tool.read(operands[0]);
    if (!text.ok) return yield* tool.die(`${operands[0]}: ${errorText(text.error)}`, 2);
    if (flags.has('r') && flags.has('p')) {
      const pairs = text.value.replace(/\s/g, '').match(/../g) ?? [];
      yield* tool.out(decodeUtf8(Uint8Array.from(pairs.map((pair) => Number.parseInt(pair, 16)))));
      return 0;
    }
    const bytes = encodeUtf8(text.value);
    if (flags.has('p')) {
      yield* tool.out(bytesToHex(bytes).replace(/.{1,60}/g, '$&\n'));
      return 0;
    }
    for (let at = 0; at < bytes.length; at += 16) {
      const row = bytes.slice(at, at + 16);
      const hex = bytesToHex(row)
        .replace(/.{1,4}/g, '$& ')
        .padEnd(40);
      const shown = [...row].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
      yield* tool.out(`${at.toString(16).padStart(8, '0')}: ${hex} ${shown}\n`);
    }
    return 0;
  }),
});

/** Where a line of od begins, in the radix that `-A` names. */
function addressText(at: number, radix: string): string {
  if (radix === 'n') return '';
  if (radix === 'x') return at.toString(16).padStart(6, '0');
  return at.toString(radix === 'd' ? 10 : 8).padStart(7, '0');
}

export const od = defineCommand({
  name: 'od',
  program: toolProgram(function* (tool) {
    const { values, flags, operands } = yield* tool.options(
      '-A --address-radix=, -t --format=, -c, -x, -b, -d, -o, -N=, -v, -w=?, -a',
    );
    const text = yield* tool.read(operands[0]);
    if (!text.ok) return yield* tool.die(`${operands[0]}: ${errorText(text.error)}`);
    const limit = values.get('N')?.at(-1);
    const all = encodeUtf8(text.value);
    const bytes = limit === undefined ? all : all.slice(0, Number(limit));
    const radix = values.get('A')?.at(-1) ?? 'o';
    const format = flags.has('c')
      ? 'c'
      : (values.get('t')?.at(-1) ?? (flags.has('x') ? 'x2' : flags.has('b') ? 'o1' : 'o2'));
    for (let at = 0; at < bytes.length; at += 16)
      yield* tool.out(`${addressText(at, radix)}${dump(bytes.slice(at, at + 16), format)}\n`);
    if (radix !== 'n') yield* tool.out(`${addressText(bytes.length, radix)}\n`);
    return 0;
  }),
});

const CHARACTERS: Readonly<Record<number, string>> = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' }; // prettier-ignore

function dump(row: Uint8Array, format: string): string {
  if (format.startsWith('c'))
    return [...row]
      .map((byte) =>
        (
          CHARACTERS[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'))
        ).padStart(4),
      )
      .join('');
  const size = Number(/\d/.exec(format)?.[0] ?? 2);
  const base = format.startsWith('x') ? 16 : format.startsWith('o') ? 8 : 10;
  let text = '';
  for (let at = 0; at < row.length; at += size) {
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(row[at + i] ?? 0);
    const width = base === 16 ? size * 2 : base === 8 ? Math.ceil((size * 8) / 3) : Math.ceil(size * 2.41);
    text += ` ${value.toString(base).padStart(width, base === 10 ? ' ' : '0')}`;
  }
  return text;
}
