import type { ApiRequest } from '../contract/request.js';
import type { RestResource } from '../registry/rest-resource.js';
import type { Outcome, RequestScope } from '../request/request-scope.js';

export type VirtualHandler = (scope: RequestScope, request: ApiRequest) => Outcome;

const HANDLERS = new Map<string, VirtualHandler>([]);

/** Resources that are answered without being stored (access reviews, component statuses). */
export const virtualResource = (rest: RestResource): VirtualHandler | undefined =>
  HANDLERS.get(`${rest.type.group}/${rest.type.resource}`);
