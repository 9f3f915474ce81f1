import { CRON_JOBS, JOBS, defineController, watch, type CronJob } from '@seatrial/apiserver';
import { CronSync } from './cronjob/cron-sync.js';
import { nextStart } from './cronjob/missed-starts.js';
import { isTimeZone, parseSchedule } from './cronjob/schedule.js';
import { keyOf, splitKey } from './object-key.js';
import { JOBS_BY_CONTROLLER, controllerKeys } from './owner-reference.js';
import { retrying } from './request-failed.js';

const SLACK_MS = 100;

/** Whether only when the cron job starts has changed: it is then looked at when it is next due, not at once. */
const isRescheduled = (cron: CronJob, previous: CronJob | undefined): boolean =>
  previous !== undefined &&
  (previous.spec.schedule !== cron.spec.schedule || previous.spec.timeZone !== cron.spec.timeZone);

/** pkg/controller/cronjob of Kubernetes 1.35. */
export const cronJobController = defineController({
  name: 'cronjob-controller',
  component: 'cronjob-controller',
  sources: [
    watch(CRON_JOBS, ({ type, object, previous }, context) => {
      const { schedule, timeZone = 'UTC' } = object.spec;
      if (type !== 'MODIFIED' || !isRescheduled(object, previous) || !isTimeZone(timeZone)) return [keyOf(object)];
      const now = context.now();
      const next = nextStart(object, parseSchedule(schedule, timeZone), now);
      if (next !== undefined) context.requeueAfter(keyOf(object), next - now + SLACK_MS);
      return [];
    }),
    watch(JOBS, (event) => controllerKeys(event, 'CronJob') ?? []),
  ],
  reconcile: retrying((context, key) => {
    const [namespace, name] = splitKey(key);
    const cron = context.client.get(CRON_JOBS, namespace, name);
    if (cron) new CronSync(context, cron, context.client.byIndex(JOBS_BY_CONTROLLER, cron.metadata.uid)).run();
  }),
});
