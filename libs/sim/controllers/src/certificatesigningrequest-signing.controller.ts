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
import { decodeBase64, encodeBase64 } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import { must, retrying } from './request-failed.js';

const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';
const SIGNERS = [CLIENT_SIGNER, 'kubernetes.io/kube-apiserver-client-kubelet', 'kubernetes.io/kubelet-serving'];
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
  reconcile: retrying((context, key) => {
    const { client } = context;
    const request = client.get(CERTIFICATE_SIGNING_REQUESTS, undefined, key);
    if (!request || request.status?.certificate || !SIGNERS.includes(request.spec.signerName)) return;
    const conditions = request.status?.conditions ?? [];
    const has = (type: string): boolean => conditions.some((condition) => condition.type === type);
    if (!has('Approved') || has('Denied') || has('Failed')) return;
    const wrong = request.spec.signerName === CLIENT_SIGNER ? wrongUsages(request.spec) : undefined;
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
