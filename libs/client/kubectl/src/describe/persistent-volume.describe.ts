import type { PersistentVolume } from '@seatrial/apiserver';
import { Quantity } from '@seatrial/schema';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { goList, since, writeLabelsAndAnnotations, writeLines, writeName } from './metadata-lines.js';
import { accessModesText, storageClassOf } from './persistent-volume-claim-lines.js';
import { DescriptionWriter } from './tabbed-text.js';
import { writePersistentVolumeSource } from './volume-lines.js';

/** PersistentVolume: class, status, claim, capacity, affinity, source, events. */
export const persistentVolumeDescribe = defineDescriber<PersistentVolume>({
  group: '',
  kind: 'PersistentVolume',
  describe: (volume, context) => {
    const w = new DescriptionWriter();
    const { metadata, spec, status } = volume;
    writeName(w, volume, false);
    writeLabelsAndAnnotations(w, volume);
    w.field('Finalizers', goList(metadata.finalizers));
    w.field('StorageClass', storageClassOf(metadata.annotations, spec.storageClassName));
    const deleted = metadata.deletionTimestamp;
    w.field('Status', deleted ? `Terminating (lasts ${since(deleted, context.now)})` : (status?.phase ?? ''));
    w.field('Claim', spec.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '');
    w.field('Reclaim Policy', spec.persistentVolumeReclaimPolicy ?? '');
    w.field('Access Modes', accessModesText(spec.accessModes));
    if (spec.volumeMode) w.field('VolumeMode', spec.volumeMode);
    w.field('Capacity', Quantity.of(spec.capacity?.storage));
    writeNodeAffinity(w, volume);
    w.field('Message', status?.message ?? '');
    w.write(0, 'Source:\n');
    writePersistentVolumeSource(w, volume);
    writeEventsOf(w, volume, context);
    return w.text();
  },
});

function writeNodeAffinity(w: DescriptionWriter, { spec }: PersistentVolume): void {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms;
  if (!terms) {
    w.write(0, 'Node Affinity:\t<none>\n');
    return;
  }
  w.write(0, 'Node Affinity:\t\n');
  w.write(1, `Required Terms:\t${terms.length === 0 ? '<none>' : ''}\n`);
  terms.forEach(({ matchExpressions }, index) => {
    const lines = (matchExpressions ?? []).map(({ key, operator, values }) => {
      const list = values && values.length > 0 ? ` [${values.join(', ')}]` : '';
      return `${key} ${operator.toLowerCase()}${list}`;
    });
    writeLines(w, `    Term ${String(index)}`, lines, '    ');
  });
}
