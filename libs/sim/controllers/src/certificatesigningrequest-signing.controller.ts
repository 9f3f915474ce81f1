import {
  CERTIFICATE_SIGNING_REQUESTS,
  CLUSTER_CA_NAME,
  defineController,
  formatPem,
  nameParts,
  parsePem,
  watch,
  type CertificateSigningRequest,
  type ControllerContext,
} from '@seatrial/apiserver';
import { compareStrings, decodeBase64, encodeBase64 } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import { must, retrying } from './request-failed.js';

const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';
const SERVING_SIGNER = 'kubernetes.io/kubelet-serving';
const SIGNERS = [CLIENT_SIGNER, 'kubernetes.io/kube-apiserver-client-kubelet', SERVING_SIGNER];
/** --cluster-signing-duration. */
const LONGEST_SECONDS = 8760 * 3600;
/** Certificates begin a little in the past, for clocks that are late. */
const BACKDATED_MS = 5 * 60_000;
/** The order in which Go writes a name's parts (crypto/x509/pkix). */
const NAME_ORDER = ['C', 'O', 'OU', 'L', 'ST', 'CN'];

/** What is wrong with the usages of a client certificate (validAPIServerClientUsages). */
function wrongUsages({ usages = [] }: CertificateSigningRequest['spec']): string | undefined {
  const other = usages.find((usage) => !['digital signature', 'key encipherment', 'client auth'].includes(usage));
  if (other !== undefined) return `invalid usage for client certificate: ${other}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  new Set(a).size === new Set(b).size && a.every((one) => b.includes(one));

/** What is wrong with a request of a kubelet (pkg/apis/certificates ValidateKubeletServingCSR, ValidateKubeletClientCSR). */
function wrongKubeletRequest(
  { signerName, usages = [] }: CertificateSigningRequest['spec'],
  fields: ReadonlyMap<string, string>,
): string | undefined {
  const parts = nameParts(fields.get('subject') ?? '');
  const organizations = parts.filter(([type]) => type === 'O').map(([, value]) => value);
  if (organizations.join() !== 'system:nodes') return 'subject organization is not system:nodes';
  const serving = signerName === SERVING_SIGNER;
  const names = (fields.get('names') ?? '').split(/,\s*/);
  const has = (kind: string): boolean => names.some((name) => name.startsWith(`${kind}:`));
  if (serving && !has('DNS') && !has('IP')) return 'DNS or IP subjectAltName is required';
  if (!serving && has('DNS')) return 'DNS subjectAltNames are not allowed';
  if (has('email')) return 'Email subjectAltNames are not allowed';
  if (!serving && has('IP')) return 'IP subjectAltNames are not allowed';
  if (has('URI')) return 'URI subjectAltNames are not allowed';
  const purpose = serving ? 'server auth' : 'client auth';
  const required = [purpose, 'digital signature', 'key encipherment'].sort(compareStrings);
  const wrongly =
    same(usages, required) || same(usages, [purpose, 'digital signature'])
      ? undefined
      : `usages did not match [${required.join(' ')}]`;
  const named = parts.some(([type, value]) => type === 'CN' && value.startsWith('system:node:'));
  const misnamed = named ? undefined : 'subject common name does not begin with system:node:';
  return serving ? (wrongly ?? misnamed) : (misnamed ?? wrongly);
}

/** Why the signer does not sign a request. */
function complaintAbout({ spec }: CertificateSigningRequest): string | undefined {
  if (spec.signerName === CLIENT_SIGNER) return wrongUsages(spec);
  const decoded = decodeBase64(spec.request);
  const request = 'text' in decoded ? parsePem(decoded.text) : undefined;
  return request && wrongKubeletRequest(spec, request.fields);
}

/** The subject with its parts in Go's order, as signing rewrites it. */
function signedName(name: string): string {
  const rank = (type: string): number => (NAME_ORDER.includes(type) ? NAME_ORDER.indexOf(type) : NAME_ORDER.length);
  const parts = [...nameParts(name)].sort(([a], [b]) => rank(a) - rank(b));
  return parts.map(([type, value]) => `${type}=${value}`).join(', ');
}

function signed({ spec }: CertificateSigningRequest, context: ControllerContext): string | undefined {
  const decoded = decodeBase64(spec.request);
  const request = 'text' in decoded ? parsePem(decoded.text) : undefined;
  if (!request) return undefined;
  const start = context.now() - BACKDATED_MS;
  const seconds = Math.min(spec.expirationSeconds ?? LONGEST_SECONDS, LONGEST_SECONDS);
  return formatPem('CERTIFICATE', {
    subject: signedName(request.fields.get('subject') ?? ''),
    issuer: CLUSTER_CA_NAME,
    authority: context.authority,
    serial: context.random.hex(32),
    notBefore: formatTime(start),
    notAfter: formatTime(start + seconds * 1000),
    key: request.fields.get('key'),
  });
}

/** Issues certificates for approved requests of the signers of kube-controller-manager (pkg/controller/certificates/signer). */
export const certificateSigningRequestSigningController = defineController({
  name: 'certificatesigningrequest-signing-controller',
  component: 'certificate-controller',
  sources: [
    watch(CERTIFICATE_SIGNING_REQUESTS, ({ type, object }) => (type === 'DELETED' ? [] : [object.metadata.name])),
  ],
  retries: { firstMs: 200, maxMs: 1_000_000 },
  reconcile: retrying((context, key) => {
    const { client } = context;
    const request = client.get(CERTIFICATE_SIGNING_REQUESTS, undefined, key);
    if (!request || request.status?.certificate || !SIGNERS.includes(request.spec.signerName)) return;
    const conditions = request.status?.conditions ?? [];
    const has = (type: string): boolean => conditions.some((condition) => condition.type === type);
    if (!has('Approved') || has('Failed')) return;
    const wrong = complaintAbout(request);
    if (wrong !== undefined) {
      const time = formatTime(context.now());
      const failed = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message: wrong };
      const all = [...conditions, { ...failed, lastUpdateTime: time, lastTransitionTime: time }];
      must(
        client.updateStatus(CERTIFICATE_SIGNING_REQUESTS, {
          ...request,
          status: { ...request.status, conditions: all },
        }),
      );
      return;
    }
    const certificate = signed(request, context);
    if (certificate === undefined) return;
    const status = { ...request.status, certificate: encodeBase64(certificate) };
    must(client.updateStatus(CERTIFICATE_SIGNING_REQUESTS, { ...request, status }));
  }),
});
