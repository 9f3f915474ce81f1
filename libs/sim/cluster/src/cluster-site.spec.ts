import { DEPLOYMENTS, NODES, PODS } from '@seatrial/apiserver';
import { expect, it } from 'vitest';
import { createCluster, findProfile, namedKindProfile, type Cluster } from './index.js';

const create = (profile: string): Cluster =>
  createCluster({ profile: findProfile(profile)!, seed: 'site', programs: new Map() });

const beside = (cluster: Cluster, prefix: string) => {
  const { site } = cluster;
  return site.add(
    namedKindProfile({
      name: 'two',
      workers: 1,
      address: (position) => `${prefix}.${5 + position}`,
      network: { name: 'kind', subnet: `${prefix}.0/16` },
      authority: site.nextAuthority('two'),
    }),
  );
};

const wait = ({ simulation }: Cluster, ms: number): void => {
  simulation.runUntil(simulation.now() + ms);
};

it('has clusters side by side, each with its own nodes, pods and authority', () => {
  const first = create('kind');
  const second = beside(first, '172.18.0');
  wait(first, 30_000);
  const names = ({ apiServer }: Cluster): string[] => apiServer.store.list(NODES).map(({ metadata }) => metadata.name);
  expect(names(first)).toEqual(['kind-control-plane', 'kind-worker', 'kind-worker2']);
  expect(names(second)).toEqual(['two-control-plane', 'two-worker']);
  const phases = second.apiServer.store.list(PODS).map(({ status }) => status?.phase);
  expect([...new Set(phases)]).toEqual(['Running']);
  const admin = { clientCertificate: 'O=kubeadm:cluster-admins, CN=kubernetes-admin' };
  expect(first.apiServer.authenticate(admin).ok).toBe(true);
  expect(second.apiServer.authenticate(admin)).toMatchObject({ ok: false, error: { reason: 'Unauthorized' } });
});

it('leaves the first cluster as it is without the others', () => {
  const history = (further: boolean): string => {
    const cluster = create('kind');
    if (further) beside(cluster, '172.18.0');
    cluster.apiServer.client('spec').create(DEPLOYMENTS, {
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
      },
    });
    wait(cluster, 60_000);
    return JSON.stringify(cluster.apiServer.store.history());
  };
  expect(history(true)).toBe(history(false));
});

it('lets packets through as Docker’s networks do', () => {
  const reached = (profile: string, from: string, prefix: string) => {
    const first = create(profile);
    const second = beside(first, prefix);
    wait(first, 30_000);
    const dial = (cluster: Cluster, node: string, host: string) => {
      const found = cluster.network.reach(node, host, 6443);
      return found.ok ? found.value.connection.remoteAddress : found.error;
    };
    const back = first.profile.nodes[0].address;
    const home = first.profile.nodes[0].name;
    return [dial(first, home, `${prefix}.5`), dial(first, from, `${prefix}.5`), dial(second, 'two-worker', back)];
  };
  expect(reached('kind', 'kind-worker', '172.18.0')).toEqual(['172.18.0.1', '172.18.0.3', '172.18.0.6']);
  expect(reached('kubeadm', 'node2', '172.19.0')).toEqual(['172.19.0.1', 'timeout', '172.18.0.2']);
});

it('settles when no cluster moves, and forgets one that is gone', () => {
  const first = create('kubeadm');
  const second = beside(first, '172.19.0');
  wait(first, 60_000);
  first.settle();
  const before = first.simulation.now();
  second.apiServer.client('spec').create(PODS, {
    metadata: { name: 'slow', namespace: 'default' },
    spec: { containers: [{ name: 'c', image: 'nginx', readinessProbe: { tcpSocket: { port: 9 }, periodSeconds: 5 } }] },
  });
  first.settle();
  expect(first.simulation.now() - before).toBeGreaterThan(8000);
  first.site.remove(second);
  wait(first, 10_000);
  const events = first.simulation.usage().events;
  const start = first.simulation.now();
  first.settle();
  expect(first.simulation.now() - start).toBeLessThan(1000);
  wait(first, 600_000);
  const alone = create('kubeadm');
  wait(alone, first.simulation.now() - alone.simulation.now() - 600_000);
  const own = alone.simulation.usage().events;
  wait(alone, 600_000);
  expect(first.simulation.usage().events - events).toBe(alone.simulation.usage().events - own);
});

it('has an end', () => {
  const first = create('kubeadm');
  for (let index = 0; index < 7; index++) first.site.remove(beside(first, '172.19.0'));
  expect(first.site.full).toBeUndefined();
  for (let index = 0; index < 7; index++) beside(first, '172.19.0');
  expect(first.site.full).toBe('more than 8 clusters at once');
});
