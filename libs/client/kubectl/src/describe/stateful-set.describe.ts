import type { StatefulSet } from '@seatrial/apiserver';
import { Quantity } from '@seatrial/schema';
import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1.js';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { goList, rfc1123, writeLabels, writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { storageClassOf } from './persistent-volume-claim-lines.js';
import { podCounts } from './pod-counts.js';
import { writePodTemplate } from './pod-template-lines.js';
import { selectorText } from './selector-text.js';
import { DescriptionWriter } from './tabbed-text.js';

/** StatefulSet: replicas, update strategy, template, claim templates, events. */
export const statefulSetDescribe = defineDescriber<StatefulSet>({
  group: 'apps',
  kind: 'StatefulSet',
  describe: (set, context) => {
    const w = new DescriptionWriter();
    const { spec, status, metadata } = set;
    const selector = selectorText(spec.selector);
    writeName(w, set);
    w.field('CreationTimestamp', rfc1123(metadata.creationTimestamp));
    w.field('Selector', selector);
    writeLabelsAndAnnotations(w, set);
    w.field('Replicas', `${String(spec.replicas ?? 0)} desired | ${String(status?.replicas ?? 0)} total`);
    w.field('Update Strategy', spec.updateStrategy?.type ?? '');
    const rolling = spec.updateStrategy?.rollingUpdate;
    if (rolling?.partition !== undefined && rolling.partition !== null) {
      w.field('Partition', rolling.partition, 1);
      if (rolling.maxUnavailable !== undefined) w.field('MaxUnavailable', rolling.maxUnavailable, 1);
    }
    w.field('Pods Status', podCounts(set, selector, context));
    writePodTemplate(w, spec.template);
    writeClaimTemplates(w, spec.volumeClaimTemplates);
    writeEventsOf(w, set, context);
    return w.text();
  },
});

function writeClaimTemplates(w: DescriptionWriter, templates: readonly PersistentVolumeClaim[] | undefined): void {
  if (!templates || templates.length === 0) {
    w.write(0, 'Volume Claims:\t<none>\n');
    return;
  }
  w.write(0, 'Volume Claims:\n');
  for (const { metadata, spec } of templates) {
    w.field('Name', metadata?.name ?? '', 1);
    w.field('StorageClass', storageClassOf(metadata?.annotations, spec?.storageClassName), 1);
    writeLabels(w, 'Labels', metadata?.labels, '  ');
    writeLabels(w, 'Annotations', metadata?.annotations, '  ');
    const storage = spec?.resources?.requests?.storage;
    w.field('Capacity', storage === undefined ? '<default>' : Quantity.of(storage), 1);
    w.field('Access Modes', goList(spec?.accessModes), 1);
  }
}
