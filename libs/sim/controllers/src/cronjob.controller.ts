import { CRON_JOBS, JOBS, defineController, watch } from '@seatrial/apiserver';
import { CronSync } from './cronjob/cron-sync.js';
import { ownKeys, splitKey } from './object-key.js';
import { JOBS_BY_CONTROLLER, controllerKeys } from './owner-reference.js';
import { retrying } from './request-failed.js';

/** pkg/controller/cronjob of Kubernetes 1.35. */
export const cronJobController = defineController({
  name: 'cronjob-controller',
  component: 'cronjob-controller',
  sources: [ownKeys(CRON_JOBS), watch(JOBS, (event) => controllerKeys(event, 'CronJob') ?? [])],
  reconcile: retrying((context, key) => {
    const [namespace, name] = splitKey(key);
    const cron = context.client.get(CRON_JOBS, namespace, name);
    if (cron) new CronSync(context, cron, context.client.byIndex(JOBS_BY_CONTROLLER, cron.metadata.uid)).run();
  }),
});
