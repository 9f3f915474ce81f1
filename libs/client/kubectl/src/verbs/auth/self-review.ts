import { isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import type { Invocation } from '../../command/invocation.js';

/** POSTs a review about oneself and gives it as answered. */
export function* createSelfReview(
  k: Invocation,
  resource: string,
  kind: string,
  spec: JsonObject,
): Coroutine<JsonObject> {
  const api = yield* k.api();
  const group = kind === 'SelfSubjectReview' ? 'authentication.k8s.io' : 'authorization.k8s.io';
  const body: JsonObject = {
    apiVersion: `${group}/v1`,
    kind,
    metadata: {},
    ...(kind === 'SelfSubjectReview' ? {} : { spec }),
  };
  return yield* api.request({ verb: 'create', group, version: 'v1', resource, body });
}

/** POSTs a review about oneself and gives its status. */
export function* selfReview(k: Invocation, resource: string, kind: string, spec: JsonObject): Coroutine<JsonObject> {
  const review = yield* createSelfReview(k, resource, kind, spec);
  return isJsonObject(review.status) ? review.status : {};
}
