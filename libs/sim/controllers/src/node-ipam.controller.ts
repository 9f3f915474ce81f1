import {
  NODES,
  defineController,
  watch,
  type ControllerContext,
  type ControllerDefinition,
  type Node,
} from '@seatrial/apiserver';
import { Attached } from '@seatrial/kernel';
import { formatIp, parseIp } from '@seatrial/schema';
import { must, retrying } from './request-failed.js';

/** A node's share of the pods' range (--node-cidr-mask-size). */
const NODE_BITS = 24;

const numberOf = (address: string): number => Number(parseIp(address)?.value ?? 0n);

/** The ranges of nodes within the pods' range, by number (pkg/controller/nodeipam/ipam/cidrset). */
interface RangeSet {
  readonly first: number;
  readonly count: number;
}

function rangeSet(podCidr: string): RangeSet {
  const [address, bits] = podCidr.split('/');
  return { first: numberOf(address), count: 2 ** Math.max(NODE_BITS - Number(bits), 0) };
}

const indexOf = ({ first }: RangeSet, cidr: string): number =>
  (numberOf(cidr.split('/')[0] ?? '') - first) / 2 ** (32 - NODE_BITS);

/** The number from which the next free range is looked for: a range that is given back waits for its turn. */
const candidates = new Attached<object, number>();

function allocate({ client, kubelets }: ControllerContext, set: RangeSet): string | undefined {
  const used = new Set(client.list(NODES).flatMap(({ spec }) => (spec.podCIDRs ?? []).map((one) => indexOf(set, one))));
  const start = candidates.get(kubelets) ?? 0;
  for (let step = 0; step < set.count; step++) {
    const index = (start + step) % set.count;
    if (used.has(index)) continue;
    candidates.set(kubelets, (index + 1) % set.count);
    const value = BigInt(set.first + index * 2 ** (32 - NODE_BITS));
    return `${formatIp({ value, bits: 32 })}/${NODE_BITS}`;
  }
  return undefined;
}

/** Gives nodes that come without one their range of pod addresses (pkg/controller/nodeipam, the range allocator). */
export function nodeIpamController(podCidr: string): ControllerDefinition {
  const set = rangeSet(podCidr);
  const lacksRange = ({ spec }: Node): boolean => (spec.podCIDRs?.length ?? 0) === 0;
  return defineController({
    name: 'node-ipam-controller',
    component: 'node-controller',
    sources: [
      watch(NODES, ({ type, object: node }, { kubelets }) => {
        if (type === 'DELETED') return [];
        if (lacksRange(node)) return [node.metadata.name];
        if (type === 'ADDED') {
          const after = (indexOf(set, node.spec.podCIDRs?.[0] ?? podCidr) + 1) % set.count;
          candidates.set(kubelets, Math.max(candidates.get(kubelets) ?? 0, after));
        }
        return [];
      }),
    ],
    reconcile: retrying((context, key) => {
      const { client } = context;
      const node = client.get(NODES, undefined, key);
      if (!node || !lacksRange(node) || node.metadata.deletionTimestamp !== undefined) return;
      const podCIDR = allocate(context, set);
      if (podCIDR === undefined) {
        const message = `Node ${key} status is now: CIDRNotAvailable`;
        context.events.event({ object: node }, 'Normal', 'CIDRNotAvailable', message);
        return;
      }
      must(client.update(NODES, { ...node, spec: { ...node.spec, podCIDR, podCIDRs: [podCIDR] } }));
    }),
  });
}
