import type { PriorityClass } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { formatLabels, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** PriorityClass: value and policy, events. */
export const priorityClassDescribe = defineDescriber<PriorityClass>({
  group: 'scheduling.k8s.io',
  kind: 'PriorityClass',
  describe: (priorityClass, context) => {
    const w = new DescriptionWriter();
    writeName(w, priorityClass, false);
    w.field('Value', priorityClass.value);
    w.field('GlobalDefault', priorityClass.globalDefault ?? false);
    w.field('PreemptionPolicy', priorityClass.preemptionPolicy ?? 'PreemptLowerPriority');
    w.field('Description', priorityClass.description ?? '');
    w.field('Annotations', formatLabels(priorityClass.metadata.annotations));
    writeEventsOf(w, priorityClass, context);
    return w.text();
  },
});
