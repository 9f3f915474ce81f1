import type { ApiRequest } from '../contract/request.js';
import type { Status } from '../contract/status.js';
import type { ServerState } from '../registry/server-state.js';

/** What is asked: a request of the API, or a watch. */
export type AuthorizationRequest = Omit<ApiRequest, 'verb'> & { readonly verb: string };

/** Refuses a request that its user may not make. */
export function authorize(_server: ServerState, _request: AuthorizationRequest): Status | undefined {
  return undefined;
}
