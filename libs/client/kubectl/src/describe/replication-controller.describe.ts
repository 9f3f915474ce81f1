import type { ReplicationController } from '@seatrial/apiserver';
import { matchLabelsSelector } from '@seatrial/schema';
import { writeWorkloadConditions } from './condition-lines.js';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { formatLabels, writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { podCounts } from './pod-counts.js';
import { writePodTemplate } from './pod-template-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** ReplicationController: replicas, pods by phase, template, conditions, events. */
export const replicationControllerDescribe = defineDescriber<ReplicationController>({
  group: '',
  kind: 'ReplicationController',
  describe: (controller, context) => {
    const w = new DescriptionWriter();
    const { spec, status } = controller;
    writeName(w, controller);
    w.field('Selector', formatLabels(spec.selector));
    writeLabelsAndAnnotations(w, controller);
    w.field('Replicas', `${String(status?.replicas ?? 0)} current / ${String(spec.replicas ?? 0)} desired`);
    w.field('Pods Status', podCounts(controller, matchLabelsSelector(spec.selector).toString(), context));
    writePodTemplate(w, spec.template);
    writeWorkloadConditions(w, status?.conditions);
    writeEventsOf(w, controller, context);
    return w.text();
  },
});
