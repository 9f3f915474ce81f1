import {
  NAMESPACES,
  PODS,
  defineController,
  watch,
  type ControllerContext,
  type KubeObject,
  type Namespace,
  type ResourceType,
} from '@seatrial/apiserver';
import { compareStrings, jsonEqual } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import { timeOf } from './pod-state.js';
import { must, retrying } from './request-failed.js';
import { deletableResources, staleGroupVersions } from './served-resources.js';

/** Time between a namespace's change and its deletion's next step (namespaceDeletionGracePeriod). */
const GRACE_MS = 5000;

interface Remaining {
  /** Objects left, by resource, as the conditions tell of them. */
  readonly objects: Map<ResourceType, readonly KubeObject[]>;
  /** How long it may take until all is gone, seconds; 0 when all is. */
  readonly estimate: number;
  readonly errors: readonly string[];
  /** Group versions that nobody answers for. */
  readonly stale: readonly string[];
}

/** How long an object with finalizers is given. */
const FINALIZER_SECONDS = 15;

const title = ({ group, resource }: ResourceType): string => `${resource}.${group}`;

const isPods = ({ resource, group }: ResourceType): boolean => resource === PODS.resource && group === '';

/** The longest grace period of the pods that run, unless that is over since the namespace was deleted. */
function podGrace({ client, now }: Pick<ControllerContext, 'client' | 'now'>, { metadata }: Namespace): number {
  let longest = 0;
  for (const { spec, status } of client.list(PODS, metadata.name))
    if (status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
      longest = Math.max(longest, spec.terminationGracePeriodSeconds ?? 0);
  return now() - (timeOf(metadata.deletionTimestamp) ?? 0) >= longest * 1000 ? 0 : longest;
}

interface Left {
  readonly found: readonly KubeObject[];
  readonly estimate: number;
  readonly error?: string;
}

const NOTHING: Left = { found: [], estimate: 0 };

/** Deletes what there is of a resource (deleteAllContentForGroupVersionResource). */
function deleteResource(context: ControllerContext, namespace: Namespace, resource: ResourceType): Left {
  const { client } = context;
  const { name } = namespace.metadata;
  const there = client.list(resource, name);
  if (there.length === 0) return NOTHING;
  const grace = isPods(resource) ? podGrace(context, namespace) : 0;
  for (const { metadata } of there)
    if (metadata.deletionTimestamp === undefined) {
      const deleted = client.delete(resource, name, metadata.name, { propagationPolicy: 'Background' });
      if (!deleted.ok && deleted.error.reason !== 'NotFound' && deleted.error.reason !== 'MethodNotAllowed')
        return { found: [], estimate: grace, error: deleted.error.message };
    }
  const found = client.list(resource, name);
  if (found.length === 0) return NOTHING;
  if (grace > 0) return { found, estimate: grace };
  if (found.some(({ metadata }) => metadata.finalizers?.length)) return { found, estimate: FINALIZER_SECONDS };
  const { group, version } = resource;
  const error = `unexpected items still remain in namespace: ${name} for gvr: ${group}/${version}, Resource=${resource.resource}`;
  return { found, estimate: 0, error };
}

/** Pods first: nothing else is touched before they are gone, nor told of (OrderedNamespaceDeletion, deleteAllContent). */
function deleteContent(context: ControllerContext, namespace: Namespace): Remaining {
  const stale = staleGroupVersions(context.client);
  const pods = deleteResource(context, namespace, PODS);
  if (pods.found.length > 0)
    return { objects: new Map(), estimate: pods.estimate, errors: pods.error === undefined ? [] : [pods.error], stale };
  const objects = new Map<ResourceType, readonly KubeObject[]>();
  const errors: string[] = [];
  let estimate = 0;
  for (const resource of deletableResources(context.client)) {
    if (!resource.namespaced || isPods(resource)) continue;
    const left = deleteResource(context, namespace, resource);
    estimate = Math.max(estimate, left.estimate);
    if (left.error !== undefined) errors.push(left.error);
    if (left.found.length > 0) objects.set(resource, left.found);
  }
  return { objects, estimate, errors, stale };
}

/** discovery.ErrGroupDiscoveryFailed. */
const discoveryFailure = (stale: readonly string[]): string =>
  `unable to retrieve the complete list of server APIs: ${stale.map((each) => `${each}: stale GroupVersion discovery: ${each}`).join(', ')}`;

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
    remaining.stale.length > 0
      ? [
          'NamespaceDeletionDiscoveryFailure',
          true,
          'DiscoveryFailed',
          `Discovery failed for some groups, ${remaining.stale.length} failing: ${discoveryFailure(remaining.stale)}`,
        ]
      : ['NamespaceDeletionDiscoveryFailure', false, 'ResourcesDiscovered', 'All resources successfully discovered'],
    [
      'NamespaceDeletionGroupVersionParsingFailure',
      false,
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ],
    remaining.errors.length > 0
      ? [
          'NamespaceDeletionContentFailure',
          true,
          'ContentDeletionFailed',
          `Failed to delete all resource types, ${remaining.errors.length} remaining: ${[...remaining.errors].sort(compareStrings).join(', ')}`,
        ]
      : [
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
  retries: { firstMs: 5, maxMs: 60_000 },
  reconcile: (context, key) => {
    const namespace = context.client.get(NAMESPACES, undefined, key);
    if (namespace?.metadata.deletionTimestamp === undefined) return 'done';
    if (!namespace.spec.finalizers?.includes('kubernetes')) return 'done';
    const remaining = deleteContent(context, namespace);
    const errors = [...(remaining.stale.length > 0 ? [discoveryFailure(remaining.stale)] : []), ...remaining.errors];
    return retrying(() => {
      writeConditions(context, key, remaining);
      if (errors.length > 0) return;
      if (remaining.estimate === 0) finalize(context, key);
      else context.requeueAfter(key, (Math.floor(remaining.estimate / 2) + 1) * 1000);
    })(context, key) === 'done' && errors.length === 0
      ? 'done'
      : { retry: errors.join(', ') };
  },
});
