import type { JsonObject } from '@seatrial/kernel';
import type { ManagedFields } from '@seatrial/merge';
import { formatTime, groupResourceName } from '@seatrial/schema';
import type { KindContext } from '../contract/kind.js';
import type { KubeObject } from '../contract/object.js';
import type { RequestOptions, UserInfo } from '../contract/request.js';
import type { Status } from '../contract/status.js';
import type { RestResource } from '../registry/rest-resource.js';
import type { ServerState } from '../registry/server-state.js';
import type { StatusSubject } from '../status/status-errors.js';

/** One request on one resource, on its way through the handlers. */
export interface RequestScope {
  readonly server: ServerState;
  readonly rest: RestResource;
  readonly user: UserInfo;
  readonly options: RequestOptions;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource: string | undefined;
  /** Comes from a component of the cluster, whose objects are well formed: neither decoded nor validated. */
  readonly trusted: boolean;
  /** managedFields' manager. */
  readonly manager: string;
  readonly operation: 'Update' | 'Apply';
  /** Of a server-side apply: who owns what after it. */
  readonly managers?: ManagedFields;
  /** The body as it came, where duplicate members of it matter. */
  readonly bodyText?: string | undefined;
  /** Texts for `Warning:` headers, collected. */
  readonly warnings: string[];
}

/** A mutable object while it is being written. */
export type Draft = JsonObject & { metadata: JsonObject };

/** What a handler answers: an HTTP code and a body. */
export type Outcome =
  | { readonly ok: true; readonly code: number; readonly body: KubeObject | Status | JsonObject }
  | { readonly ok: false; readonly error: Status };

export const done = (body: KubeObject | Status | JsonObject, code = 200): Outcome => ({ ok: true, code, body });
export const refused = (error: Status): Outcome => ({ ok: false, error });

export const subject = (scope: RequestScope): StatusSubject => scope.rest.api;

export const resourceName = (scope: RequestScope): string => groupResourceName(scope.rest.api);

export function kindContext({ server, user, subresource, rest }: RequestScope): KindContext {
  const now = server.simulation.now();
  const { group } = rest.api;
  return subresource
    ? { store: server.store, now, user, group, subresource }
    : { store: server.store, now, user, group };
}

/** Virtual time as metadata holds it: RFC 3339 with whole seconds. */
export const timestamp = formatTime;

/** A value that should be text, as text: others as JSON. */
export const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));

export const nameOf = (draft: { readonly metadata: JsonObject }): string =>
  typeof draft.metadata.name === 'string' ? draft.metadata.name : '';
