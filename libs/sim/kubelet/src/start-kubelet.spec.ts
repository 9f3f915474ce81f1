import {
  CONFIG_MAPS,
  EVENTS,
  NAMESPACES,
  PODS,
  PRIORITY_CLASSES,
  SERVICE_ACCOUNTS,
  createApiServer,
  type Pod,
} from '@seatrial/apiserver';
import {
  FileSystem,
  Simulation,
  fail,
  newDirectory,
  ok,
  sleep,
  waitFor,
  type Coroutine,
  type NetworkStack,
  type Process,
  type Program,
} from '@seatrial/kernel';
import { allKinds } from '@seatrial/kinds';
import { describe, expect, it } from 'vitest';
import type { ContainerImage, ImageSource } from './kubelet-options.js';
import { startKubelet } from './start-kubelet.js';

const PROGRAMS: Readonly<Record<string, Program>> = {
  serve: function* (process: Process): Coroutine<number> {
    process.setSignalHandler('TERM', 'catch');
    yield* process.stdout.write('ready\n');
    yield* waitFor([process.signalArrived]);
    return 0;
  },
  deaf: function* (): Coroutine<number> {
    yield* sleep(1e9);
    return 0;
  },
  crash: function* (process: Process): Coroutine<number> {
    yield* process.stderr.write('no settings\n');
    return 3;
  },
  greedy: function* (process: Process): Coroutine<number> {
    process.memoryBytes = 200 * 1024 * 1024;
    yield* sleep(1e9);
    return 0;
  },
  done: function* (): Coroutine<number> {
    yield* sleep(2000);
    return 0;
  },
};

/** One image whose commands are the programs above. */
const IMAGE: ContainerImage = {
  reference: 'docker.io/library/app:1',
  imageId: 'docker.io/library/app@sha256:0',
  configDigest: 'sha256:0',
  sizeBytes: 1000,
  config: { cmd: ['serve'] },
  programs: new Map(Object.entries(PROGRAMS)),
  createRoot: (now) => {
    const root = newDirectory(now);
    const bin = newDirectory(now);
    for (const program of Object.keys(PROGRAMS))
      bin.entries.set(program, {
        type: 'file',
        content: '',
        program,
        mode: 0o755,
        owner: 'root',
        group: 'root',
        modifiedAt: now,
      });
    root.entries.set('bin', bin);
    return root;
  },
};

const images: ImageSource = {
  resolve: (reference) =>
    reference === 'app:1' ? ok(IMAGE) : fail({ code: 'NotFound', message: `${reference}: not found` }),
};

const unreachable: NetworkStack = {
  addresses: ['10.244.0.2'],
  *resolve() {
    return fail({ failure: 'name-not-found', afterMs: 0, hops: [] });
  },
  *query() {
    return { code: 'timeout', server: '', records: [] };
  },
  *dial() {
    return fail({ failure: 'refused', afterMs: 0, hops: [] });
  },
  listen: () => fail('address-in-use'),
  ping: () => false,
};

function world() {
  const simulation = new Simulation({ startTime: Date.UTC(2026, 0, 1), seed: 'kubelet' });
  const apiServer = createApiServer({
    simulation,
    kinds: allKinds,
    serviceCidr: '10.96.0.0/16',
    nodePortRange: [30_000, 32_767],
    version: 'v1.35.4',
  });
  const client = apiServer.client('test');
  if (!client.get(NAMESPACES, undefined, 'default'))
    client.create(NAMESPACES, { metadata: { name: 'default' }, spec: {} });
  client.create(SERVICE_ACCOUNTS, { metadata: { name: 'default', namespace: 'default' } });
  client.create(CONFIG_MAPS, { metadata: { name: 'kube-root-ca.crt', namespace: 'default' }, data: { 'ca.crt': 'x' } });
  const kubelet = startKubelet({
    apiServer,
    simulation,
    node: { name: 'n', internalIp: '192.0.2.1', capacity: { cpu: '2' }, allocatable: { cpu: '2' }, nodeInfo: {} },
    images,
    network: {
      attachPod: () => ({
        addresses: ['10.244.0.2'],
        stack: () => unreachable,
        beforeUse: () => undefined,
        detach: () => undefined,
      }),
      nodeStack: () => unreachable,
    },
    programs: new Map(),
    files: new FileSystem({ now: () => simulation.now() }),
  });
  const create = (name: string, command: string, spec: Partial<Pod['spec']> = {}): void => {
    const container = { name: 'c', image: 'app:1', command: [command], resources: { limits: { memory: '100Mi' } } };
    const created = client.create(PODS, {
      metadata: { name, namespace: 'default' },
      spec: { nodeName: 'n', terminationGracePeriodSeconds: 20, containers: [container], ...spec },
    });
    expect(created.ok).toBe(true);
  };
  const pod = (name: string): Pod | undefined => client.get(PODS, 'default', name);
  const run = (seconds: number): void => simulation.runUntil(simulation.now() + seconds * 1000);
  const reasons = (name: string): string[] =>
    client
      .list(EVENTS, 'default')
      .filter((event) => event.involvedObject.name === name)
      .map((event) => event.reason ?? '');
  return { client, create, kubelet, pod, reasons, run, apiServer };
}

describe('kubelet', () => {
  it('runs a pod and removes it when it is deleted', () => {
    const { client, create, pod, reasons, run } = world();
    create('web', 'serve');
    run(3);
    expect(pod('web')?.status?.phase).toBe('Running');
    expect(pod('web')?.status?.podIP).toBe('10.244.0.2');
    expect(reasons('web')).toEqual(['Pulling', 'Pulled', 'Created', 'Started']);
    client.delete(PODS, 'default', 'web');
    run(2);
    expect(pod('web')).toBeUndefined();
  });

  it('waits out the grace period of a process that does not handle TERM', () => {
    const { client, create, pod, run } = world();
    create('deaf', 'deaf');
    run(3);
    client.delete(PODS, 'default', 'deaf');
    run(19);
    expect(pod('deaf')).toBeDefined();
    run(3);
    expect(pod('deaf')).toBeUndefined();
  });

  it('cancels the commands of readiness probes while a pod ends', () => {
    const { client, create, run } = world();
    const readinessProbe = { exec: { command: ['done'] }, periodSeconds: 5, timeoutSeconds: 3 };
    create('deaf', 'deaf', { containers: [{ name: 'c', image: 'app:1', command: ['deaf'], readinessProbe }] });
    const unhealthy = (): (string | undefined)[] =>
      client
        .list(EVENTS, 'default')
        .filter(({ reason }) => reason === 'Unhealthy')
        .map(({ message, count }) => `${String(count)} ${message ?? ''}`);
    run(12);
    expect(unhealthy()).toEqual([]);
    client.delete(PODS, 'default', 'deaf');
    run(12);
    expect(unhealthy()).toEqual([
      '3 Readiness probe errored and resulted in unknown state: rpc error: code = Canceled desc = context canceled',
    ]);
  });

  it('restarts with back-off and keeps the log of the last instance', () => {
    const { apiServer, create, pod, run } = world();
    create('crash', 'crash');
    run(60);
    const status = pod('crash')?.status?.containerStatuses?.[0];
    expect(status?.restartCount).toBe(3);
    expect(status?.lastState?.terminated?.exitCode).toBe(3);
    const log = apiServer.kubelets.get('n')?.logs('default', 'crash', { container: 'c' });
    expect(log?.ok && log.value.take()).toBe('no settings\n');
  });

  it.each([
    ['done', 'Never', 'Succeeded', 'Completed', 0],
    ['crash', 'Never', 'Failed', 'Error', 3],
    ['greedy', 'Never', 'Failed', 'OOMKilled', 137],
    ['absent', 'Never', 'Failed', 'StartError', 128],
  ] as const)('%s with policy %s ends as %s', (command, restartPolicy, phase, reason, exitCode) => {
    const { create, pod, run } = world();
    create('p', command, { restartPolicy });
    run(8);
    expect(pod('p')?.status?.phase).toBe(phase);
    expect(pod('p')?.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ reason, exitCode });
  });

  it('says that a pod has ended when the listing after the one that found its containers ended is there', () => {
    const { create, pod, run } = world();
    create('p', 'done', { restartPolicy: 'Never' });
    const state = (): [boolean, string | undefined] => {
      const status = pod('p')?.status;
      return [status?.containerStatuses?.[0]?.state?.terminated !== undefined, status?.phase];
    };
    const seen: [boolean, string | undefined][] = [];
    for (let tick = 0; tick < 80; tick++) {
      run(0.1);
      if (state().join() !== seen.at(-1)?.join()) seen.push(state());
    }
    expect(seen).toEqual([
      [false, 'Pending'],
      [false, 'Running'],
      [true, 'Running'],
      [true, 'Succeeded'],
    ]);
  });

  it('keeps a deleted pod whose containers have ended until the next listing', () => {
    const { client, create, pod, run } = world();
    const ends: number[] = [];
    for (const offset of [0, 0.3, 0.6]) {
      create('web', 'serve');
      run(4 + offset);
      client.delete(PODS, 'default', 'web');
      let tenths = 0;
      for (; pod('web'); tenths++) run(0.1);
      ends.push(tenths);
    }
    expect(Math.min(...ends)).toBeGreaterThanOrEqual(3);
    expect(Math.max(...ends)).toBeLessThanOrEqual(13);
    expect(new Set(ends).size).toBe(3);
  });

  it('reports images that cannot be pulled', () => {
    const { create, pod, run } = world();
    create('bad', 'serve', { containers: [{ name: 'c', image: 'app:2' }] });
    run(4);
    expect(pod('bad')?.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('ErrImagePull');
    run(14);
    expect(pod('bad')?.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('ImagePullBackOff');
  });

  it('refuses a pod that asks for more than the node has', () => {
    const { create, pod, run } = world();
    create('big', 'serve', { containers: [{ name: 'c', image: 'app:1', resources: { requests: { cpu: '3' } } }] });
    run(2);
    expect(pod('big')?.status).toMatchObject({ phase: 'Failed', reason: 'OutOfcpu' });
  });

  it('ends pods for a critical one, and refuses it when even that does not help', () => {
    const { client, create, pod, run } = world();
    client.create(PRIORITY_CLASSES, { metadata: { name: 'system-cluster-critical' }, value: 2_000_000_000 });
    const asking = (cpu: string) => [{ name: 'c', image: 'app:1', resources: { requests: { cpu } } }];
    create('small', 'serve', { containers: asking('200m') });
    create('large', 'deaf', { containers: [{ ...asking('1500m')[0], command: ['deaf'] }] });
    run(4);
    create('vital', 'serve', { priorityClassName: 'system-cluster-critical', containers: asking('1') });
    run(20);
    expect(pod('vital')?.status?.containerStatuses).toBeUndefined();
    run(20);
    expect(pod('small')?.status?.phase).toBe('Running');
    expect(pod('large')?.status).toMatchObject({
      phase: 'Failed',
      reason: 'Preempting',
      message: 'Preempted in order to admit critical pod',
    });
    expect(pod('large')?.status?.conditions?.find(({ type }) => type === 'DisruptionTarget')?.message).toBe(
      'Pod was preempted by Kubelet to accommodate a critical pod.',
    );
    expect(pod('vital')?.status?.phase).toBe('Running');
    create('huge', 'serve', { priorityClassName: 'system-cluster-critical', containers: asking('3') });
    run(2);
    expect(pod('huge')?.status).toMatchObject({ phase: 'Failed', reason: 'UnexpectedAdmissionError' });
    expect(pod('huge')?.status?.message).toContain(
      'preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: [(res: cpu, q: ',
    );
    expect(pod('small')?.status?.phase).toBe('Running');
  });

  it('leaves containers running while it is stopped and takes them over afterwards', () => {
    const { create, kubelet, pod, run } = world();
    create('web', 'serve');
    run(3);
    kubelet.stop();
    run(30);
    kubelet.start();
    run(3);
    expect(kubelet.containers().map((container) => container.running)).toEqual([true]);
    expect(pod('web')?.status?.containerStatuses?.[0]?.restartCount).toBe(0);
  });
});
