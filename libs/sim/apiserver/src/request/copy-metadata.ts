import type { KubeObject, ObjectMeta } from '../contract/object.js';

/** What a controller's pod has from its creation on, in the order in which it gets it. */
interface PlainMetadata {
  generateName: string | undefined;
  namespace: string | undefined;
  labels: ObjectMeta['labels'];
  ownerReferences: ObjectMeta['ownerReferences'];
  uid: string;
  creationTimestamp: string;
  generation: number | undefined;
  name: string;
  resourceVersion: string;
}

/** Has all of that, and nothing more. */
const isPlain = (metadata: ObjectMeta): boolean =>
  metadata.generateName !== undefined &&
  metadata.labels !== undefined &&
  metadata.ownerReferences !== undefined &&
  metadata.generation !== undefined &&
  metadata.annotations === undefined &&
  metadata.finalizers === undefined &&
  metadata.deletionTimestamp === undefined &&
  metadata.deletionGracePeriodSeconds === undefined &&
  metadata.managedFields === undefined;

/**
 * A copy of a stored object's metadata, for its next version. Of pods there are very many, and each is written several
 * times: a spread would copy each version's by the slow way, since each is of a hidden class of its own.
 */
export function copyMetadata({ metadata }: KubeObject): KubeObject['metadata'] {
  if (!isPlain(metadata)) return { ...metadata };
  const copy: PlainMetadata = {
    generateName: metadata.generateName,
    namespace: metadata.namespace,
    labels: metadata.labels,
    ownerReferences: metadata.ownerReferences,
    uid: metadata.uid,
    creationTimestamp: metadata.creationTimestamp,
    generation: metadata.generation,
    name: metadata.name,
    resourceVersion: metadata.resourceVersion,
  };
  return copy;
}

/** The next version of a stored object of a built-in kind, with another status. */
export function withStatus<T extends KubeObject>(old: T, status: unknown): T {
  const { apiVersion, kind, spec } = old as T & { readonly spec?: unknown };
  const metadata = copyMetadata(old);
  // All that an object with a spec and a status has; member by member for the same reason.
  if (spec !== undefined) return { apiVersion, kind, metadata, spec, status } as unknown as T;
  return { ...old, metadata, status };
}
