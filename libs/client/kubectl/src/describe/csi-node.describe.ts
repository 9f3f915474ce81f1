import type { KubeObject } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { goList, rfc1123, writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

interface CsiNode extends KubeObject {
  readonly spec: {
    readonly drivers?: readonly {
      readonly name: string;
      readonly nodeID: string;
      readonly allocatable?: { readonly count?: number };
      readonly topologyKeys?: readonly string[];
    }[];
  };
}

/** CSINode: its drivers, events. */
export const csiNodeDescribe = defineDescriber<CsiNode>({
  group: 'storage.k8s.io',
  kind: 'CSINode',
  describe: (node, context) => {
    const w = new DescriptionWriter();
    writeName(w, node, false);
    writeLabelsAndAnnotations(w, node);
    w.field('CreationTimestamp', rfc1123(node.metadata.creationTimestamp));
    w.write(0, 'Spec:\n');
    if (node.spec.drivers?.length) w.write(1, 'Drivers:\n');
    for (const { name, nodeID, allocatable, topologyKeys } of node.spec.drivers ?? []) {
      w.write(2, `${name}:\n`);
      w.field('Node ID', nodeID, 3);
      if (allocatable?.count !== undefined) {
        w.write(3, 'Allocatables:\n');
        w.field('Count', allocatable.count, 4);
      }
      if (topologyKeys) w.field('Topology Keys', goList(topologyKeys), 3);
    }
    writeEventsOf(w, node, context);
    return w.text();
  },
});
