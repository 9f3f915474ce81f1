import type { JsonObject } from '@seatrial/kernel';
import type { ObjectReader } from '../contract/store.js';
import { NODES } from '../contract/resource.js';
import { defineAdmission } from './admission.js';

const LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** What a pod has of its node's labels from the moment it is on it; undefined when that is nothing. */
export function topologyLabels(store: ObjectReader, nodeName: string): Readonly<Record<string, string>> | undefined {
  const labels = store.get(NODES, undefined, nodeName)?.metadata.labels;
  if (!labels) return undefined;
  let found: Record<string, string> | undefined;
  for (const key of LABELS) if (labels[key] !== undefined) (found ??= {})[key] = labels[key];
  return found;
}

/** Pods that name their node get its zone and region as labels (plugin/pkg/admission/podtopologylabels, on since 1.35). */
export const podTopologyLabelsAdmission = defineAdmission({
  name: 'PodTopologyLabels',
  operations: ['CREATE'],
  resources: ['/pods'],
  mutate: ({ object, scope }) => {
    const nodeName = (object?.spec as JsonObject | undefined)?.nodeName;
    const labels = typeof nodeName === 'string' && nodeName !== '' && topologyLabels(scope.server.store, nodeName);
    if (!object || !labels) return undefined;
    const metadata = object.metadata;
    metadata.labels = { ...(metadata.labels as JsonObject | undefined), ...labels };
    return undefined;
  },
});
