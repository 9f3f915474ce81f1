import type { KubeObject, ObjectReader, OwnerReference, ResourceType, WatchEvent } from '@seatrial/apiserver';
import { keyOf } from '../object-key.js';
import { deletableResources, resourceOfKind } from '../served-resources.js';

/** Names one object of any kind: `group/Kind|namespace/name`. */
export const nodeKey = (object: KubeObject): string => `${groupOf(object.apiVersion)}/${object.kind}|${keyOf(object)}`;

const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

const NO_OWNERS: readonly OwnerReference[] = [];

/** Who depends on whom, by owner uid; follows every change of the store. */
export class OwnershipGraph {
  /** Some version of each dependent by its uid. */
  private readonly dependents = new Map<string, Map<string, KubeObject>>();

  constructor(private readonly store: ObjectReader) {
    for (const resource of deletableResources(store)) for (const object of store.list(resource)) this.add(object);
  }

  change({ type, object, previous }: WatchEvent): void {
    if (type === 'MODIFIED' && previous?.metadata.ownerReferences === object.metadata.ownerReferences) return;
    if (previous) this.remove(previous);
    if (type !== 'DELETED') this.add(object);
  }

  dependentsOf(uid: string): readonly string[] {
    return [...(this.dependents.get(uid)?.values() ?? [])].map(nodeKey);
  }

  /** The resource of a kind, in any served version. */
  resourceOf(apiVersion: string, kind: string): ResourceType | undefined {
    return resourceOfKind(this.store, groupOf(apiVersion), kind);
  }

  find(key: string): { readonly resource: ResourceType; readonly object: KubeObject } | undefined {
    const bar = key.indexOf('|');
    const slash = key.indexOf('/');
    const resource = resourceOfKind(this.store, key.slice(0, slash), key.slice(slash + 1, bar));
    if (!resource) return undefined;
    const rest = key.slice(bar + 1);
    const cut = rest.indexOf('/');
    const object = this.store.get(resource, cut < 0 ? undefined : rest.slice(0, cut), rest.slice(cut + 1));
    return object && { resource, object };
  }

  private add(object: KubeObject): void {
    for (const { uid } of object.metadata.ownerReferences ?? NO_OWNERS) {
      const known = this.dependents.get(uid);
      if (known) known.set(object.metadata.uid, object);
      else this.dependents.set(uid, new Map([[object.metadata.uid, object]]));
    }
  }

  private remove(object: KubeObject): void {
    for (const { uid } of object.metadata.ownerReferences ?? NO_OWNERS) {
      const known = this.dependents.get(uid);
      known?.delete(object.metadata.uid);
      if (known?.size === 0) this.dependents.delete(uid);
    }
  }
}
