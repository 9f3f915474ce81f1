import type { ReplicaSet } from '@seatrial/apiserver';
import { formatLabelSelector } from '@seatrial/schema';
import { writeWorkloadConditions } from './condition-lines.js';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { writeController, writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { podCounts } from './pod-counts.js';
import { writePodTemplate } from './pod-template-lines.js';
import { selectorText } from './selector-text.js';
import { DescriptionWriter } from './tabbed-text.js';

/** ReplicaSet: replicas, pods by phase, template, conditions, events. */
export const replicaSetDescribe = defineDescriber<ReplicaSet>({
  group: 'apps',
  kind: 'ReplicaSet',
  describe: (set, context) => {
    const w = new DescriptionWriter();
    const { spec, status } = set;
    writeName(w, set);
    w.field('Selector', formatLabelSelector(spec.selector));
    writeLabelsAndAnnotations(w, set);
    writeController(w, set);
    w.field('Replicas', `${String(status?.replicas ?? 0)} current / ${String(spec.replicas ?? 0)} desired`);
    w.field('Pods Status', podCounts(set, selectorText(spec.selector), context));
    writePodTemplate(w, spec.template);
    writeWorkloadConditions(w, status?.conditions);
    writeEventsOf(w, set, context);
    return w.text();
  },
});
