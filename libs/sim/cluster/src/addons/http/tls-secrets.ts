import { SECRETS, nameParts, parsePem, type ObjectReader } from '@seatrial/apiserver';
import { decodeBase64, sha256Hex, type ServiceCertificate } from '@seatrial/kernel';

/** The certificate in a Secret of type kubernetes.io/tls; undefined where there is none that can be read. */
export function certificateOf(store: ObjectReader, namespace: string, name: string): ServiceCertificate | undefined {
  const data = store.get(SECRETS, namespace, name)?.data?.['tls.crt'];
  if (data === undefined) return undefined;
  const decoded = decodeBase64(data);
  if (!('text' in decoded)) return undefined;
  const pem = parsePem(decoded.text);
  if (!pem) return undefined;
  const subject = pem.fields.get('subject') ?? `CN=${sha256Hex(decoded.text).slice(0, 8)}`;
  const common = nameParts(subject).find(([type]) => type === 'CN')?.[1];
  const alternative = (pem.fields.get('names') ?? '')
    .split(',')
    .map((part) => part.trim().replace(/^(?:DNS|IP|IP Address):/, ''))
    .filter((part) => part !== '');
  const names = alternative.length > 0 ? alternative : common === undefined ? [] : [common];
  return { subject, issuer: pem.fields.get('issuer') ?? subject, names, pem: decoded.text };
}

/** Whether a certificate or rule for `pattern` (`*.example.com` stands for one label) covers a host. */
export function coversHost(pattern: string, host: string): boolean {
  if (pattern.toLowerCase() === host.toLowerCase()) return true;
  if (!pattern.startsWith('*.')) return false;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot).toLowerCase() === pattern.slice(1).toLowerCase();
}
