import { fail, isJsonObject, ok, type JsonObject, type JsonValue, type Result } from '@seatrial/kernel';
import type { AdmissionAttributes } from '../admission/admission.js';
import { admissionRequest } from '../policy/admission-expression.js';
import type { RestResource } from '../registry/rest-resource.js';

const API_VERSION = 'admission.k8s.io/v1';
const JSON_PATCH = 'JSONPatch';

/** What a webhook decided. */
export interface AdmissionDecision {
  readonly allowed: boolean;
  /** Its `status`, for a refusal. */
  readonly result: JsonObject | undefined;
  /** Base64 of a JSON patch, or empty. */
  readonly patch: string;
  readonly warnings: readonly string[];
}

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

function versioned(object: unknown, version: RestResource): JsonValue {
  return object === undefined ? null : version.fromStored(object as JsonObject);
}

/** The AdmissionReview that asks about a request, in the version that the webhook matched (webhook/request CreateV1AdmissionReview). */
export function createReview(attributes: AdmissionAttributes, version: RestResource, uid: string): JsonObject {
  const { object, old } = attributes;
  return {
    kind: 'AdmissionReview',
    apiVersion: API_VERSION,
    request: {
      uid,
      ...admissionRequest(attributes, version),
      object: versioned(object, version),
      oldObject: versioned(old, version),
    },
  };
}

/** Reads a webhook's answer, or says why it is none (webhook/request VerifyAdmissionResponse). */
export function verifyReview(review: JsonObject, uid: string, mutating: boolean): Result<AdmissionDecision, string> {
  const { response } = review;
  if (!isJsonObject(response)) return fail('webhook response was absent');
  const given = text(response.uid);
  if (given !== uid) return fail(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(given)}`);
  if (review.kind !== 'AdmissionReview' || review.apiVersion !== API_VERSION) {
    const [kind, apiVersion] = [text(review.kind), text(review.apiVersion)];
    return fail(`expected webhook response of ${API_VERSION}, Kind=AdmissionReview, got ${apiVersion}, Kind=${kind}`);
  }
  const patch = text(response.patch);
  const typed = typeof response.patchType === 'string';
  if (mutating) {
    if (patch !== '' && !typed) return fail('webhook returned response.patch but not response.patchType');
    if (patch === '' && typed) return fail('webhook returned response.patchType but not response.patch');
    if (typed && response.patchType === '') return fail('webhook returned invalid response.patchType of ""');
    if (typed && response.patchType !== JSON_PATCH)
      return fail(`webhook returned invalid response.patchType of ${JSON.stringify(response.patchType)}`);
  } else {
    if (patch !== '') return fail('validating webhook may not return response.patch');
    if (typed) return fail('validating webhook may not return response.patchType');
  }
  const warnings = Array.isArray(response.warnings) ? response.warnings : [];
  return ok({
    allowed: response.allowed === true,
    result: isJsonObject(response.status) ? response.status : undefined,
    patch,
    warnings: warnings.filter((warning): warning is string => typeof warning === 'string'),
  });
}
