import type { KubeObject } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { formatLabels, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

interface VolumeAttributesClass extends KubeObject {
  readonly driverName: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** VolumeAttributesClass: driver and parameters, events. */
export const volumeAttributesClassDescribe = defineDescriber<VolumeAttributesClass>({
  group: 'storage.k8s.io',
  kind: 'VolumeAttributesClass',
  describe: (attributesClass, context) => {
    const w = new DescriptionWriter();
    writeName(w, attributesClass, false);
    w.field('Annotations', formatLabels(attributesClass.metadata.annotations));
    w.field('DriverName', attributesClass.driverName);
    w.field('Parameters', formatLabels(attributesClass.parameters));
    writeEventsOf(w, attributesClass, context);
    return w.text();
  },
});
