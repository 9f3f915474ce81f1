import {
  CONFIG_MAPS,
  EVENTS,
  NAMESPACES,
  PERSISTENT_VOLUMES,
  createApiServer,
  startControllers,
  type ApiClient,
} from '@seatrial/apiserver';
import { Simulation } from '@seatrial/kernel';
import { allKinds } from '@seatrial/kinds';
import { beforeEach, describe, expect, it } from 'vitest';
import { garbageCollectorController } from './garbage-collector.controller.js';

let simulation: Simulation;
let client: ApiClient;

const wait = (ms: number): void => simulation.runUntil(simulation.now() + ms);

beforeEach(() => {
  simulation = new Simulation({ seed: 'garbage', startTime: Date.UTC(2026, 0, 1) });
  const apiServer = createApiServer({
    simulation,
    kinds: allKinds,
    serviceCidr: '10.96.0.0/16',
    nodePortRange: [30000, 32767],
    version: 'v1.35.4',
  });
  client = apiServer.client('test');
  startControllers(apiServer, [garbageCollectorController]);
  for (const name of ['default', 'other']) client.create(NAMESPACES, { metadata: { name }, spec: {} });
});

const owned = (name: string, namespace: string, owner: object, blockOwnerDeletion = false) => ({
  metadata: {
    name,
    namespace,
    ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: 'x', ...owner, blockOwnerDeletion }],
  },
});

describe('the garbage collector', () => {
  it('leaves alone what belongs to an unknown kind, deletes what belongs to nobody', () => {
    client.create(CONFIG_MAPS, owned('unknown', 'default', { apiVersion: 'example.com/v1', kind: 'Thing' }));
    client.create(CONFIG_MAPS, owned('lost', 'default', {}));
    wait(5000);
    expect(client.list(CONFIG_MAPS, 'default').map(({ metadata }) => metadata.name)).toEqual(['unknown']);
  });

  it('says so when an owner is in another namespace', () => {
    const owner = client.create(CONFIG_MAPS, { metadata: { name: 'owner', namespace: 'default' } });
    const uid = owner.ok ? owner.value.metadata.uid : '';
    client.create(CONFIG_MAPS, owned('cross', 'other', { uid }));
    client.create(PERSISTENT_VOLUMES, {
      ...owned('volume', '', { uid }),
      metadata: { name: 'volume', ownerReferences: owned('', '', { uid }).metadata.ownerReferences },
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' } },
    });
    wait(5000);
    expect(client.get(CONFIG_MAPS, 'other', 'cross')).toBeUndefined();
    expect(client.get(PERSISTENT_VOLUMES, undefined, 'volume')).toBeDefined();
    expect(new Set(client.list(EVENTS).map(({ message }) => message))).toEqual(
      new Set([
        `ownerRef [v1/ConfigMap, namespace: other, name: owner, uid: ${uid}] does not exist in namespace "other"`,
        `ownerRef [v1/ConfigMap, namespace: , name: owner, uid: ${uid}] does not exist in namespace ""`,
      ]),
    );
  });

  it('lets an owner go whose dependent does not block it any longer', () => {
    const owner = client.create(CONFIG_MAPS, { metadata: { name: 'owner', namespace: 'default' } });
    const uid = owner.ok ? owner.value.metadata.uid : '';
    const dependent = owned('held', 'default', { uid }, true);
    client.create(CONFIG_MAPS, { metadata: { ...dependent.metadata, finalizers: ['example.com/hold'] } });
    wait(1000);
    client.delete(CONFIG_MAPS, 'default', 'owner', { propagationPolicy: 'Foreground' });
    wait(5000);
    expect(client.get(CONFIG_MAPS, 'default', 'owner')).toBeDefined();
    const held = client.get(CONFIG_MAPS, 'default', 'held');
    if (held) client.update(CONFIG_MAPS, { ...held, metadata: { ...held.metadata, ownerReferences: [] } });
    wait(1000);
    expect(client.get(CONFIG_MAPS, 'default', 'owner')).toBeUndefined();
  });

  it('deletes in the foreground those too that do not block', () => {
    const owner = client.create(CONFIG_MAPS, { metadata: { name: 'owner', namespace: 'default' } });
    const uid = owner.ok ? owner.value.metadata.uid : '';
    client.create(CONFIG_MAPS, owned('free', 'default', { uid }));
    const blocking = owned('held', 'default', { uid }, true);
    client.create(CONFIG_MAPS, { metadata: { ...blocking.metadata, finalizers: ['example.com/hold'] } });
    wait(1000);
    client.delete(CONFIG_MAPS, 'default', 'owner', { propagationPolicy: 'Foreground' });
    wait(5000);
    expect(client.list(CONFIG_MAPS, 'default').map(({ metadata }) => metadata.name)).toEqual(['held', 'owner']);
  });
});
