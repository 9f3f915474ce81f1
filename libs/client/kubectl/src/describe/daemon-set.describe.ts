import type { DaemonSet } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { formatLabels, writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { podCounts } from './pod-counts.js';
import { writePodTemplate } from './pod-template-lines.js';
import { selectorText } from './selector-text.js';
import { DescriptionWriter } from './tabbed-text.js';

/** DaemonSet: nodes scheduled, pods by phase, template, events. */
export const daemonSetDescribe = defineDescriber<DaemonSet>({
  group: 'apps',
  kind: 'DaemonSet',
  describe: (set, context) => {
    const w = new DescriptionWriter();
    const { spec, status } = set;
    const selector = selectorText(spec.selector);
    writeName(w, set);
    w.field('Selector', selector);
    w.field('Node-Selector', formatLabels(spec.template.spec?.nodeSelector));
    writeLabelsAndAnnotations(w, set);
    const count = (value: number | undefined): string => `${String(value ?? 0)}\n`;
    w.write(0, `Desired Number of Nodes Scheduled: ${count(status?.desiredNumberScheduled)}`);
    w.write(0, `Current Number of Nodes Scheduled: ${count(status?.currentNumberScheduled)}`);
    w.write(0, `Number of Nodes Scheduled with Up-to-date Pods: ${count(status?.updatedNumberScheduled)}`);
    w.write(0, `Number of Nodes Scheduled with Available Pods: ${count(status?.numberAvailable)}`);
    w.write(0, `Number of Nodes Misscheduled: ${count(status?.numberMisscheduled)}`);
    w.field('Pods Status', podCounts(set, selector, context));
    writePodTemplate(w, spec.template);
    writeEventsOf(w, set, context);
    return w.text();
  },
});
