import {
  DEPLOYMENTS,
  NAMESPACES,
  SERVICE_ACCOUNTS,
  createApiServer,
  startControllers,
  type ApiClient,
  type ApiServer,
} from '@seatrial/apiserver';
import { Simulation, type Result } from '@seatrial/kernel';
import { allKinds } from '@seatrial/kinds';
import { beforeEach, expect, it } from 'vitest';
import { REVISION } from './deployment/replica-set-annotations.js';
import { allControllers } from './registry.js';

function must<T>(result: Result<T, { readonly message: string }>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

let simulation: Simulation;
let apiServer: ApiServer;
let client: ApiClient;

const wait = (ms: number): void => simulation.runUntil(simulation.now() + ms);

function relabel(v: string): void {
  const patch = { spec: { template: { metadata: { labels: { v } } } } };
  must(client.patch(DEPLOYMENTS, 'default', 'web', 'merge', patch));
  wait(2000);
}

beforeEach(() => {
  simulation = new Simulation({ startTime: Date.UTC(2026, 10, 21), seed: 'deployment' });
  apiServer = createApiServer({
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

it('tells the revision of a template that comes back before anything else of it', () => {
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
  const spec = { replicas: 2, selector: { matchLabels: labels }, template };
  must(client.create(DEPLOYMENTS, { metadata: { name: 'web', namespace: 'default' }, spec }));
  wait(2000);
  relabel('one');
  relabel('two');
  const seen: (readonly [revision: string | undefined, generation: number | undefined])[] = [];
  apiServer.store.onChange(DEPLOYMENTS, ({ object }) => {
    seen.push([object.metadata.annotations?.[REVISION], object.status?.observedGeneration]);
  });
  relabel('one');
  expect(seen.slice(0, 3)).toEqual([
    ['3', 3],
    ['4', 3],
    ['4', 4],
  ]);
});
