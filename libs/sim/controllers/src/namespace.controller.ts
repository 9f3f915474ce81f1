import {
  NAMESPACES,
  PODS,
  defineController,
  watch,
  type ControllerContext,
  type KubeObject,
  type Pod,
  type ResourceType,
} from '@seatrial/apiserver';
import { compareStrings, jsonEqual } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import { must, retrying } from './request-failed.js';
import { deletableResources } from './served-resources.js';

/** Time between a namespace's change and its deletion's next step (namespaceDeletionGracePeriod). */
const GRACE_MS = 5000;

interface Remaining {
  /** Objects left, by resource. */
  readonly objects: Map<ResourceType, readonly KubeObject[]>;
  /** The longest grace period of a pod among them, seconds. */
  readonly estimate: number;
}

const title = ({ group, resource }: ResourceType): string => `${resource}.${group}`;

function deleteContent({ client }: ControllerContext, namespace: string): Remaining {
  const objects = new Map<ResourceType, readonly KubeObject[]>();
  let estimate = 0;
  for (const resource of deletableResources(client)) {
    if (!resource.namespaced) continue;
    const found = client.list(resource, namespace);
    if (found.length === 0) continue;
    if (resource.resource === PODS.resource && resource.group === '')
      for (const pod of found as readonly Pod[])
        if (pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed')
          estimate = Math.max(estimate, pod.spec.terminationGracePeriodSeconds ?? 0);
    for (const { metadata } of found)
      if (metadata.deletionTimestamp === undefined) {
        const deleted = client.delete(resource, namespace, metadata.name, { propagationPolicy: 'Background' });
        if (!deleted.ok && deleted.error.reason !== 'NotFound' && deleted.error.reason !== 'MethodNotAllowed')
          must(deleted);
      }
    const left = client.list(resource, namespace);
    if (left.length > 0) objects.set(resource, left);
  }
  return { objects, estimate };
}

function finalizersText({ objects }: Remaining): string {
  const counts = new Map<string, number>();
  for (const found of objects.values())
    for (const { metadata } of found)
      for (const name of metadata.finalizers ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => `${name} in ${count} resource instances`)
    .sort(compareStrings)
    .join(', ');
}

function conditionsOf(
  remaining: Remaining,
): readonly (readonly [type: string, status: boolean, reason: string, message: string])[] {
  const left = [...remaining.objects]
    .map(([resource, found]) => `${title(resource)} has ${found.length} resource instances`)
    .sort(compareStrings)
    .join(', ');
  const finalizers = finalizersText(remaining);
  return [
    ['NamespaceDeletionDiscoveryFailure', false, 'ResourcesDiscovered', 'All resources successfully discovered'],
    [
      'NamespaceDeletionGroupVersionParsingFailure',
      false,
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ],
    [
      'NamespaceDeletionContentFailure',
      false,
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ],
    left === ''
      ? ['NamespaceContentRemaining', false, 'ContentRemoved', 'All content successfully removed']
      : ['NamespaceContentRemaining', true, 'SomeResourcesRemain', `Some resources are remaining: ${left}`],
    finalizers === ''
      ? ['NamespaceFinalizersRemaining', false, 'ContentHasNoFinalizers', 'All content-preserving finalizers finished']
      : [
          'NamespaceFinalizersRemaining',
          true,
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${finalizers}`,
        ],
  ];
}

function writeConditions(context: ControllerContext, name: string, remaining: Remaining): void {
  const namespace = context.client.get(NAMESPACES, undefined, name);
  if (!namespace) return;
  const before = namespace.status?.conditions ?? [];
  const time = formatTime(context.now());
  const conditions = conditionsOf(remaining).map(([type, isTrue, reason, message]) => {
    const status = isTrue ? 'True' : 'False';
    const known = before.find((condition) => condition.type === type);
    if (known?.status === status && known.reason === reason && known.message === message) return known;
    const lastTransitionTime = known?.status === status ? known.lastTransitionTime : time;
    return { type, status, lastTransitionTime, reason, message };
  });
  if (jsonEqual(before, conditions)) return;
  must(context.client.updateStatus(NAMESPACES, { ...namespace, status: { ...namespace.status, conditions } }));
}

function finalize({ client }: ControllerContext, name: string): void {
  const namespace = client.get(NAMESPACES, undefined, name);
  if (!namespace) return;
  const finalizers = (namespace.spec.finalizers ?? []).filter((finalizer) => finalizer !== 'kubernetes');
  const body = { ...namespace, spec: { ...namespace.spec, finalizers } };
  must(client.createSubresource(NAMESPACES, '', name, 'finalize', body as never));
}

/** Empties and then releases namespaces that are being deleted (pkg/controller/namespace). */
export const namespaceController = defineController({
  name: 'namespace-controller',
  component: 'namespace-controller',
  sources: [
    watch(NAMESPACES, ({ type, object }, context) => {
      if (type !== 'DELETED' && object.metadata.deletionTimestamp !== undefined)
        context.requeueAfter(object.metadata.name, GRACE_MS);
      return [];
    }),
  ],
  reconcile: retrying((context, key) => {
    const namespace = context.client.get(NAMESPACES, undefined, key);
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    if (!namespace.spec.finalizers?.includes('kubernetes')) return;
    const remaining = deleteContent(context, key);
    writeConditions(context, key, remaining);
    if (remaining.objects.size === 0) finalize(context, key);
    else context.requeueAfter(key, (Math.floor(remaining.estimate / 2) + 1) * 1000);
  }),
});
