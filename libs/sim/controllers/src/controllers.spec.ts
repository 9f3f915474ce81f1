import {
  CRON_JOBS,
  DAEMON_SETS,
  DEPLOYMENTS,
  EVENTS,
  JOBS,
  NAMESPACES,
  NODES,
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  REPLICA_SETS,
  SERVICE_ACCOUNTS,
  STATEFUL_SETS,
  createApiServer,
  startControllers,
  type ApiClient,
  type Pod,
} from '@seatrial/apiserver';
import { Simulation, type Result } from '@seatrial/kernel';
import { allKinds } from '@seatrial/kinds';
import { formatTime } from '@seatrial/schema';
import { beforeEach, describe, expect, it } from 'vitest';
import { allControllers } from './registry.js';

function must<T>(result: Result<T, { readonly message: string }>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const template = (labels: Record<string, string>, extra: object = {}) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'main', image: 'nginx:1.27' }], ...extra },
});

let simulation: Simulation;
let client: ApiClient;

const wait = (ms: number): void => simulation.runUntil(simulation.now() + ms);
const pods = (): readonly Pod[] => client.list(PODS, 'default');
const eventTexts = (reason: string): string[] =>
  client
    .list(EVENTS)
    .filter((event) => event.reason === reason)
    .map(({ message }) => message ?? '');

/** Plays the kubelet: a phase, and readiness since now. */
function report(pod: Pod, phase: string, ready: boolean): void {
  const current = client.get(PODS, pod.metadata.namespace, pod.metadata.name);
  if (!current) return;
  const time = formatTime(simulation.now()) as never;
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: time }];
  must(
    client.updateStatus(PODS, { ...current, status: { ...current.status, phase, podIP: '10.244.1.1', conditions } }),
  );
}

const runAll = (): void => {
  for (const pod of pods()) if (pod.status?.phase === 'Pending') report(pod, 'Running', true);
};

beforeEach(() => {
  simulation = new Simulation({ startTime: Date.UTC(2026, 10, 21, 4, 30, 20), seed: 'controllers' });
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
  for (const name of ['node1', 'node2']) {
    const node = must(client.create(NODES, { metadata: { name }, spec: {} }));
    must(client.updateStatus(NODES, { ...node, status: { conditions: [{ type: 'Ready', status: 'True' }] } }));
  }
  wait(1000);
});

describe('namespaces', () => {
  it('get a service account, and go with all they hold', () => {
    must(client.create(NAMESPACES, { metadata: { name: 'lab' }, spec: {} }));
    wait(1000);
    expect(client.get(SERVICE_ACCOUNTS, 'lab', 'default')).toBeDefined();
    must(client.delete(NAMESPACES, undefined, 'lab'));
    wait(8000);
    expect(client.get(NAMESPACES, undefined, 'lab')).toBeUndefined();
    expect(client.list(SERVICE_ACCOUNTS, 'lab')).toHaveLength(0);
  });
});

describe('deployments', () => {
  const create = (): void => {
    must(
      client.create(DEPLOYMENTS, {
        metadata: { name: 'web', namespace: 'default' },
        spec: { replicas: 4, selector: { matchLabels: { app: 'web' } }, template: template({ app: 'web' }) },
      }),
    );
    wait(1000);
    runAll();
    wait(1000);
  };

  it('come up, with conditions and events', () => {
    create();
    const { status } = client.get(DEPLOYMENTS, 'default', 'web')!;
    const [set] = client.list(REPLICA_SETS, 'default');
    expect(status).toMatchObject({ replicas: 4, availableReplicas: 4, terminatingReplicas: 0, observedGeneration: 1 });
    expect(status?.conditions?.map(({ type, reason, message }) => [type, reason, message])).toEqual([
      ['Available', 'MinimumReplicasAvailable', 'Deployment has minimum availability.'],
      ['Progressing', 'NewReplicaSetAvailable', `ReplicaSet "${set.metadata.name}" has successfully progressed.`],
    ]);
    expect(eventTexts('ScalingReplicaSet')).toEqual([`Scaled up replica set ${set.metadata.name} from 0 to 4`]);
  });

  it('roll within surge and availability, and keep both replica sets', () => {
    create();
    const patch = { spec: { template: { metadata: { labels: { v: '2' } } } } };
    must(client.patch(DEPLOYMENTS, 'default', 'web', 'merge', patch));
    wait(1000);
    const sizes = (): number[] => client.list(REPLICA_SETS, 'default').map(({ spec }) => spec.replicas ?? 0);
    expect(sizes().sort()).toEqual([2, 3]);
    for (let round = 0; round < 10; round++) {
      runAll();
      wait(1000);
      expect(sizes().reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(5);
    }
    expect(sizes().sort()).toEqual([0, 4]);
  });

  it('leave nothing behind when they are deleted', () => {
    create();
    must(client.delete(DEPLOYMENTS, 'default', 'web', { propagationPolicy: 'Background' }));
    wait(1000);
    expect(client.list(REPLICA_SETS, 'default')).toHaveLength(0);
    expect(pods().every(({ metadata }) => metadata.deletionTimestamp !== undefined)).toBe(true);
  });
});

describe('stateful sets', () => {
  it('start one pod after the other, each with its identity', () => {
    must(
      client.create(STATEFUL_SETS, {
        metadata: { name: 'db', namespace: 'default' },
        spec: {
          replicas: 2,
          serviceName: 'db',
          selector: { matchLabels: { app: 'db' } },
          template: template({ app: 'db' }),
        },
      }),
    );
    wait(1000);
    expect(pods().map(({ metadata }) => metadata.name)).toEqual(['db-0']);
    expect(pods()[0].metadata.labels).toMatchObject({ 'apps.kubernetes.io/pod-index': '0' });
    runAll();
    wait(1000);
    expect(pods().map(({ metadata }) => metadata.name)).toEqual(['db-0', 'db-1']);
    expect(eventTexts('SuccessfulCreate')).toEqual([
      'Create Pod db-0 in StatefulSet db successful',
      'Create Pod db-1 in StatefulSet db successful',
    ]);
  });
});

describe('daemon sets', () => {
  it('run on every node without an untolerated taint', () => {
    const node = client.get(NODES, undefined, 'node1')!;
    must(client.update(NODES, { ...node, spec: { taints: [{ key: 'lab', value: 'x', effect: 'NoSchedule' }] } }));
    must(
      client.create(DAEMON_SETS, {
        metadata: { name: 'agent', namespace: 'default' },
        spec: { selector: { matchLabels: { app: 'agent' } }, template: template({ app: 'agent' }) },
      }),
    );
    wait(1000);
    expect(client.get(DAEMON_SETS, 'default', 'agent')?.status).toMatchObject({ desiredNumberScheduled: 1 });
    expect(pods()).toHaveLength(1);
  });
});

describe('jobs', () => {
  const job = (spec: object): void => {
    must(
      client.create(JOBS, {
        metadata: { name: 'pack', namespace: 'default' },
        spec: { ...spec, template: { spec: { ...template({}).spec, restartPolicy: 'Never' } } },
      }),
    );
    wait(1000);
  };
  const conditions = (): unknown[] =>
    (client.get(JOBS, 'default', 'pack')?.status?.conditions ?? []).map(({ type, reason }) => [type, reason]);

  it('count each pod once and complete', () => {
    job({ completions: 2, parallelism: 2 });
    for (const pod of pods()) report(pod, 'Succeeded', false);
    wait(4000);
    const status = client.get(JOBS, 'default', 'pack')?.status;
    expect(status).toMatchObject({ succeeded: 2, uncountedTerminatedPods: {}, ready: 0, terminating: 0 });
    expect(conditions()).toEqual([
      ['SuccessCriteriaMet', 'CompletionsReached'],
      ['Complete', 'CompletionsReached'],
    ]);
    expect(pods().every(({ metadata }) => metadata.finalizers === undefined)).toBe(true);
  });

  it('back off after failures and give up', () => {
    job({ backoffLimit: 1 });
    report(pods()[0], 'Failed', false);
    wait(5000);
    expect(pods()).toHaveLength(1);
    wait(10_000);
    expect(pods()).toHaveLength(2);
    for (const pod of pods()) if (pod.status?.phase === 'Pending') report(pod, 'Failed', false);
    wait(4000);
    expect(conditions()).toEqual([
      ['FailureTarget', 'BackoffLimitExceeded'],
      ['Failed', 'BackoffLimitExceeded'],
    ]);
  });
});

describe('cron jobs', () => {
  it('start a job each time, named by the minute', () => {
    must(
      client.create(CRON_JOBS, {
        metadata: { name: 'tick', namespace: 'default' },
        spec: {
          schedule: '*/2 * * * *',
          jobTemplate: { spec: { template: { spec: { ...template({}).spec, restartPolicy: 'Never' } } } },
        },
      }),
    );
    wait(4 * 60_000);
    expect(client.list(JOBS, 'default').map(({ metadata }) => metadata.name)).toEqual([
      'tick-29920592',
      'tick-29920594',
    ]);
  });
});

describe('claims', () => {
  it('bind to the smallest volume that will do', () => {
    for (const [name, storage] of [
      ['large', '5Gi'],
      ['small', '2Gi'],
    ])
      must(
        client.create(PERSISTENT_VOLUMES, {
          metadata: { name },
          spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/tmp/x' } },
        }),
      );
    must(
      client.create(PERSISTENT_VOLUME_CLAIMS, {
        metadata: { name: 'data', namespace: 'default' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      }),
    );
    wait(1000);
    const claim = client.get(PERSISTENT_VOLUME_CLAIMS, 'default', 'data');
    expect(claim).toMatchObject({ spec: { volumeName: 'small' }, status: { phase: 'Bound' } });
    must(client.delete(PERSISTENT_VOLUME_CLAIMS, 'default', 'data'));
    wait(1000);
    expect(client.get(PERSISTENT_VOLUMES, undefined, 'small')?.status?.phase).toBe('Released');
  });
});
