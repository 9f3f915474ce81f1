import {
  EVENTS,
  NAMESPACES,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  RESOURCE_QUOTAS,
  SECRETS,
  SERVICES,
  SERVICE_ACCOUNTS,
  createApiServer,
  startControllers,
  type ApiClient,
} from '@seatrial/apiserver';
import { Simulation, type Result } from '@seatrial/kernel';
import { allKinds } from '@seatrial/kinds';
import { beforeEach, describe, expect, it } from 'vitest';
import { allControllers } from './registry.js';

function must<T>(result: Result<T, { readonly message: string }>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

let simulation: Simulation;
let client: ApiClient;

const wait = (ms: number): void => simulation.runUntil(simulation.now() + ms);
const eventTexts = (reason: string): string[] =>
  client
    .list(EVENTS)
    .filter((event) => event.reason === reason)
    .map(({ message }) => message ?? '');

beforeEach(() => {
  simulation = new Simulation({ startTime: Date.UTC(2026, 10, 21, 4, 30, 20), seed: 'quotas' });
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
  wait(1000);
});

describe('quotas', () => {
  const quota = (hard: Record<string, string>): void => {
    must(client.create(RESOURCE_QUOTAS, { metadata: { name: 'q', namespace: 'default' }, spec: { hard } }));
    wait(1000);
  };
  const used = () => client.get(RESOURCE_QUOTAS, 'default', 'q')?.status?.used;

  it('get back what a service needs no more, once the controller has counted', () => {
    quota({ 'services.nodeports': '2', 'services.loadbalancers': '1' });
    const spec = { type: 'LoadBalancer', ports: [{ port: 80, targetPort: 80 }] };
    must(client.create(SERVICES, { metadata: { name: 's', namespace: 'default' }, spec }));
    expect(used()).toEqual({ 'services.nodeports': '1', 'services.loadbalancers': '1' });
    must(client.patch(SERVICES, 'default', 's', 'merge', { spec: { type: 'ClusterIP' } }));
    expect(used()).toEqual({ 'services.nodeports': '1', 'services.loadbalancers': '1' });
    wait(1000);
    expect(used()).toEqual({ 'services.nodeports': '0', 'services.loadbalancers': '0' });
  });

  it('count what goes of any kind', () => {
    quota({ 'count/serviceaccounts': '3' });
    must(client.create(SERVICE_ACCOUNTS, { metadata: { name: 'a', namespace: 'default' } }));
    expect(used()).toEqual({ 'count/serviceaccounts': '2' });
    must(client.delete(SERVICE_ACCOUNTS, 'default', 'a'));
    wait(1000);
    expect(used()).toEqual({ 'count/serviceaccounts': '1' });
  });

  it('are counted for other scopes only at the regular look', () => {
    const spec = { hard: { pods: '5' }, scopes: ['BestEffort'] };
    must(client.create(RESOURCE_QUOTAS, { metadata: { name: 'q', namespace: 'default' }, spec }));
    const resources = { requests: { cpu: '1m' } };
    const containers = [{ name: 'c', image: 'nginx', resources }];
    must(client.create(PODS, { metadata: { name: 'p', namespace: 'default' }, spec: { containers } }));
    wait(1000);
    must(client.patch(RESOURCE_QUOTAS, 'default', 'q', 'merge', { spec: { scopes: null } }));
    wait(200_000);
    expect(used()).toEqual({ pods: '0' });
    wait(100_000);
    expect(used()).toEqual({ pods: '1' });
  });
});

describe('service account tokens', () => {
  it('keep what is there, and are struck from their account when they go', () => {
    const account = { metadata: { name: 'a', namespace: 'default' }, secrets: [{ name: 't' }, { name: 'other' }] };
    must(client.create(SERVICE_ACCOUNTS, account));
    const metadata = {
      name: 't',
      namespace: 'default',
      annotations: { 'kubernetes.io/service-account.name': 'a' },
    };
    const data = { token: 'bWluZQ==' };
    must(client.create(SECRETS, { metadata, type: 'kubernetes.io/service-account-token', data }));
    wait(1000);
    expect(client.get(SECRETS, 'default', 't')?.data).toMatchObject({ token: 'bWluZQ==', namespace: 'ZGVmYXVsdA==' });
    must(client.delete(SECRETS, 'default', 't'));
    wait(1000);
    expect(client.get(SERVICE_ACCOUNTS, 'default', 'a')?.secrets).toEqual([{ name: 'other' }]);
  });
});

describe('generic ephemeral volumes', () => {
  const pod = {
    metadata: { name: 'p', namespace: 'default' },
    spec: {
      containers: [{ name: 'main', image: 'nginx:1.27' }],
      volumes: [
        {
          name: 'v',
          ephemeral: {
            volumeClaimTemplate: {
              spec: {
                storageClassName: '',
                accessModes: ['ReadWriteOnce'],
                resources: { requests: { storage: '1Gi' } },
              },
            },
          },
        },
      ],
    },
  };

  it('get their claim again when it is deleted', () => {
    must(client.create(PODS, pod));
    wait(1000);
    const first = client.get(PERSISTENT_VOLUME_CLAIMS, 'default', 'p-v');
    must(client.update(PERSISTENT_VOLUME_CLAIMS, { ...first!, metadata: { ...first!.metadata, finalizers: [] } }));
    must(client.delete(PERSISTENT_VOLUME_CLAIMS, 'default', 'p-v'));
    wait(1000);
    const second = client.get(PERSISTENT_VOLUME_CLAIMS, 'default', 'p-v');
    expect(second?.metadata.uid).toBeDefined();
    expect(second?.metadata.uid).not.toBe(first?.metadata.uid);
  });

  it('say why their claim cannot be made, and try again', () => {
    const hard = { persistentvolumeclaims: '0' };
    must(client.create(RESOURCE_QUOTAS, { metadata: { name: 'q', namespace: 'default' }, spec: { hard } }));
    wait(1000);
    must(client.create(PODS, pod));
    wait(1000);
    expect([...new Set(eventTexts('FailedBinding'))]).toEqual([
      'ephemeral volume v: create PVC p-v: persistentvolumeclaims "p-v" is forbidden: exceeded quota: q, requested: persistentvolumeclaims=1, used: persistentvolumeclaims=0, limited: persistentvolumeclaims=0',
    ]);
    must(client.delete(RESOURCE_QUOTAS, 'default', 'q'));
    wait(10_000);
    expect(client.get(PERSISTENT_VOLUME_CLAIMS, 'default', 'p-v')).toBeDefined();
  });
});
