import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import type { TokenBinding } from '../authorization/token-authority.js';
import type { Pod } from '../contract/object.js';
import { NODES, PODS, SECRETS, type ResourceType } from '../contract/resource.js';
import type { Status } from '../contract/status.js';
import type { ApiRequest } from '../contract/request.js';
import { done, refused, subject, timestamp, type Outcome, type RequestScope } from '../request/request-scope.js';
import { badRequest, conflict, failure, notFound, serverMethodNotAllowed } from '../status/status-errors.js';

const AUDIENCE = 'https://kubernetes.default.svc.cluster.local';
const MIN_SECONDS = 600;

const MAX_SECONDS = 2 ** 32;
const BOUND: Readonly<Record<string, ResourceType>> = { Pod: PODS, Secret: SECRETS, Node: NODES };

/** The object that a token is bound to, checked (pkg/registry/core/serviceaccount/storage/token.go). */
function bindingOf(
  { server, namespace, name: account }: RequestScope,
  given: unknown,
): TokenBinding | Status | undefined {
  if (!isJsonObject(given)) return undefined;
  const text = (field: string): string => (typeof given[field] === 'string' ? given[field] : '');
  const [kind, name, uid] = [text('kind'), text('name'), text('uid')];
  const type = text('apiVersion') === 'v1' && Object.hasOwn(BOUND, kind) ? BOUND[kind] : undefined;
  if (!type) return badRequest(`cannot bind token to object of type ${text('apiVersion')}, Kind=${kind}`);
  const object = server.store.get(type, type.namespaced ? namespace : undefined, name);
  if (!object) return notFound(type, name);
  if (uid !== '' && uid !== object.metadata.uid)
    return conflict(
      type,
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  const bound = { kind: kind as TokenBinding['kind'], name, uid: object.metadata.uid };
  if (kind !== 'Pod') return bound;
  const { serviceAccountName, nodeName } = (object as Pod).spec;
  if (serviceAccountName !== account)
    return badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`,
    );
  const node = nodeName ? server.store.get(NODES, undefined, nodeName) : undefined;
  return node ? { ...bound, node: { name: node.metadata.name, uid: node.metadata.uid } } : bound;
}

const invalidSeconds = (seconds: number, why: string): Status =>
  failure(
    422,
    'Invalid',
    `TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: ${seconds}: ${why}`,
  );

/** POST serviceaccounts/token: a signed token for the account (authentication.k8s.io/v1 TokenRequest). */
export function requestToken(scope: RequestScope, request: ApiRequest): Outcome {
  if (request.verb !== 'create') return refused(serverMethodNotAllowed());
  const { server, rest } = scope;
  const account = server.store.get(rest.type, scope.namespace, scope.name);
  if (!account) return refused(notFound(subject(scope), scope.name));
  const spec: JsonObject = isJsonObject(request.body) && isJsonObject(request.body.spec) ? request.body.spec : {};
  const seconds = typeof spec.expirationSeconds === 'number' ? spec.expirationSeconds : 3600;
  if (seconds < MIN_SECONDS) return refused(invalidSeconds(seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > MAX_SECONDS)
    return refused(invalidSeconds(seconds, 'may not specify a duration larger than 2^32 seconds'));
  const binding = bindingOf(scope, spec.boundObjectRef);
  if (binding && 'status' in binding) return refused(binding);
  const audiences = Array.isArray(spec.audiences) && spec.audiences.length > 0 ? spec.audiences : [AUDIENCE];
  const now = server.simulation.now();
  const { token, expires } = server.tokens.issue(account, audiences as string[], now, seconds, binding);
  return done(
    {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {
        name: scope.name,
        namespace: scope.namespace,
        uid: account.metadata.uid,
        creationTimestamp: timestamp(now),
      },
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
