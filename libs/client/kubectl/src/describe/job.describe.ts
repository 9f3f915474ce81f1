import type { Job } from '@seatrial/apiserver';
import { humanDuration, parseTime } from '@seatrial/schema';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { rfc1123, writeController, writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { writePodTemplate } from './pod-template-lines.js';
import { selectorText } from './selector-text.js';
import { DescriptionWriter } from './tabbed-text.js';

/** Job: what is to be done, how far it is, template, events. */
export const jobDescribe = defineDescriber<Job>({
  group: 'batch',
  kind: 'Job',
  describe: (job, context) => {
    const w = new DescriptionWriter();
    const { spec } = job;
    writeName(w, job);
    w.field('Selector', selectorText(spec.selector));
    writeLabelsAndAnnotations(w, job);
    writeController(w, job);
    const optional = (label: string, value: unknown): void => {
      if (value !== undefined && value !== null) w.field(label, value);
    };
    optional('Parallelism', spec.parallelism);
    w.field('Completions', spec.completions ?? '<unset>');
    optional('Completion Mode', spec.completionMode);
    optional('Suspend', spec.suspend);
    optional('Backoff Limit', spec.backoffLimit);
    optional('TTL Seconds After Finished', spec.ttlSecondsAfterFinished);
    writeProgress(w, job);
    writePodTemplate(w, spec.template);
    writeEventsOf(w, job, context);
    return w.text();
  },
});

function writeProgress(w: DescriptionWriter, { spec, status }: Job): void {
  const started = status?.startTime;
  const completed = status?.completionTime;
  if (started) w.field('Start Time', rfc1123(started));
  if (completed) w.field('Completed At', rfc1123(completed));
  if (started && completed) w.field('Duration', humanDuration((parseTime(completed) ?? 0) - (parseTime(started) ?? 0)));
  if (spec.activeDeadlineSeconds) w.field('Active Deadline Seconds', `${String(spec.activeDeadlineSeconds)}s`);
  const ready = status?.ready;
  const active = `${String(status?.active ?? 0)} Active${ready === undefined ? '' : ` (${String(ready)} Ready)`}`;
  const ended = `${String(status?.succeeded ?? 0)} Succeeded / ${String(status?.failed ?? 0)} Failed`;
  w.field('Pods Statuses', `${active} / ${ended}`);
  if (spec.completionMode === 'Indexed') w.field('Completed Indexes', cappedIndexes(status?.completedIndexes ?? ''));
}

/** Long lists are cut at the first comma after fifty characters. */
function cappedIndexes(indexes: string): string {
  if (indexes === '') return '<none>';
  const comma = indexes.indexOf(',', 50);
  return comma < 0 ? indexes : `${indexes.slice(0, comma + 1)}...`;
}
