import type { CronJob } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { boolText, rfc1123, writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { writePodTemplate } from './pod-template-lines.js';
import { selectorText } from './selector-text.js';
import { DescriptionWriter } from './tabbed-text.js';

/** CronJob: schedule and policies, job template, last run, active jobs, events. */
export const cronJobDescribe = defineDescriber<CronJob>({
  group: 'batch',
  kind: 'CronJob',
  describe: (cronJob, context) => {
    const w = new DescriptionWriter();
    const { spec, status } = cronJob;
    writeName(w, cronJob);
    writeLabelsAndAnnotations(w, cronJob);
    w.field('Schedule', spec.schedule);
    w.field('Concurrency Policy', spec.concurrencyPolicy ?? '');
    w.field('Suspend', boolText(spec.suspend));
    w.field('Successful Job History Limit', spec.successfulJobsHistoryLimit ?? '<unset>');
    w.field('Failed Job History Limit', spec.failedJobsHistoryLimit ?? '<unset>');
    const deadline = spec.startingDeadlineSeconds;
    w.field('Starting Deadline Seconds', deadline === undefined ? '<unset>' : `${String(deadline)}s`);
    writeJobTemplate(w, spec.jobTemplate.spec);
    const last = status?.lastScheduleTime;
    w.field('Last Schedule Time', last ? rfc1123(last) : '<unset>');
    w.field('Active Jobs', (status?.active ?? []).map(({ name }) => name ?? '').join(', ') || '<none>');
    writeEventsOf(w, cronJob, context);
    return w.text();
  },
});

function writeJobTemplate(w: DescriptionWriter, spec: CronJob['spec']['jobTemplate']['spec']): void {
  w.field('Selector', spec?.selector ? selectorText(spec.selector) : '<unset>');
  w.field('Parallelism', spec?.parallelism ?? '<unset>');
  w.field('Completions', spec?.completions ?? '<unset>');
  if (spec?.activeDeadlineSeconds) w.field('Active Deadline Seconds', `${String(spec.activeDeadlineSeconds)}s`);
  writePodTemplate(w, spec?.template);
}
