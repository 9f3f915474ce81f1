import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import type { ApiRequest } from '../contract/request.js';
import { done, refused, subject, timestamp, type Outcome, type RequestScope } from '../request/request-scope.js';
import { notFound, serverMethodNotAllowed } from '../status/status-errors.js';

const AUDIENCE = 'https://kubernetes.default.svc.cluster.local';
const MIN_SECONDS = 600;

/** POST serviceaccounts/token: a signed token for the account (authentication.k8s.io/v1 TokenRequest). */
export function requestToken(scope: RequestScope, request: ApiRequest): Outcome {
  if (request.verb !== 'create') return refused(serverMethodNotAllowed());
  const { server, rest } = scope;
  const account = server.store.get(rest.type, scope.namespace, scope.name);
  if (!account) return refused(notFound(subject(scope), scope.name));
  const spec: JsonObject = isJsonObject(request.body) && isJsonObject(request.body.spec) ? request.body.spec : {};
  const seconds = typeof spec.expirationSeconds === 'number' ? spec.expirationSeconds : 3600;
  if (seconds < MIN_SECONDS) {
    return refused({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: ${seconds}: may not specify a duration less than 10 minutes`,
      reason: 'Invalid',
      code: 422,
    });
  }
  const audiences = Array.isArray(spec.audiences) && spec.audiences.length > 0 ? spec.audiences : [AUDIENCE];
  const now = server.simulation.now();
  const { token, expires } = server.tokens.issue(account, audiences as string[], now, seconds);
  return done(
    {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name: scope.name, namespace: scope.namespace, creationTimestamp: timestamp(now) },
      spec: {
        audiences,
        expirationSeconds: seconds,
        boundObjectRef: spec.boundObjectRef ?? null,
      },
      status: { token, expirationTimestamp: timestamp(expires) },
    },
    201,
  );
}
