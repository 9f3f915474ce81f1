import type { ObjectReader } from '@seatrial/apiserver';
import { respond, respondJson } from '@seatrial/images';
import { isJsonObject, type HttpRequest, type HttpResponse } from '@seatrial/kernel';
import { poolsComplaint } from './address-ranges.js';
import { pools } from './allocator.js';
import { METALLB_NAMESPACE, type IpAddressPool } from './metallb-types.js';

/** internal/k8s/webhooks: pools must fit together, and everything must be in MetalLB's namespace. */
function complaintAbout(
  store: ObjectReader,
  path: string,
  operation: unknown,
  object: IpAddressPool,
): string | undefined {
  if (operation === 'DELETE') return undefined;
  if (operation === 'CREATE' && object.metadata.namespace !== METALLB_NAMESPACE)
    return `resource must be created in ${METALLB_NAMESPACE} namespace`;
  if (!path.endsWith('-ipaddresspool')) return undefined;
  const known = pools(store);
  const replaced = known.map((pool) => (pool.metadata.name === object.metadata.name ? object : pool));
  return poolsComplaint(replaced.includes(object) ? replaced : [...replaced, object]);
}

/** Answers an AdmissionReview of MetalLB's validating webhooks. */
export function reviewMetallb(store: ObjectReader, request: HttpRequest): HttpResponse {
  let body: unknown;
  try {
    body = JSON.parse(request.body);
  } catch {
    return respond(400, 'invalid AdmissionReview\n');
  }
  const asked = isJsonObject(body) && isJsonObject(body.request) ? body.request : {};
  const path = request.path.split('?')[0];
  const object = asked.object as unknown as IpAddressPool | undefined;
  const complaint = object && complaintAbout(store, path, asked.operation, object);
  return respondJson({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid: asked.uid ?? '',
      allowed: complaint === undefined,
      status:
        complaint === undefined
          ? { metadata: {}, code: 200 }
          : { metadata: {}, message: complaint, reason: 'Forbidden', code: 403 },
    },
  });
}
