import { nameParts, parsePem, type CertificateSigningRequest } from '@seatrial/apiserver';
import { decodeBase64 } from '@seatrial/kernel';
import { humanDuration } from '@seatrial/schema';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { formatLabels, rfc1123 } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** extractCSRStatus */
function statusOf({ status }: CertificateSigningRequest): string {
  const types = (status?.conditions ?? []).map(({ type }) => type);
  const decision = types.includes('Denied') ? 'Denied' : types.includes('Approved') ? 'Approved' : 'Pending';
  return `${decision}${types.includes('Failed') ? ',Failed' : ''}${status?.certificate ? ',Issued' : ''}`;
}

const LISTS = [
  ['O', 'Organization'],
  ['OU', 'Organizational Unit'],
  ['C', 'Country'],
  ['L', 'Locality'],
  ['ST', 'Province'],
  ['STREET', 'StreetAddress'],
  ['postalCode', 'PostalCode'],
] as const;

/** CertificateSigningRequest: who asked for what, its state and subject, events. */
export const certificateSigningRequestDescribe = defineDescriber<CertificateSigningRequest>({
  group: 'certificates.k8s.io',
  kind: 'CertificateSigningRequest',
  describe: (request, context) => {
    const w = new DescriptionWriter();
    const { metadata, spec } = request;
    w.field('Name', metadata.name);
    w.field('Labels', formatLabels(metadata.labels));
    w.field('Annotations', formatLabels(metadata.annotations));
    w.field('CreationTimestamp', rfc1123(metadata.creationTimestamp));
    w.field('Requesting User', spec.username ?? '');
    if (spec.signerName) w.field('Signer', spec.signerName);
    if (spec.expirationSeconds !== undefined)
      w.field('Requested Duration', humanDuration(spec.expirationSeconds * 1000));
    w.field('Status', statusOf(request));
    const decoded = decodeBase64(spec.request ?? '');
    const pem = 'text' in decoded ? parsePem(decoded.text) : undefined;
    const parts = nameParts(pem?.fields.get('subject') ?? '');
    const valuesOf = (type: string): string[] => parts.filter(([name]) => name === type).map(([, value]) => value);
    w.write(0, 'Subject:\n');
    w.write(0, `\tCommon Name:\t${valuesOf('CN').join('')}\n`);
    w.write(0, `\tSerial Number:\t${valuesOf('serialNumber').join('')}\n`);
    for (const [type, title] of LISTS) {
      const values = valuesOf(type);
      if (values.length > 0) w.write(0, `\t${title}:\t${values.join('\n\t\t')}\n`);
    }
    writeEventsOf(w, request, context);
    return w.text();
  },
});
