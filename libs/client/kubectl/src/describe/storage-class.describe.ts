import type { StorageClass } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { boolText, formatLabels, writeLines, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

/** StorageClass: provisioner and its parameters, policies, events. */
export const storageClassDescribe = defineDescriber<StorageClass>({
  group: 'storage.k8s.io',
  kind: 'StorageClass',
  describe: (storageClass, context) => {
    const w = new DescriptionWriter();
    const { metadata, mountOptions, reclaimPolicy, volumeBindingMode, allowedTopologies } = storageClass;
    const isDefault = DEFAULT_CLASS.some((key) => metadata.annotations?.[key] === 'true');
    writeName(w, storageClass, false);
    w.field('IsDefaultClass', isDefault ? 'Yes' : 'No');
    w.field('Annotations', formatLabels(metadata.annotations));
    w.field('Provisioner', storageClass.provisioner);
    w.field('Parameters', formatLabels(storageClass.parameters));
    w.field('AllowVolumeExpansion', boolText(storageClass.allowVolumeExpansion));
    if (!mountOptions || mountOptions.length === 0) w.field('MountOptions', '<none>');
    else {
      w.write(0, 'MountOptions:\n');
      for (const option of mountOptions) w.write(1, `${option}\n`);
    }
    if (reclaimPolicy) w.field('ReclaimPolicy', reclaimPolicy);
    if (volumeBindingMode) w.field('VolumeBindingMode', volumeBindingMode);
    if (allowedTopologies) w.field('AllowedTopologies', allowedTopologies.length === 0 ? '<none>' : '');
    (allowedTopologies ?? []).forEach(({ matchLabelExpressions }, index) => {
      const lines = (matchLabelExpressions ?? []).map(({ key, values }) => `${key} in [${values.join(', ')}]`);
      writeLines(w, `  Term ${String(index)}`, lines, '  ');
    });
    writeEventsOf(w, storageClass, context);
    return w.text();
  },
});
