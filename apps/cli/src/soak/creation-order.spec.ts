import type { KubeObject, UserInfo } from '@seatrial/apiserver';
import { createCluster, findProfile, type Cluster } from '@seatrial/cluster';
import { canonicalJson, type JsonObject } from '@seatrial/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const ADMIN: UserInfo = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };
const REST_MS = 180_000;
const RUNS = 15;

interface Manifest extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject;
}

const labels = (app: string) => ({ app });
const template = (app: string, image: string, more: object = {}) => ({
  metadata: { labels: labels(app) },
  spec: { containers: [{ name: 'main', image, ...more }] },
});

/** Manifests none of which needs another to be there first: whatever is missing is waited for. */
const MANIFESTS: readonly Manifest[] = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels('web') },
      template: template('web', 'nginx', { envFrom: [{ configMapRef: { name: 'settings' } }] }),
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cache' },
    spec: { replicas: 2, selector: { matchLabels: labels('cache') }, template: template('cache', 'redis') },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: {
      replicas: 2,
      serviceName: 'db',
      selector: { matchLabels: labels('db') },
      template: template('db', 'redis'),
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent' },
    spec: { selector: { matchLabels: labels('agent') }, template: template('agent', 'nginx') },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once' },
    spec: {
      template: {
        spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox', command: ['true'] }] },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: labels('web'), ports: [{ port: 80 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'db' },
    spec: { clusterIP: 'None', selector: labels('db'), ports: [{ port: 6379 }] },
  },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { MODE: 'test' } },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { minAvailable: 2, selector: { matchLabels: labels('web') } },
  },
  { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'objects' }, spec: { hard: { configmaps: '10' } } },
].map((manifest) => ({ ...manifest, metadata: { ...manifest.metadata, namespace: 'default' } }));

/** What differs from one run to the next in a real cluster as well: identifiers, addresses, times, places. */
const ACCIDENTAL = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'lastTransitionTime',
  'lastUpdateTime',
  'startTime',
  'startedAt',
  'finishedAt',
  'completionTime',
  'clusterIP',
  'clusterIPs',
  'podIP',
  'podIPs',
  'hostIP',
  'hostIPs',
  'addresses',
  'nodeName',
  'containerID',
  'targetRef',
  'controller-uid',
  'batch.kubernetes.io/controller-uid',
  'endpoints.kubernetes.io/last-change-trigger-time',
]);

function essential(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(essential);
  if (typeof value === 'string') return value.replace(/^kube-api-access-.{5}$/, 'kube-api-access-');
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !ACCIDENTAL.has(key));
  return Object.fromEntries(entries.map(([key, item]) => [key, essential(item)]));
}

function essence(object: KubeObject): string {
  const { generateName, generation } = object.metadata;
  const metadata = {
    ...object.metadata,
    ...(generateName !== undefined && { name: generateName }),
    // It counts in how many steps the endpoints came.
    generation: object.kind === 'EndpointSlice' ? undefined : generation,
  };
  return canonicalJson(essential({ ...object, metadata }));
}

function create({ apiServer }: Cluster, manifest: Manifest): void {
  const [group, version] = manifest.apiVersion.includes('/')
    ? manifest.apiVersion.split('/')
    : ['', manifest.apiVersion];
  const served = apiServer
    .resources()
    .find((each) => each.group === group && each.version === version && each.kind === manifest.kind);
  if (!served) throw new Error(`${manifest.kind} is not served`);
  const target = { group, version, resource: served.resource, namespace: 'default', user: ADMIN };
  const { code, body } = apiServer.handle({ ...target, verb: 'create', body: manifest });
  if (code !== 201) throw new Error(JSON.stringify(body));
}

/** The namespace's objects once nothing moves any more, events apart, in an order of their own. */
function finalState(manifests: readonly Manifest[]): readonly string[] {
  const profile = findProfile('kubeadm');
  if (!profile) throw new Error('there is no profile kubeadm');
  const cluster = createCluster({ profile, seed: 'order', programs: new Map() });
  const { simulation, apiServer } = cluster;
  for (const manifest of manifests) create(cluster, manifest);
  simulation.runUntil(simulation.now() + REST_MS);
  return apiServer
    .resources()
    .filter(
      ({ preferred, namespaced, kind, verbs }) => preferred && namespaced && kind !== 'Event' && verbs.includes('list'),
    )
    .flatMap(({ group, resource }) => {
      const type = apiServer.resourceType(group, resource);
      return type ? apiServer.store.list(type, 'default') : [];
    })
    .map(essence)
    .sort();
}

describe('the order in which manifests are created', () => {
  it('does not show in what the cluster comes to', () => {
    const expected = finalState(MANIFESTS);
    expect(expected.length).toBeGreaterThan(MANIFESTS.length);
    const shuffled = fc.shuffledSubarray([...MANIFESTS], { minLength: MANIFESTS.length });
    fc.assert(
      fc.property(shuffled, (manifests) => {
        expect(finalState(manifests)).toEqual(expected);
      }),
      { numRuns: RUNS, seed: 1 },
    );
  });
});
