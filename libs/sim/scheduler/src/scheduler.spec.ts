import {
  EVENTS,
  NAMESPACES,
  NODES,
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
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

/** How often a pod was found to fit nowhere. */
const attempts = (name: string): number =>
  client
    .list(EVENTS, 'default')
    .filter(({ reason, involvedObject }) => reason === 'FailedScheduling' && involvedObject.name === name)
    .reduce((sum, { series }) => sum + (series?.count ?? 1), 0);

const NODE2 = { 'kubernetes.io/hostname': 'node2' };

/** A volume with labels, and the claim of the same name that is bound to it. */
function addVolume(name: string, labels: Record<string, string>, accessMode = 'ReadWriteOnce'): void {
  const spec = { accessModes: [accessMode], storageClassName: '' };
  const capacity = { storage: '1Gi' };
  const source = { capacity, hostPath: { path: '/data' } };
  must(client.create(PERSISTENT_VOLUMES, { metadata: { name, labels }, spec: { ...spec, ...source } }));
  const annotations = { 'pv.kubernetes.io/bind-completed': 'yes' };
  must(
    client.create(PERSISTENT_VOLUME_CLAIMS, {
      metadata: { name, namespace: 'default', annotations },
      spec: { ...spec, volumeName: name, resources: { requests: capacity } },
    }),
  );
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

  it('tries again only after changes that concern whoever said no', () => {
    const label = (name: string, value: string): void => {
      const node = client.get(NODES, undefined, name)!;
      const labels = { ...node.metadata.labels, disk: value };
      must(client.update(NODES, { ...node, metadata: { ...node.metadata, labels } }));
      wait(20_000);
    };
    addPod('large', { containers: wanting('8') });
    addPod('picky', { nodeSelector: { disk: 'nvme' } });
    const before = [attempts('large'), attempts('picky')];
    label('node2', 'ssd');
    const large = client.get(PODS, 'default', 'large')!;
    must(client.update(PODS, { ...large, metadata: { ...large.metadata, labels: { tier: 'front' } } }));
    wait(20_000);
    expect([attempts('large'), attempts('picky')]).toEqual(before);
    const tolerations = [...(large.spec.tolerations ?? []), { key: 'node-role.kubernetes.io/control-plane' }];
    const { metadata } = client.get(PODS, 'default', 'large')!;
    must(
      client.update(PODS, {
        ...large,
        metadata,
        spec: { ...large.spec, tolerations: tolerations.map((one) => ({ operator: 'Exists', ...one })) },
      }),
    );
    wait(20_000);
    expect(attempts('large')).toBe(before[0] + 1);
  });

  it('counts no pods for a spread over a selector without conditions', () => {
    const topologySpreadConstraints = [
      { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} },
    ];
    for (const name of ['a', 'b', 'c', 'd']) addPod(name, { nodeSelector: NODE2, topologySpreadConstraints });
    expect(nodeOf('d')).toBe('node2');
  });

  it('lets pods with a volume of a zone onto nodes that are in none', () => {
    addVolume('disk', { 'topology.kubernetes.io/zone': 'a' });
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'disk' } }];
    addPod('user', { volumes });
    expect(nodeOf('user')).toBeDefined();
    for (const name of ['node2', 'node3']) {
      const node = client.get(NODES, undefined, name)!;
      const labels = { ...node.metadata.labels, 'topology.kubernetes.io/zone': 'b' };
      must(client.update(NODES, { ...node, metadata: { ...node.metadata, labels } }));
    }
    addPod('plain');
    expect(client.get(PODS, 'default', 'plain')?.metadata.labels).toEqual({ 'topology.kubernetes.io/zone': 'b' });
    addPod('other', { volumes });
    expect(whyNot('other')).toContain('2 node(s) had no available volume zone');
  });

  it('finds no node at all for a pod whose claim is another pod’s alone', () => {
    addVolume('mine', {}, 'ReadWriteOncePod');
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'mine' } }];
    addPod('first', { volumes, nodeSelector: NODE2 });
    addPod('second', { volumes });
    expect(whyNot('second')).toBe(
      '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod. no new claims to deallocate, preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.',
    );
  });

  it('gives the room of a pod that was resized to one that waits', () => {
    addPod('wide', { nodeSelector: NODE2, containers: wanting('1500m') });
    addPod('waits', { nodeSelector: NODE2, containers: wanting('1') });
    expect(nodeOf('waits')).toBeUndefined();
    const report = (cpu: string): void => {
      const pod = client.get(PODS, 'default', 'wide')!;
      const amounts = { resources: { requests: { cpu } }, allocatedResources: { cpu } };
      const containerStatuses = [{ name: 'main', ready: true, restartCount: 0, image: '', imageID: '', ...amounts }];
      must(client.updateStatus(PODS, { ...pod, status: { ...pod.status, containerStatuses } }));
    };
    report('1500m');
    const spec = { containers: [{ name: 'main', resources: { requests: { cpu: '500m' } } }] };
    must(client.patch(PODS, 'default', 'wide', 'strategic', { spec }, { subresource: 'resize' }));
    wait(20_000);
    expect(nodeOf('waits')).toBeUndefined();
    report('500m');
    wait(20_000);
    expect(nodeOf('waits')).toBe('node2');
  });
});
