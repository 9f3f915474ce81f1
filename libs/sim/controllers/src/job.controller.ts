import { JOBS, PODS, defineController, watch, type ControllerContext } from '@seatrial/apiserver';
import { labelSelectorMatches, labelSelectorOf } from '@seatrial/schema';
import { finishedType } from './job/job-condition.js';
import { TRACKING, isTracked } from './job/job-pods.js';
import { startSync, syncJob } from './job/job-sync.js';
import { keyOf, splitKey } from './object-key.js';
import { PODS_BY_CONTROLLER, claimObjects, controllerKeys, controllerOf } from './owner-reference.js';
import { must, retrying } from './request-failed.js';

/** Changes of pods are gathered for this long (syncJobBatchPeriod). */
const BATCH_MS = 1000;
/** Marks a key as that of a pod whose job is gone. */
const ORPHAN = '#';

const NO_KEYS: readonly string[] = [];

/** Lets a pod go whose job no longer counts it (syncOrphanPod). */
function releaseOrphan({ client }: ControllerContext, key: string): void {
  const [namespace, name] = splitKey(key);
  const pod = client.get(PODS, namespace, name);
  if (!pod || !isTracked(pod)) return;
  const owner = controllerOf(pod);
  if (owner && owner.kind !== 'Job') return;
  const job = owner && client.get(JOBS, namespace, owner.name);
  if (job && job.metadata.uid === owner.uid && (isManagedElsewhere(job) || !finishedType(job))) return;
  const { finalizers, ...metadata } = pod.metadata;
  const left = finalizers?.filter((one) => one !== TRACKING) ?? [];
  must(client.update(PODS, { ...pod, metadata: left.length > 0 ? { ...metadata, finalizers: left } : metadata }));
}

/** pkg/controller/job of Kubernetes 1.35. */
export const jobController = defineController({
  name: 'job-controller',
  component: 'job-controller',
  sources: [
    watch(JOBS, ({ type, object, previous }, context) => {
      const key = keyOf(object);
      if (type === 'DELETED')
        return context.client.byIndex(PODS_BY_CONTROLLER, object.metadata.uid).map((pod) => ORPHAN + keyOf(pod));
      if (type === 'ADDED' || previous?.metadata.generation !== object.metadata.generation) return [key];
      context.requeueAfter(key, BATCH_MS);
      return [];
    }),
    watch(
      PODS,
      (event, context) => {
        const { object } = event;
        const keys = controllerKeys(event, 'Job') ?? orphanKeys(context, event.object);
        for (const key of keys) context.requeueAfter(key, BATCH_MS);
        if (event.type === 'DELETED' || !isTracked(object)) return NO_KEYS;
        const owner = controllerOf(object);
        const job = owner && context.client.get(JOBS, object.metadata.namespace, owner.name);
        return job && job.metadata.uid === owner.uid && !finishedType(job) ? NO_KEYS : [ORPHAN + keyOf(object)];
      },
      { controllerKind: 'Job' },
    ),
  ],
  retries: { firstMs: 1000, maxMs: 60_000 },
  reconcile: retrying((context, key) => {
    if (key.startsWith(ORPHAN)) {
      releaseOrphan(context, key.slice(ORPHAN.length));
      return;
    }
    const [namespace, name] = splitKey(key);
    const job = context.client.get(JOBS, namespace, name);
    if (!job || finishedType(job) || isManagedElsewhere(job)) return;
    const selector = labelSelectorOf(job.spec.selector);
    if (!selector.ok) return;
    syncJob(startSync(context, job, claimObjects(context, job, PODS_BY_CONTROLLER, selector.value)));
  }),
});

const isManagedElsewhere = (job: { readonly spec: unknown }): boolean => {
  const { managedBy } = job.spec as { managedBy?: string };
  return managedBy !== undefined && managedBy !== 'kubernetes.io/job-controller';
};

function orphanKeys({ client }: ControllerContext, pod: Parameters<typeof controllerOf>[0]): readonly string[] {
  const { labels, namespace } = pod.metadata;
  if (!labels) return [];
  return client
    .list(JOBS, namespace)
    .filter(({ spec }) => labelSelectorMatches(spec.selector, labels))
    .map(keyOf);
}
