import { Simulation } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import {
  CONFIG_MAPS,
  DEPLOYMENTS,
  NAMESPACES,
  createApiServer,
  startControllers,
  type ApiRequest,
  type ConfigMap,
  type KubeObject,
  type Status,
  type WatchEvent,
} from './index.js';

const ADMIN = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

function start() {
  const simulation = new Simulation({ startTime: Date.UTC(2026, 0, 1), seed: 'spec' });
  const apiServer = createApiServer({
    simulation,
    kinds: [],
    serviceCidr: '10.96.0.0/16',
    nodePortRange: [30000, 32767],
    version: 'v1.35.4',
  });
  const client = apiServer.client('setup');
  client.create(NAMESPACES, { metadata: { name: 'default' } } as never);
  const send = (request: Partial<ApiRequest>) =>
    apiServer.handle({
      verb: 'get',
      group: '',
      version: 'v1',
      resource: 'configmaps',
      namespace: 'default',
      user: ADMIN,
      ...request,
    });
  return { simulation, apiServer, client, send };
}

const message = (body: unknown): string => (body as Status).message;

describe('the API server', () => {
  it('creates, reads, changes and deletes', () => {
    const { send } = start();
    const created = send({ verb: 'create', body: { metadata: { name: 'a' }, data: { x: '1' } } });
    expect(created.code).toBe(201);
    const object = created.body as ConfigMap;
    expect(object.metadata.creationTimestamp).toBe('2026-01-01T00:00:00Z');
    expect(message(send({ verb: 'create', body: { metadata: { name: 'a' } } }).body)).toBe(
      'configmaps "a" already exists',
    );
    const same = send({ verb: 'patch', name: 'a', patchType: 'merge', body: { data: { x: '1' } } }).body as ConfigMap;
    expect(same.metadata.resourceVersion).toBe(object.metadata.resourceVersion);
    const patched = send({ verb: 'patch', name: 'a', patchType: 'strategic', body: { data: { y: '2' } } });
    expect((patched.body as ConfigMap).data).toEqual({ x: '1', y: '2' });
    const stale = send({ verb: 'update', name: 'a', body: { ...object, data: {} } });
    expect(message(stale.body)).toBe(
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
    expect(send({ verb: 'delete', name: 'a' }).body).toMatchObject({ status: 'Success', details: { name: 'a' } });
    expect(message(send({ name: 'a' }).body)).toBe('configmaps "a" not found');
  });

  it('keeps an object until its finalizers are gone', () => {
    const { send } = start();
    send({ verb: 'create', body: { metadata: { name: 'a', finalizers: ['example.com/x'] } } });
    expect((send({ verb: 'delete', name: 'a' }).body as KubeObject).metadata.deletionTimestamp).toBeDefined();
    send({ verb: 'patch', name: 'a', patchType: 'merge', body: { metadata: { finalizers: null } } });
    expect(send({ name: 'a' }).code).toBe(404);
  });

  it('watches through selectors', () => {
    const { apiServer, send } = start();
    const seen: string[] = [];
    apiServer.watch(
      { group: '', version: 'v1', resource: 'configmaps', user: ADMIN, labelSelector: 'a=b' },
      (event: WatchEvent) => seen.push(`${event.type} ${event.object.metadata.name}`),
    );
    send({ verb: 'create', body: { metadata: { name: 'x', labels: { a: 'b' } } } });
    send({ verb: 'create', body: { metadata: { name: 'y' } } });
    send({ verb: 'patch', name: 'x', patchType: 'merge', body: { metadata: { labels: { a: 'c' } } } });
    expect(seen).toEqual(['ADDED x', 'DELETED x']);
  });

  it('refuses what the user may not do', () => {
    const { send } = start();
    expect(message(send({ verb: 'list', user: { username: 'jane', groups: [] } }).body)).toBe(
      'configmaps is forbidden: User "jane" cannot list resource "configmaps" in API group "" in the namespace "default"',
    );
  });

  it('runs controllers on keys, once a change, with back-off', () => {
    const { apiServer, client, simulation } = start();
    const seen: number[] = [];
    startControllers(apiServer, [
      {
        name: 'spec',
        component: 'spec-controller',
        sources: [{ resource: CONFIG_MAPS, keys: (event) => [`default/${event.object.metadata.name}`] }],
        reconcile: () => {
          seen.push(simulation.now() - simulation.startTime);
          return seen.length < 3 ? { retry: 'again' } : 'done';
        },
      },
    ]);
    client.create(CONFIG_MAPS, { metadata: { name: 'a', namespace: 'default' } });
    simulation.runUntil(simulation.startTime + 1000);
    // Its worker is busy with the key for ten milliseconds each time.
    expect(seen).toEqual([3, 13, 26]);
  });

  it('looks again at regular times, and not while nothing changes', () => {
    const { apiServer, client, simulation } = start();
    const looks: number[] = [];
    const second = (): number => (simulation.now() - simulation.startTime) / 1000;
    const running = startControllers(apiServer, [
      {
        name: 'spec',
        component: 'spec-controller',
        sources: [{ resource: CONFIG_MAPS, keys: () => [] }],
        resync: {
          periodMs: 10_000,
          keys: (context) => {
            looks.push(second());
            return context.client.list(CONFIG_MAPS).map(({ metadata }) => metadata.name);
          },
        },
        reconcile: () => 'done',
      },
    ]);
    const until = (seconds: number): void => {
      simulation.runUntil(simulation.startTime + seconds * 1000);
    };
    until(95);
    client.create(CONFIG_MAPS, { metadata: { name: 'a', namespace: 'default' } });
    until(125);
    client.delete(CONFIG_MAPS, 'default', 'a');
    until(195);
    apiServer.kubelets.delete('nobody');
    until(215);
    expect(looks).toEqual([10, 100, 110, 120, 130]);
    apiServer.kubelets.set('n1', {} as never);
    until(300);
    running.stop();
    apiServer.kubelets.delete('n1');
    until(400);
    expect(looks).toEqual([10, 100, 110, 120, 130, 220]);
  });

  it('counts repeated events', () => {
    const { apiServer, client } = start();
    const created = client.create(DEPLOYMENTS, {
      metadata: { name: 'd', namespace: 'default' },
      spec: { selector: {}, template: {} },
    });
    if (!created.ok) throw new Error(created.error.message);
    const recorder = apiServer.recorder('deployment-controller');
    for (let i = 0; i < 3; i++) recorder.event({ object: created.value }, 'Normal', 'Scaled', 'again');
    const events = apiServer.store.list({ ...CONFIG_MAPS, resource: 'events', kind: 'Event' });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ count: 3, reason: 'Scaled' });
  });
});
