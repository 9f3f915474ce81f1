import { ENDPOINT_SLICES, NAMESPACES, NODES, SERVICES, createApiServer } from '@seatrial/apiserver';
import { FileSystem, Simulation, Task, type Coroutine, type DialError, type NetworkStack } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { createNetwork } from './create-network.js';

function world(zones: Readonly<Record<string, string>> = {}) {
  const simulation = new Simulation({ startTime: 0, seed: 'network' });
  const apiServer = createApiServer({
    simulation,
    kinds: [],
    serviceCidr: '10.96.0.0/16',
    nodePortRange: [30_000, 32_767],
    version: 'v1.35.4',
  });
  const client = apiServer.client('test');
  if (!client.get(NAMESPACES, undefined, 'default'))
    client.create(NAMESPACES, { metadata: { name: 'default' }, spec: {} });
  for (const [name, zone] of Object.entries(zones))
    client.create(NODES, { metadata: { name, labels: { 'topology.kubernetes.io/zone': zone } }, spec: {} });
  const files = new FileSystem({ now: () => simulation.now() });
  files.makeDirectories('/etc');
  const network = createNetwork({ simulation, store: apiServer.store });
  const nodes = [1, 2].map((number) =>
    network.attachNode({
      nodeName: `n${number}`,
      address: `172.18.0.${number + 1}`,
      podCidr: `10.244.${number}.0/24`,
      files: () => files,
    }),
  );
  const pods = [1, 1, 2].map((node, index) =>
    network.attachPod({
      namespace: 'default',
      name: `p${index}`,
      uid: String(index),
      nodeName: `n${node}`,
      hostNetwork: false,
    }),
  );
  for (const [index, pod] of pods.entries())
    pod
      .stack(() => files)
      .listen(80, {
        *http() {
          return { status: 200, headers: [], body: `p${index}` };
        },
      });
  const service = (
    spec: object,
    addresses: readonly (readonly [address: string, node: string, hints?: object])[],
  ): void => {
    client.create(SERVICES, {
      metadata: { name: 's', namespace: 'default' },
      spec: {
        clusterIP: '10.96.1.1',
        ports: [{ port: 8080, targetPort: 80, protocol: 'TCP', nodePort: 30_080 }],
        ...spec,
      },
    });
    client.create(ENDPOINT_SLICES, {
      metadata: { name: 's-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 's' } },
      addressType: 'IPv4',
      endpoints: addresses.map(([address, nodeName, hints]) => ({
        addresses: [address],
        conditions: { ready: true },
        nodeName,
        ...(hints ? { hints } : {}),
      })),
      ports: [{ name: '', port: 80, protocol: 'TCP' }],
    });
    // The proxies write it down.
    simulation.runUntil(simulation.now() + 2000);
  };
  const get = (stack: NetworkStack, host: string, port: number): string => {
    let answer = 'no answer';
    function* ask(): Coroutine<void> {
      const dialed = yield* stack.dial({ host, port, timeoutMs: 1000 });
      if (!dialed.ok) {
        const error: DialError = dialed.error;
        answer = error.failure;
        return;
      }
      const response = yield* dialed.value.http({ method: 'GET', path: '/', headers: new Map(), body: '' });
      answer = response.ok ? response.value.body : response.error;
    }
    new Task(simulation, ask());
    simulation.runUntil(simulation.now() + 5000);
    return answer;
  };
  return { files, get, network, nodes, pods, service };
}

describe('network', () => {
  it('gives pods addresses of their node in order', () => {
    const { pods } = world();
    expect(pods.map((pod) => pod.addresses[0])).toEqual(['10.244.1.2', '10.244.1.3', '10.244.2.2']);
  });

  it('reaches pods directly, refuses closed ports, finds nobody at free addresses', () => {
    const { get, nodes } = world();
    expect(get(nodes[0], '10.244.2.2', 80)).toBe('p2');
    expect(get(nodes[0], '10.244.2.2', 81)).toBe('refused');
    expect(get(nodes[0], '10.244.2.77', 80)).toBe('timeout');
  });

  it('spreads a service over its endpoints, also by node port on every node', () => {
    const { get, nodes, service } = world();
    service({}, [
      ['10.244.1.2', 'n1'],
      ['10.244.2.2', 'n2'],
    ]);
    const seen = new Set(Array.from({ length: 20 }, () => get(nodes[0], '10.96.1.1', 8080)));
    expect([...seen].sort()).toEqual(['p0', 'p2']);
    expect(['p0', 'p2']).toContain(get(nodes[0], '172.18.0.3', 30_080));
    expect(['p0', 'p2']).toContain(get(nodes[1], '172.18.0.3', 30_080));
  });

  it('rejects a service without endpoints, drops Local traffic without a local one', () => {
    const empty = world();
    empty.service({}, []);
    expect(empty.get(empty.nodes[0], '10.96.1.1', 8080)).toBe('refused');
    const local = world();
    local.service({ internalTrafficPolicy: 'Local' }, [['10.244.2.2', 'n2']]);
    expect(local.get(local.nodes[0], '10.96.1.1', 8080)).toBe('timeout');
    expect(local.get(local.nodes[1], '10.96.1.1', 8080)).toBe('p2');
  });

  it('keeps to the endpoints that are hinted for the node, else for its zone', () => {
    const forNode = (name: string): object => ({ forNodes: [{ name }], forZones: [{ name: 'a' }] });
    const { get, nodes, service } = world({ n1: 'a', n2: 'b' });
    service({}, [
      ['10.244.1.2', 'n1', { forZones: [{ name: 'a' }] }],
      ['10.244.1.3', 'n1', forNode('n1')],
      ['10.244.2.2', 'n2', { forZones: [{ name: 'b' }] }],
    ]);
    const from = (stack: NetworkStack | undefined): string[] =>
      [...new Set(Array.from({ length: 20 }, () => stack && get(stack, '10.96.1.1', 8080)))].map(String).sort();
    expect(from(nodes[0])).toEqual(['p0', 'p1']);
    expect(from(nodes[1])).toEqual(['p2']);
    const same = world({ n1: 'a', n2: 'a' });
    same.service({}, [
      ['10.244.1.2', 'n1', forNode('n1')],
      ['10.244.2.2', 'n2', forNode('n2')],
    ]);
    expect(new Set(Array.from({ length: 20 }, () => same.get(same.nodes[1], '10.96.1.1', 8080)))).toEqual(
      new Set(['p2']),
    );
  });

  it('keeps a client at one endpoint with session affinity', () => {
    const { get, nodes, service } = world();
    service({ sessionAffinity: 'ClientIP' }, [
      ['10.244.1.2', 'n1'],
      ['10.244.2.2', 'n2'],
    ]);
    expect(new Set(Array.from({ length: 10 }, () => get(nodes[0], '10.96.1.1', 8080))).size).toBe(1);
  });

  it('cuts a node off', () => {
    const { get, network, nodes } = world();
    network.setNodeReachable('n2', false);
    expect(get(nodes[0], '10.244.2.2', 80)).toBe('timeout');
    expect(get(nodes[1], '10.244.1.2', 80)).toBe('network-unreachable');
  });
});
