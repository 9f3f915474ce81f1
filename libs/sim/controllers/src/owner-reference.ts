import {
  PODS,
  REPLICA_SETS,
  JOBS,
  CONTROLLER_REVISIONS,
  type ControllerContext,
  type ControllerRevision,
  type Job,
  type KubeObject,
  type OwnerReference,
  type Pod,
  type ReplicaSet,
  type ResourceType,
  type StoreIndex,
  type WatchEvent,
} from '@seatrial/apiserver';
import type { LabelSelector } from '@seatrial/schema';
import { must } from './request-failed.js';

/** metav1.GetControllerOf: the owner that manages the object. */
export const controllerOf = (object: KubeObject): OwnerReference | undefined =>
  object.metadata.ownerReferences && controllerIn(object.metadata.ownerReferences);

function controllerIn(references: readonly OwnerReference[]): OwnerReference | undefined {
  for (let i = 0; i < references.length; i++) if (references[i].controller === true) return references[i];
  return undefined;
}

/** metav1.NewControllerRef. */
export const controllerReference = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

export const isControlledBy = (object: KubeObject, owner: KubeObject): boolean =>
  controllerOf(object)?.uid === owner.metadata.uid;

const ORPHANS = 'orphans of ';

/** Objects by their controller's uid; those without one under {@link orphansKey} of their namespace. */
const byController = <T extends KubeObject>(name: string, resource: ResourceType<T>): StoreIndex<T> => ({
  name,
  resource,
  keys: (object) => [controllerOf(object)?.uid ?? ORPHANS + (object.metadata.namespace ?? '')],
  same: (before, after) => before.metadata.ownerReferences === after.metadata.ownerReferences,
});

export const PODS_BY_CONTROLLER: StoreIndex<Pod> = byController('pods-by-controller', PODS);
export const REPLICA_SETS_BY_CONTROLLER: StoreIndex<ReplicaSet> = byController(
  'replicasets-by-controller',
  REPLICA_SETS,
);
export const JOBS_BY_CONTROLLER: StoreIndex<Job> = byController('jobs-by-controller', JOBS);
export const REVISIONS_BY_CONTROLLER: StoreIndex<ControllerRevision> = byController(
  'controllerrevisions-by-controller',
  CONTROLLER_REVISIONS,
);

export const orphansKey = (namespace: string | undefined): string => ORPHANS + (namespace ?? '');

/**
 * The objects that an owner controls, after adopting matching orphans and letting go of those that match no more
 * (pkg/controller ControllerRefManager). `eligible` limits which objects are looked at (active pods).
 */
export function claimObjects<T extends KubeObject>(
  context: ControllerContext,
  owner: KubeObject,
  index: StoreIndex<T>,
  selector: LabelSelector,
  eligible: (object: T) => boolean = () => true,
): T[] {
  const claimed: T[] = [];
  const ownerStays = owner.metadata.deletionTimestamp === undefined;
  // Objects of one template share their labels.
  let labels: KubeObject['metadata']['labels'];
  let matches = selector.matches(labels);
  for (const object of context.client.byIndex(index, owner.metadata.uid)) {
    if (!eligible(object)) continue;
    if (object.metadata.labels !== labels) {
      labels = object.metadata.labels;
      matches = selector.matches(labels);
    }
    if (matches) claimed.push(object);
    else if (ownerStays) release(context, index.resource, owner, object);
  }
  if (!ownerStays) return claimed;
  for (const object of context.client.byIndex(index, orphansKey(owner.metadata.namespace))) {
    if (!eligible(object) || object.metadata.deletionTimestamp !== undefined) continue;
    if (selector.matches(object.metadata.labels)) claimed.push(adopt(context, index.resource, owner, object));
  }
  return claimed;
}

function adopt<T extends KubeObject>(
  context: ControllerContext,
  resource: ResourceType<T>,
  owner: KubeObject,
  object: T,
): T {
  const ownerReferences = [
    ...(object.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== owner.metadata.uid),
    controllerReference(owner),
  ];
  return must(context.client.update(resource, { ...object, metadata: { ...object.metadata, ownerReferences } }));
}

function release<T extends KubeObject>(
  context: ControllerContext,
  resource: ResourceType<T>,
  owner: KubeObject,
  object: T,
): void {
  const { ownerReferences, ...metadata } = object.metadata;
  const rest = ownerReferences?.filter((reference) => reference.uid !== owner.metadata.uid) ?? [];
  const released = { ...object, metadata: rest.length > 0 ? { ...metadata, ownerReferences: rest } : metadata };
  const result = context.client.update(resource, released);
  if (!result.ok && result.error.reason !== 'NotFound') must(result);
}

const NO_KEYS: readonly string[] = Object.freeze([]);

/** Keys of the controllers of `kind` that a changed object belongs, or belonged, to; undefined for an orphan. */
export function controllerKeys(event: WatchEvent, kind: string): readonly string[] | undefined {
  const { object, previous } = event;
  const reference = controllerOf(object);
  const { ownerReferences, namespace = '' } = object.metadata;
  if (reference && (!previous || previous.metadata.ownerReferences === ownerReferences))
    return reference.kind === kind ? [`${namespace}/${reference.name}`] : NO_KEYS;
  const before = previous && controllerOf(previous);
  const keys: string[] = [];
  if (before && before.uid !== reference?.uid && before.kind === kind) keys.push(`${namespace}/${before.name}`);
  if (reference) {
    if (reference.kind === kind) keys.push(`${namespace}/${reference.name}`);
    return keys;
  }
  return keys.length > 0 ? keys : undefined;
}
