import type { KubeObject, ServedResource } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import { compareStrings } from '@seatrial/kernel';
import { keyOf } from './etcd-connection.js';
import { OwnKeys, type EtcdKey } from './own-keys.js';
import { storedValue } from './stored-value.js';

const READER = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/** Whose keys the API server's are. */
export const REGISTRY = '/registry/';

/** A range of keys as etcdctl's arguments give it. */
export interface KeyRange {
  readonly key: string;
  readonly end: string | undefined;
  readonly prefix: boolean;
  readonly fromKey: boolean;
}

export function inRange(key: string, range: KeyRange): boolean {
  if (range.end !== undefined) return compareStrings(key, range.key) >= 0 && compareStrings(key, range.end) < 0;
  if (range.fromKey) return compareStrings(key, range.key) >= 0;
  return range.prefix ? key.startsWith(range.key) : key === range.key;
}

/** Whether a range may hold keys of the API server's. */
export const reachesRegistry = (range: KeyRange): boolean =>
  range.fromKey || range.end !== undefined
    ? inRange(REGISTRY, { ...range, prefix: false }) || range.key.startsWith(REGISTRY)
    : range.key.startsWith(REGISTRY) || (range.prefix && REGISTRY.startsWith(range.key));

/** How often an object was written, and when first. */
function historyOf({ apiServer }: ClusterNode, uid: string): { created: number; version: number } {
  let [created, version] = [0, 0];
  for (const { object, resourceVersion, type } of apiServer.store.history()) {
    if (object.metadata.uid !== uid || type === 'DELETED') continue;
    created ||= resourceVersion;
    version++;
  }
  return { created, version };
}

function registryKey(node: ClusterNode, key: string, resource: ServedResource, object: KubeObject): EtcdKey {
  const { apiServer } = node;
  const { namespace, name, uid, resourceVersion } = object.metadata;
  apiServer.simulation.charge('steps', apiServer.store.history().length >> 4);
  const { group, version, resource: plural } = resource;
  const { code, body } = apiServer.handle({
    verb: 'get',
    group,
    version,
    resource: plural,
    name,
    ...(namespace !== undefined && { namespace }),
    user: READER,
    options: { showManagedFields: true },
  });
  const shown = code === 200 ? (body as KubeObject) : object;
  const value = storedValue(resource, shown, apiServer.atRest.formOf(resource, resourceVersion));
  return { key, value, ...historyOf(node, uid), modified: Number(resourceVersion), lease: 0n };
}

/** The keys of a range with what etcd knows of each, by key; their values only when asked for. */
export function keysIn(node: ClusterNode, range: KeyRange, wanted: { keysOnly: boolean }): EtcdKey[] {
  const { apiServer } = node;
  const found: EtcdKey[] = OwnKeys.of(node)
    .list()
    .filter(({ key }) => inRange(key, range));
  const kinds = new Set<string>();
  for (const resource of reachesRegistry(range) ? apiServer.resources() : []) {
    const kind = `${resource.group}/${resource.resource}`;
    if (kinds.has(kind)) continue;
    kinds.add(kind);
    for (const object of apiServer.store.list(resource)) {
      const key = keyOf(resource, object);
      apiServer.simulation.charge('steps', 1);
      if (!inRange(key, range)) continue;
      const modified = Number(object.metadata.resourceVersion ?? 0);
      if (wanted.keysOnly) found.push({ key, value: '', created: 0, modified, version: 0, lease: 0n });
      else found.push(registryKey(node, key, resource, object));
    }
  }
  return found.sort((a, b) => compareStrings(a.key, b.key));
}

/** Takes the objects of a range's keys out of the store, as a deletion in etcd does. */
export function removeObjects({ apiServer }: ClusterNode, range: KeyRange): void {
  const gone = new Set<string>();
  for (const resource of reachesRegistry(range) ? apiServer.resources() : [])
    for (const object of apiServer.store.list(resource)) {
      const key = keyOf(resource, object);
      apiServer.simulation.charge('steps', 1);
      if (!inRange(key, range) || gone.has(key)) continue;
      gone.add(key);
      apiServer.forget(resource, object);
    }
}
