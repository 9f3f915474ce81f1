import { fail, ok, type Result } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';
import type { Watch, WatchEvent, WatchRequest } from '../contract/request.js';
import type { Status } from '../contract/status.js';
import type { RestResource } from '../registry/rest-resource.js';
import type { ServerState } from '../registry/server-state.js';
import { parseSelection } from './object-selection.js';
import { objectTable } from './table.js';

/**
 * Events of one resource for one listener: what is there (ADDED) or what happened since a revision, then each change.
 * Leaving the selection counts as DELETED, entering it as ADDED (storage/cacher).
 */
export function watchObjects(
  server: ServerState,
  rest: RestResource,
  request: WatchRequest,
  listener: (event: WatchEvent) => void,
): Result<Watch, Status> {
  const selection = parseSelection(rest, request);
  if (!selection.ok) return fail(selection.error);
  const namespace = rest.api.namespaced ? request.namespace : undefined;
  const selects = (object: KubeObject): boolean =>
    (namespace === undefined || namespace === '' || object.metadata.namespace === namespace) &&
    (request.name === undefined || object.metadata.name === request.name) &&
    selection.value(object);
  const present = (object: KubeObject): KubeObject => {
    const shown = rest.fromStored(object as never) as unknown as KubeObject;
    return request.showManagedFields ? server.managedFields.show(rest, object, shown) : shown;
  };

  const { asTable } = request;
  const table = (object: KubeObject): Pick<WatchEvent, 'table'> | undefined =>
    asTable && {
      table: objectTable({ server, rest, options: { asTable } }, [object], object.metadata.resourceVersion),
    };

  const tell = (event: WatchEvent): void => {
    const before = event.previous !== undefined && selects(event.previous);
    const after = event.type !== 'DELETED' && selects(event.object);
    if (!before && !after) return;
    const type = !after ? 'DELETED' : before ? 'MODIFIED' : 'ADDED';
    listener({
      type,
      object: present(event.object),
      ...(event.previous ? { previous: present(event.previous) } : undefined),
      ...table(event.object),
    });
  };

  const since = request.resourceVersion;
  if (since === undefined || since === '' || since === '0') {
    for (const object of server.store.list(rest.type, namespace))
      if (selects(object)) listener({ type: 'ADDED', object: present(object), ...table(object) });
  } else replay(server, rest, Number(since), tell);
  const stop = server.store.onChange(rest.type, tell);
  return ok({ stop });
}

function replay(server: ServerState, rest: RestResource, since: number, tell: (event: WatchEvent) => void): void {
  for (const entry of server.store.since(since)) {
    if (entry.resource.group !== rest.type.group || entry.resource.resource !== rest.type.resource) continue;
    tell({ type: entry.type, object: entry.object, ...(entry.previous ? { previous: entry.previous } : undefined) });
  }
}
