import { parseFieldSelector } from '@seatrial/schema';
import type { ApiRequest, UserInfo } from '../contract/request.js';
import type { Status } from '../contract/status.js';
import type { ObjectReader } from '../contract/store.js';
import type { ServerState } from '../registry/server-state.js';
import { forbidden } from '../status/status-errors.js';
import { authorizeNode, type NodeRequest } from './node-authorizer.js';
import { authorize as authorizeByRoles, forbiddenText, isPrivileged } from './rbac.js';

/** What is asked: a request of the API, or a watch. */
export type AuthorizationRequest = Omit<ApiRequest, 'verb'> & {
  readonly verb: string;
  readonly fieldSelector?: string;
};

/** The one name that a field selector leaves (RequestInfo.Name of lists). */
function selectedName(fieldSelector: string): string | undefined {
  if (!fieldSelector.includes('metadata.name')) return undefined;
  const selector = parseFieldSelector(fieldSelector);
  return selector.ok
    ? selector.value.find(({ field, operator }) => field === 'metadata.name' && operator === '=')?.value
    : undefined;
}

/** The authorizers in their order: the node authorizer, then RBAC (--authorization-mode=Node,RBAC); reasons add up. */
export function decide(
  store: ObjectReader,
  user: UserInfo,
  request: NodeRequest,
): { readonly allowed: boolean; readonly reason: string } {
  if (isPrivileged(user)) return { allowed: true, reason: '' };
  const byNode = authorizeNode(store, user, request);
  if (byNode.allowed) return byNode;
  const byRoles = authorizeByRoles(store, user, request.namespace, request);
  if (byRoles.allowed) return byRoles;
  return { allowed: false, reason: [byNode.reason, byRoles.reason].filter((reason) => reason !== '').join('\n') };
}

/** Refuses a request that its user may not make. */
export function authorize(server: ServerState, request: AuthorizationRequest): Status | undefined {
  const { user, group, resource, verb, subresource, options } = request;
  const fieldSelector = request.fieldSelector ?? options?.fieldSelector;
  const name = request.name ?? selectedName(fieldSelector ?? '');
  const namespace =
    group === '' && resource === 'namespaces' && name !== undefined ? name : request.namespace || undefined;
  const action = { verb, group, resource, subresource, name };
  const asked = { verb, group, resource, subresource, name, namespace, fieldSelector };
  const { allowed, reason } = decide(server.store, user, asked);
  if (allowed) return undefined;
  return forbidden({ group, resource, kind: '' }, name ?? '', forbiddenText(user, namespace, action, reason));
}
