import type { ApiRequest } from '../contract/request.js';
import type { Status } from '../contract/status.js';
import type { ServerState } from '../registry/server-state.js';
import { forbidden } from '../status/status-errors.js';
import { authorize as authorizeByRoles, forbiddenText } from './rbac.js';

/** What is asked: a request of the API, or a watch. */
export type AuthorizationRequest = Omit<ApiRequest, 'verb'> & { readonly verb: string };

/** Refuses a request that its user may not make. */
export function authorize(server: ServerState, request: AuthorizationRequest): Status | undefined {
  const { user, group, resource, verb, subresource, name } = request;
  const namespace =
    group === '' && resource === 'namespaces' && name !== undefined ? name : request.namespace || undefined;
  const action = { verb, group, resource, subresource, name };
  const { allowed, reason } = authorizeByRoles(server.store, user, namespace, action);
  if (allowed) return undefined;
  return forbidden({ group, resource, kind: '' }, name ?? '', forbiddenText(user, namespace, action, reason));
}
