import { NODES, defineController, watch } from '@seatrial/apiserver';
import { must, retrying } from './request-failed.js';

const ANNOTATION = 'node.alpha.kubernetes.io/ttl';

/** How long kubelets may keep Secrets and ConfigMaps, by the most nodes that this holds for. */
const BOUNDARIES: readonly { readonly most: number; readonly seconds: number }[] = [
  { most: 100, seconds: 0 },
  { most: 500, seconds: 15 },
  { most: 1000, seconds: 30 },
  { most: 2000, seconds: 60 },
  { most: 10_000, seconds: 300 },
  { most: Number.POSITIVE_INFINITY, seconds: 600 },
];

const desiredSeconds = (count: number): number => BOUNDARIES.find(({ most }) => count <= most)?.seconds ?? 0;

/** Tells nodes when they join how long to keep what they have read, by the cluster's size (pkg/controller/ttl). */
export const ttlController = defineController({
  name: 'ttl-controller',
  component: 'ttl-controller',
  sources: [
    // Heartbeats change nothing here: only a node that has not been told yet is looked at.
    watch(NODES, ({ type, object: { metadata } }) =>
      type === 'DELETED' || metadata.annotations?.[ANNOTATION] !== undefined ? [] : [metadata.name],
    ),
  ],
  reconcile: retrying(({ client }, key) => {
    const node = client.get(NODES, undefined, key);
    if (!node || node.metadata.annotations?.[ANNOTATION] !== undefined) return;
    const wanted = String(desiredSeconds(client.list(NODES).length));
    const annotations = { ...node.metadata.annotations, [ANNOTATION]: wanted };
    must(client.update(NODES, { ...node, metadata: { ...node.metadata, annotations } }));
  }),
});
