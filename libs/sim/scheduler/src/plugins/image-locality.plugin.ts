import type { NodeInfo } from '../cache/node-info.js';
import { MAX_NODE_SCORE, definePlugin, type ClusterView } from '../cycle/plugin.js';

const MEGABYTE = 1024 * 1024;
const MIN = 23 * MEGABYTE;
const MAX_PER_CONTAINER = 1000 * MEGABYTE;

/** parsers.NormalizeImageRef: the default tag spelled out. */
function normalize(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}

const nodeImages = new WeakMap<object, ReadonlySet<string>>();

function imagesOf({ node }: NodeInfo): ReadonlySet<string> {
  const list = node.status?.images;
  if (!list) return new Set();
  let names = nodeImages.get(list);
  if (!names) {
    names = new Set(list.flatMap((image) => image.names ?? []));
    nodeImages.set(list, names);
  }
  return names;
}

function scoreOf(cluster: ClusterView, node: NodeInfo, images: readonly string[]): number {
  const there = imagesOf(node);
  let sum = 0;
  for (const image of images) {
    const state = there.has(image) ? cluster.image(image) : undefined;
    if (state) sum += Math.floor(state.size * (state.nodes / cluster.nodes.length));
  }
  return sum;
}

/** Prefers nodes that have the pod's larger images already. */
export const imageLocalityPlugin = definePlugin<undefined, readonly string[]>({
  name: 'ImageLocality',
  weight: 1,
  preScore: ({ info: { pod }, cluster }) => {
    const images = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map(({ image }) =>
      normalize(image ?? ''),
    );
    return images.some((image) => cluster.image(image)) ? { state: images } : 'skip';
  },
  score: ({ cluster }, node, images) => {
    const most = MAX_PER_CONTAINER * images.length;
    const sum = Math.min(Math.max(scoreOf(cluster, node, images), MIN), most);
    return Math.floor((MAX_NODE_SCORE * (sum - MIN)) / (most - MIN));
  },
});
