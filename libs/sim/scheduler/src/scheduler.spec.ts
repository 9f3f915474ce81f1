import {
  EVENTS,
  NAMESPACES,
  NODES,
  PODS,
  SERVICE_ACCOUNTS,
  createApiServer,
  type ApiClient,
  type Node,
  type Pod,
} from '@seatrial/apiserver';
import { Simulation, type Result } from '@seatrial/kernel';
import { allKinds } from '@seatrial/kinds';
import { beforeEach, describe, expect, it } from 'vitest';
import { startScheduler } from './start-scheduler.js';

function must<T>(result: Result<T, { readonly message: string }>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

let simulation: Simulation;
let client: ApiClient;

const wait = (ms: number): void => simulation.runUntil(simulation.now() + ms);
const nodeOf = (name: string): string | undefined => client.get(PODS, 'default', name)?.spec.nodeName;
const whyNot = (name: string): string | undefined =>
  client.get(PODS, 'default', name)?.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message;

function addNode(name: string, spec: Node['spec'] = {}, cpu = '2'): void {
  const metadata = { name, labels: { 'kubernetes.io/hostname': name } };
  const node = must(client.create(NODES, { metadata, spec }));
  const allocatable = { cpu, memory: '4Gi', pods: '10' };
  const status = { allocatable, capacity: allocatable };
  const reported = must(client.updateStatus(NODES, { ...node, status }));
  // Admission taints a new node as not ready.
  must(client.update(NODES, { ...reported, spec }));
}

function addPod(name: string, spec: Partial<Pod['spec']> = {}, labels: Record<string, string> = {}): void {
  const containers = spec.containers ?? [{ name: 'main', image: 'nginx' }];
  must(client.create(PODS, { metadata: { name, namespace: 'default', labels }, spec: { ...spec, containers } }));
  wait(100);
}

const wanting = (cpu: string): Pod['spec']['containers'] => [
  { name: 'main', image: 'nginx', resources: { requests: { cpu } } },
];

beforeEach(() => {
  simulation = new Simulation({ startTime: Date.UTC(2026, 10, 21), seed: 'scheduler' });
  const apiServer = createApiServer({
    simulation,
    kinds: allKinds,
    serviceCidr: '10.96.0.0/16',
    nodePortRange: [30000, 32767],
    version: 'v1.35.4',
  });
  client = apiServer.client('kubectl');
  startScheduler({ apiServer, simulation });
  must(client.create(NAMESPACES, { metadata: { name: 'default' }, spec: {} }));
  must(client.create(SERVICE_ACCOUNTS, { metadata: { name: 'default', namespace: 'default' } }));
  addNode('node1', { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] });
  addNode('node2');
  addNode('node3');
});

describe('scheduler', () => {
  it('spreads by what is free and says where', () => {
    addPod('a', { containers: wanting('1') });
    addPod('b', { containers: wanting('1') });
    expect([nodeOf('a'), nodeOf('b')].sort()).toEqual(['node2', 'node3']);
    const messages = client.list(EVENTS, 'default').map(({ message }) => message);
    expect(messages).toContain(`Successfully assigned default/a to ${nodeOf('a') ?? ''}`);
  });

  it.each([
    [
      'too large a request',
      { containers: wanting('8') },
      '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    ],
    [
      'a label that no node has',
      { nodeSelector: { disk: 'ssd' } },
      "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
    ],
    [
      'a claim that is missing',
      { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'none' } }] },
      '0/3 nodes are available: persistentvolumeclaim "none" not found. not found',
    ],
  ])('says why not: %s', (_name, spec, message) => {
    addPod('p', spec);
    expect(whyNot('p')).toBe(message);
  });

  it('tries again when a node changes so that the pod fits', () => {
    addPod('p', { nodeSelector: { disk: 'ssd' } });
    const node = client.get(NODES, undefined, 'node2')!;
    must(
      client.update(NODES, {
        ...node,
        metadata: { ...node.metadata, labels: { ...node.metadata.labels, disk: 'ssd' } },
      }),
    );
    wait(3000);
    expect(nodeOf('p')).toBe('node2');
  });

  it('keeps apart what must be apart', () => {
    const affinity = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' },
        ],
      },
    };
    for (const name of ['a', 'b', 'c']) addPod(name, { affinity }, { app: 'web' });
    expect([nodeOf('a'), nodeOf('b')].sort()).toEqual(['node2', 'node3']);
    expect(whyNot('c')).toBe(
      "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.",
    );
  });
});
