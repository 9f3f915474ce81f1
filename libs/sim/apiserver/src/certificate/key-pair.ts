import { decodeBase64, sha256Hex } from '@seatrial/kernel';
import { parsePem, parsePemBlocks, type PemText } from './pem-text.js';

const MAX_BLOCKS = 100;

interface Block {
  readonly label: string;
  readonly readable: boolean;
}

/** The PEM blocks of a text: what Go's encoding/pem takes for one, or the simulator's own notation. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  for (const piece of text.split(/(?=-----BEGIN )/).slice(0, MAX_BLOCKS)) {
    const found = /^-----BEGIN ([^\n]*)-----\n([^-]*(?:-[^-]+)*)-----END \1-----/.exec(piece.replaceAll('\r', ''));
    if (!found) continue;
    const [, label, body] = found;
    const readable = parsePem(piece) !== undefined;
    const decoded = decodeBase64(body);
    if (readable || !('corruptAt' in decoded)) blocks.push({ label, readable });
  }
  return blocks;
}

const isKey = (label: string): boolean => label === 'PRIVATE KEY' || label.endsWith(' PRIVATE KEY');

function certificateProblem(blocks: readonly Block[]): string | undefined {
  const certificate = blocks.find(({ label }) => label === 'CERTIFICATE');
  if (certificate) return certificate.readable ? undefined : 'x509: malformed certificate';
  if (blocks.length === 0) return 'tls: failed to find any PEM data in certificate input';
  if (blocks.length === 1 && blocks[0].label.endsWith('PRIVATE KEY'))
    return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  const types = blocks.map(({ label }) => label).join(' ');
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${types}]`;
}

function keyProblem(blocks: readonly Block[]): string | undefined {
  if (blocks.some(({ label }) => isKey(label))) return undefined;
  if (blocks.length === 0) return 'tls: failed to find any PEM data in key input';
  if (blocks.length === 1 && blocks[0].label === 'CERTIFICATE')
    return 'tls: found a certificate rather than a key in the PEM for the private key';
  const types = blocks.map(({ label }) => label).join(' ');
  return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${types}]`;
}

/** The public half of a private key whose `secret` this is, as certificates and requests state it in `key`. */
export const publicKeyOfSecret = (secret: string): string => sha256Hex(secret).slice(0, 40);

/** The public half of a private key in the simulator's notation. */
export const publicKeyOf = (privateKey: PemText): string => publicKeyOfSecret(privateKey.fields.get('secret') ?? '');

/** Only texts of the simulator's notation can be held against each other. */
function strangers(certificate: string, key: string): boolean {
  const stated = parsePemBlocks(certificate)
    .find(({ label }) => label === 'CERTIFICATE')
    ?.fields.get('key');
  const secret = parsePemBlocks(key).find(({ label }) => isKey(label));
  return stated !== undefined && secret?.fields.has('secret') === true && publicKeyOf(secret) !== stated;
}

/** Why two texts are no certificate with its key (Go's tls.X509KeyPair). */
export function keyPairProblem(certificate: string, key: string): string | undefined {
  const blocks = blocksOf(certificate);
  const found = blocks.some(({ label }) => label === 'CERTIFICATE');
  // The certificate is parsed last.
  const problem = (found ? keyProblem(blocksOf(key)) : undefined) ?? certificateProblem(blocks);
  return problem ?? (strangers(certificate, key) ? 'tls: private key does not match public key' : undefined);
}
