import {
  CERTIFICATE_SIGNING_REQUESTS,
  defineController,
  parsePem,
  watch,
  type CertificateSigningRequest,
} from '@seatrial/apiserver';
import { decodeBase64 } from '@seatrial/kernel';
import { timeOf } from './pod-state.js';
import { retrying } from './request-failed.js';

/** All requests are looked at so often, counted from when the controllers started. */
const POLLING_MS = 3600_000;
const DECIDED_MS = 3600_000;
const PENDING_MS = 24 * 3600_000;

/** Whether a request's certificate is no good any more. */
function isExpired({ status }: CertificateSigningRequest, now: number): boolean {
  const decoded = decodeBase64(status?.certificate ?? '');
  const notAfter = 'text' in decoded ? timeOf(parsePem(decoded.text)?.fields.get('notAfter')) : undefined;
  return notAfter !== undefined && notAfter <= now;
}

/** Whether a request has been decided, or not decided, for too long. */
function isOutdated(request: CertificateSigningRequest, now: number): boolean {
  const { status, metadata } = request;
  const conditions = status?.conditions ?? [];
  const olderThan = (since: string | undefined, ms: number): boolean => now - (timeOf(since) ?? now) > ms;
  if (conditions.length === 0) return olderThan(metadata.creationTimestamp, PENDING_MS);
  return (
    isExpired(request, now) ||
    conditions.some(({ type, lastUpdateTime }) => {
      const settled = type === 'Denied' || type === 'Failed' || (type === 'Approved' && !!status?.certificate);
      return settled && olderThan(lastUpdateTime, DECIDED_MS);
    })
  );
}

/** Deletes certificate requests that are settled or were forgotten (pkg/controller/certificates/cleaner). */
export const certificateSigningRequestCleanerController = defineController({
  name: 'certificatesigningrequest-cleaner-controller',
  component: 'certificate-controller',
  sources: [
    watch(CERTIFICATE_SIGNING_REQUESTS, ({ type, object }, context) => {
      if (type === 'ADDED') context.requeueAfter(object.metadata.name, POLLING_MS);
      return [];
    }),
  ],
  reconcile: retrying((context, key) => {
    const request = context.client.get(CERTIFICATE_SIGNING_REQUESTS, undefined, key);
    if (!request) return;
    if (isOutdated(request, context.now())) context.client.delete(CERTIFICATE_SIGNING_REQUESTS, undefined, key);
    else context.requeueAfter(key, POLLING_MS);
  }),
});
