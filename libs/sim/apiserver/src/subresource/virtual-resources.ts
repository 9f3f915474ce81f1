import { isJsonObject, ok, type JsonObject, type Result } from '@seatrial/kernel';
import { apiVersionOf } from '@seatrial/schema';
import { reviewAccess, reviewRules } from '../authorization/access-review.js';
import { tokenUser } from '../authorization/authenticate.js';
import { API_AUDIENCE } from '../authorization/token-authority.js';
import type { ApiRequest, UserInfo } from '../contract/request.js';
import type { Status } from '../contract/status.js';
import type { RestResource } from '../registry/rest-resource.js';
import { decodeBody } from '../request/decode-body.js';
import { done, refused, type Outcome, type RequestScope, timestamp } from '../request/request-scope.js';
import { serverMethodNotAllowed } from '../status/status-errors.js';
import { bindPod } from './pod-binding.subresource.js';

export type VirtualHandler = (scope: RequestScope, request: ApiRequest) => Outcome;

/** A review: the posted spec comes back with a status. */
const review =
  (answer: (scope: RequestScope, spec: JsonObject) => JsonObject, dated = false): VirtualHandler =>
  (scope, request) => {
    if (request.verb !== 'create') return refused(serverMethodNotAllowed());
    const body: Result<JsonObject, Status> = scope.trusted
      ? ok(request.body as JsonObject)
      : decodeBody(scope, request.body);
    if (!body.ok) return refused(body.error);
    const { metadata, spec } = body.value;
    const given = isJsonObject(spec) ? spec : {};
    return done(
      {
        kind: scope.rest.api.kind,
        apiVersion: apiVersionOf(scope.rest.api),
        metadata: dated
          ? { creationTimestamp: timestamp(scope.server.simulation.now()) }
          : isJsonObject(metadata)
            ? metadata
            : {},
        ...(spec === undefined ? undefined : { spec: given }),
        status: answer(scope, given),
      },
      201,
    );
  };

const userOf = (spec: JsonObject): UserInfo => ({
  username: typeof spec.user === 'string' ? spec.user : '',
  groups: (spec.groups ?? []) as string[],
});

const userJson = ({ username, groups, uid, extra }: UserInfo): JsonObject => ({
  username,
  ...(uid ? { uid } : undefined),
  groups: [...groups],
  ...(extra ? { extra: extra as unknown as JsonObject } : undefined),
});

const tokenReview = (scope: RequestScope, spec: JsonObject): JsonObject => {
  const token = typeof spec.token === 'string' ? spec.token : '';
  const asked = Array.isArray(spec.audiences) ? spec.audiences.filter((one) => typeof one === 'string') : [];
  const audiences = asked.length > 0 ? asked : [API_AUDIENCE];
  const user = tokenUser(scope.server, token, audiences);
  if (user) return { authenticated: true, user: userJson(user), audiences };
  const isJwt = token.split('.').length === 3;
  return {
    user: {},
    error: isJwt ? '[invalid bearer token, service account token is invalid]' : 'invalid bearer token',
  };
};

const COMPONENTS: readonly (readonly [name: string, message: string])[] = [
  ['controller-manager', 'ok'],
  ['etcd-0', 'ok'],
  ['scheduler', 'ok'],
];

const componentStatuses: VirtualHandler = (scope, request) => {
  const all = COMPONENTS.map(([name, message]) => ({
    kind: 'ComponentStatus',
    apiVersion: 'v1',
    metadata: { name },
    conditions: [{ type: 'Healthy', status: 'True', message }],
  }));
  const items = request.verb === 'get' ? all.filter(({ metadata }) => metadata.name === scope.name) : all;
  if (scope.options.asTable) {
    const column = (name: string, format = '') => ({ name, type: 'string', format, description: '', priority: 0 });
    return done({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: {},
      columnDefinitions: [column('Name', 'name'), column('Status'), column('Message'), column('Error')],
      rows: items.map((object) => ({ cells: [object.metadata.name, 'Healthy', 'ok', ''], object })),
    });
  }
  return request.verb === 'get' && items.length === 1
    ? done(items[0])
    : done({ kind: 'ComponentStatusList', apiVersion: 'v1', metadata: {}, items });
};

const HANDLERS = new Map<string, VirtualHandler>([
  ['/bindings', (scope, request) => bindPod({ ...scope, name: bindingName(request) }, request)],
  ['/componentstatuses', componentStatuses],
  ['authentication.k8s.io/selfsubjectreviews', review(({ user }) => ({ userInfo: userJson(user) }), true)],
  ['authentication.k8s.io/tokenreviews', review(tokenReview)],
  [
    'authorization.k8s.io/localsubjectaccessreviews',
    review(({ server }, spec) => reviewAccess(server.store, userOf(spec), spec)),
  ],
  [
    'authorization.k8s.io/selfsubjectaccessreviews',
    review(({ server, user }, spec) => reviewAccess(server.store, user, spec)),
  ],
  [
    'authorization.k8s.io/selfsubjectrulesreviews',
    review(({ server, user }, spec) =>
      reviewRules(server.store, user, typeof spec.namespace === 'string' ? spec.namespace : ''),
    ),
  ],
  [
    'authorization.k8s.io/subjectaccessreviews',
    review(({ server }, spec) => reviewAccess(server.store, userOf(spec), spec)),
  ],
]);

function bindingName(request: ApiRequest): string {
  const { body } = request;
  const metadata = isJsonObject(body) && isJsonObject(body.metadata) ? body.metadata : {};
  return typeof metadata.name === 'string' ? metadata.name : '';
}

/** Resources that are answered without being stored (access reviews, component statuses). */
export const virtualResource = (rest: RestResource): VirtualHandler | undefined =>
  HANDLERS.get(`${rest.type.group}/${rest.type.resource}`);
