import {
  NAMESPACES,
  PODS,
  POD_DISRUPTION_BUDGETS,
  SERVICE_ACCOUNTS,
  createApiServer,
  startControllers,
  type ApiClient,
  type OwnerReference,
  type Pod,
  type ResourceType,
} from '@seatrial/apiserver';
import { Simulation, type Result } from '@seatrial/kernel';
import { allKinds } from '@seatrial/kinds';
import { formatTime } from '@seatrial/schema';
import { beforeEach, expect, it } from 'vitest';
import { allControllers } from './registry.js';
import { CUSTOM_RESOURCE_DEFINITIONS } from './served-resources.js';

function must<T>(result: Result<T, { readonly message: string }>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const FLEETS: ResourceType = {
  group: 'example.com',
  version: 'v1',
  resource: 'fleets',
  kind: 'Fleet',
  namespaced: true,
};

let simulation: Simulation;
let client: ApiClient;

const wait = (ms: number): void => simulation.runUntil(simulation.now() + ms);

function addPod(name: string, owner: OwnerReference | undefined, condition: Record<string, unknown>): void {
  const pod = must(
    client.create(PODS, {
      metadata: { name, namespace: 'default', labels: { app: 'x' }, ...(owner && { ownerReferences: [owner] }) },
      spec: { containers: [{ name: 'main', image: 'nginx' }] },
    }),
  );
  const conditions = [{ status: 'True', lastTransitionTime: formatTime(simulation.now()), ...condition }];
  must(client.updateStatus(PODS, { ...pod, status: { phase: 'Running', conditions } as unknown as Pod['status'] }));
}

/** A kind of its own, with or without a scale, and one object of it that owns a ready pod. */
function addFleet(subresources: object): void {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  must(
    client.create(CUSTOM_RESOURCE_DEFINITIONS, {
      metadata: { name: 'fleets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'fleets', singular: 'fleet', kind: 'Fleet' },
        versions: [{ name: 'v1', served: true, storage: true, schema, subresources }],
      },
    } as never),
  );
  wait(5000);
  const fleet = must(
    client.create(FLEETS, { metadata: { name: 'f', namespace: 'default' }, spec: { replicas: 4 } } as never),
  );
  const { uid } = fleet.metadata;
  addPod('p', { apiVersion: 'example.com/v1', kind: 'Fleet', name: 'f', uid, controller: true }, { type: 'Ready' });
}

beforeEach(() => {
  simulation = new Simulation({ startTime: Date.UTC(2026, 10, 21), seed: 'disruption' });
  const apiServer = createApiServer({
    simulation,
    kinds: allKinds,
    serviceCidr: '10.96.0.0/16',
    nodePortRange: [30000, 32767],
    version: 'v1.35.4',
  });
  client = apiServer.client('kubectl');
  startControllers(apiServer, allControllers);
  must(client.create(NAMESPACES, { metadata: { name: 'default' }, spec: {} }));
  if (!client.get(SERVICE_ACCOUNTS, 'default', 'default'))
    must(client.create(SERVICE_ACCOUNTS, { metadata: { name: 'default', namespace: 'default' } }));
});

it.each([
  [{ scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } }, 4, ''],
  [{ status: {} }, 0, 'fleets.example.com does not implement the scale subresource'],
])('asks a custom resource for its size: %o', (subresources, expectedPods, message) => {
  addFleet(subresources);
  const spec = { selector: { matchLabels: { app: 'x' } }, maxUnavailable: '50%' };
  must(client.create(POD_DISRUPTION_BUDGETS, { metadata: { name: 'b', namespace: 'default' }, spec }));
  wait(2000);
  const status = client.get(POD_DISRUPTION_BUDGETS, 'default', 'b')?.status;
  expect(status?.expectedPods).toBe(expectedPods);
  expect(status?.conditions?.[0].message).toBe(message);
});

it.each([
  ['EvictionByEvictionAPI', 'False'],
  ['TerminationByKubelet', 'True'],
])('takes the mark of a disruption that did not come off after two minutes: %s', (reason, status) => {
  addPod('p', undefined, { type: 'DisruptionTarget', reason });
  wait(125_000);
  expect(client.get(PODS, 'default', 'p')?.status?.conditions?.[0].status).toBe(status);
});
