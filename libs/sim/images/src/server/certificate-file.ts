import { parsePem } from '@seatrial/apiserver';
import { fail, ok, type NetworkService, type Process, type Result } from '@seatrial/kernel';
import { parseTime } from '@seatrial/schema';

/** What a server's certificate file says of it, or the line with which a server that needs it ends. */
export function readCertificate(process: Process, path: string): Result<NonNullable<NetworkService['tls']>, string> {
  const read = process.machine.files.readFile(path);
  if (!read.ok) return fail(`open ${path}: no such file or directory`);
  const pem = parsePem(read.value);
  if (!pem?.label.endsWith('CERTIFICATE')) return fail('tls: failed to find any PEM data in certificate input');
  const names = (pem.fields.get('names') ?? '')
    .split(',')
    .map((name) => name.trim().replace(/^(DNS|IP Address|IP):/, ''))
    .filter((name) => name !== '');
  const notAfter = parseTime(pem.fields.get('notAfter') ?? '');
  const issuer = pem.fields.get('issuer') ?? pem.fields.get('subject') ?? '';
  return ok({ issuer, names, ...(notAfter !== undefined && { notAfter }) });
}
