import { JOBS, defineController, watch } from '@seatrial/apiserver';
import { finishedType, jobCondition } from './job/job-condition.js';
import { keyOf, splitKey } from './object-key.js';
import { timeOf } from './pod-state.js';
import { must, retrying } from './request-failed.js';

/** Deletes finished jobs after `spec.ttlSecondsAfterFinished` (pkg/controller/ttlafterfinished). */
export const ttlAfterFinishedController = defineController({
  name: 'ttl-after-finished-controller',
  component: 'ttl-after-finished-controller',
  sources: [
    watch(JOBS, ({ type, object }) =>
      type !== 'DELETED' && object.spec.ttlSecondsAfterFinished !== undefined && finishedType(object)
        ? [keyOf(object)]
        : [],
    ),
  ],
  reconcile: retrying((context, key) => {
    const { client } = context;
    const [namespace, name] = splitKey(key);
    const job = client.get(JOBS, namespace, name);
    const type = job && finishedType(job);
    if (!type || job.metadata.deletionTimestamp !== undefined || job.spec.ttlSecondsAfterFinished === undefined) return;
    const finished = timeOf(jobCondition(job, type)?.lastTransitionTime) ?? context.now();
    const left = finished + job.spec.ttlSecondsAfterFinished * 1000 - context.now();
    if (left > 0) {
      context.requeueAfter(key, left);
      return;
    }
    const { uid } = job.metadata;
    const deleted = client.delete(JOBS, namespace, name, {
      propagationPolicy: 'Foreground',
      preconditions: { uid },
    });
    if (!deleted.ok && deleted.error.reason !== 'NotFound') must(deleted);
  }),
});
