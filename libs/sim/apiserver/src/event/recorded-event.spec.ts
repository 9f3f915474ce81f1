import { Simulation } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { createApiServer } from '../api-server.js';
import type { ApiServer } from '../contract/api-server.js';
import type { KubeObject } from '../contract/object.js';
import { EVENTS } from '../contract/resource.js';

const HOUR = 3_600_000;
const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', uid: 'u1', resourceVersion: '7' },
} as KubeObject;

function server(): ApiServer {
  const simulation = new Simulation({ startTime: Date.UTC(2026, 0, 1), seed: 'events' });
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } } as KubeObject;
  return createApiServer({
    simulation,
    kinds: [],
    serviceCidr: '10.96.0.0/12',
    nodePortRange: [30000, 32767],
    version: 'v1.35.0',
    objects: [namespace],
  });
}

/** Writes a few events of two recorders; looks at them after each, if asked to. */
function record(looks: boolean): { readonly apiServer: ApiServer; readonly texts: () => readonly string[] } {
  const apiServer = server();
  const { simulation, store } = apiServer;
  const kubelet = apiServer.recorder('kubelet', { host: 'node1' });
  const scheduler = apiServer.recorder('default-scheduler', { newApi: true });
  for (let i = 0; i < 3; i++) {
    scheduler.event({ object: POD }, 'Normal', 'Scheduled', 'assigned', { action: 'Binding' });
    for (const reason of ['Pulled', 'Created'])
      kubelet.event({ object: POD, fieldPath: 'spec.containers{c}' }, 'Normal', reason, `${reason} it`);
    for (let n = 0; n < 6; n++) kubelet.event({ object: POD }, 'Warning', 'Failed', `failure ${String(i * 6 + n)}`);
    if (looks) store.list(EVENTS);
    simulation.runUntil(simulation.now() + 1000);
  }
  return { apiServer, texts: () => store.history().map(({ type, object }) => type + JSON.stringify(object)) };
}

describe('events', () => {
  it('are the same whenever they are looked at, also after they have gone', () => {
    const [early, late] = [record(true), record(false)];
    expect(late.apiServer.store.list(EVENTS)).toEqual(early.apiServer.store.list(EVENTS));
    for (const { simulation } of [early.apiServer, late.apiServer])
      simulation.runUntil(simulation.startTime + 2 * HOUR);
    expect(late.apiServer.store.list(EVENTS)).toEqual([]);
    expect(late.texts()).toEqual(early.texts());
    const never = record(false);
    never.apiServer.simulation.runUntil(never.apiServer.simulation.startTime + 2 * HOUR);
    expect(never.texts()).toEqual(early.texts());
  });
});
