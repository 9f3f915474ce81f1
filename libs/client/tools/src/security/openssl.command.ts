import { encodeBase64, decodeUtf8, encodeUtf8, reportUnsupported } from '@seatrial/kernel';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { defineCommand } from '../command.js';
import { errorText, toolProgram } from '../tool/tool.js';
import { base64 } from './base64.verb.js';
import { genpkey, genrsa, req, verify, x509, type OpensslVerb } from './certificate.verbs.js';
import { opensslOptions } from './openssl-options.js';

const VERSION = 'OpenSSL 3.0.13 30 Jan 2024';

const rand: OpensslVerb = function* (tool, args) {
  const { flags, values, operands } = opensslOptions(args, ['out'], ['hex', 'base64']);
  const count = Number(operands.at(0) ?? Number.NaN);
  if (!Number.isInteger(count) || count < 1 || count > 1_000_000) {
    yield* tool.err('rand: Use -help for summary.\n');
    return 1;
  }
  const hex = tool.machine.simulation.random.hex(2 * count);
  const bytes = decodeUtf8(hexToBytes(hex));
  const text = flags.has('hex')
    ? `${hex}\n`
    : flags.has('base64')
      ? encodeBase64(bytes).replace(/.{1,64}/g, '$&\n')
      : bytes;
  const out = values.get('out');
  if (out === undefined) yield* tool.out(text);
  else tool.machine.files.writeFile(tool.path(out), text, { owner: tool.process.user });
  return 0;
};

const HASHES = new Map<string, readonly [label: string, hash: (bytes: Uint8Array) => Uint8Array]>([
  ['sha1', ['SHA1', sha1]],
  ['sha256', ['SHA2-256', sha256]],
  ['sha512', ['SHA2-512', sha512]],
]);

const dgst: OpensslVerb = function* (tool, args) {
  const { flags, operands } = opensslOptions(args, ['out'], [...HASHES.keys(), 'r', 'hex']);
  const [label, hash] = HASHES.get([...flags].find((flag) => HASHES.has(flag)) ?? 'sha256') ?? ['SHA2-256', sha256];
  for (const path of operands.length > 0 ? operands : [undefined]) {
    const text = yield* tool.read(path);
    if (!text.ok) {
      yield* tool.err(`Can't open "${path ?? ''}" for reading, ${errorText(text.error)}\n`);
      return 1;
    }
    const sum = bytesToHex(hash(encodeUtf8(text.value)));
    yield* tool.out(flags.has('r') ? `${sum} *${path ?? 'stdin'}\n` : `${label}(${path ?? 'stdin'})= ${sum}\n`);
  }
  return 0;
};

const VERBS = new Map<string, OpensslVerb>([
  ['base64', base64],
  ['dgst', dgst],
  ['genpkey', genpkey],
  ['genrsa', genrsa],
  ['rand', rand],
  ['req', req],
  ['sha256', (tool, args) => dgst(tool, ['-sha256', ...args])],
  [
    'version',
    function* (tool) {
      yield* tool.out(`${VERSION} (Library: ${VERSION})\n`);
      return 0;
    },
  ],
  ['verify', verify],
  ['x509', x509],
]);

/** `openssl` 3.0: keys, requests and certificates in the simulator's notation (see apiserver's pem-text.ts). */
export const openssl = defineCommand({
  name: 'openssl',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const [name = 'help', ...args] = tool.args;
    const verb = VERBS.get(name);
    if (verb) return yield* verb(tool, args);
    reportUnsupported(tool.machine, `openssl ${name}`);
    yield* tool.err(`Invalid command '${name}'; type "help" for a list.\n`);
    return 1;
  }),
});
