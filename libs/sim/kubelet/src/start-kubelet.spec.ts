import { EVENTS, PODS, PRIORITY_CLASSES } from '@seatrial/apiserver';
import { describe, expect, it } from 'vitest';
import { kubeletWorld } from '../fixtures/kubelet-world.js';

describe('kubelet', () => {
  it('runs a pod and removes it when it is deleted', () => {
    const { client, create, pod, reasons, run } = kubeletWorld();
    create('web', 'serve');
    run(3);
    expect(pod('web')?.status?.phase).toBe('Running');
    expect(pod('web')?.status?.podIP).toBe('10.244.0.2');
    expect(reasons('web')).toEqual(['Pulling', 'Pulled', 'Created', 'Started']);
    client.delete(PODS, 'default', 'web');
    run(2);
    expect(pod('web')).toBeUndefined();
  });

  it("reports the node's address for a pod on its network before a container runs", () => {
    const { create, pod, run } = kubeletWorld();
    create('agent', 'serve', {
      hostNetwork: true,
      containers: [{ name: 'c', image: 'app:1', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
      volumes: [{ name: 'v', hostPath: { path: '/no/such', type: 'Directory' } }],
    });
    run(3);
    const { status } = pod('agent') ?? {};
    expect(status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('ContainerCreating');
    expect(status?.hostIP).toBeDefined();
    expect([status?.podIP, status?.podIPs]).toEqual([status?.hostIP, [{ ip: status?.hostIP }]]);
  });

  it('waits out the grace period of a process that does not handle TERM', () => {
    const { client, create, pod, run } = kubeletWorld();
    create('deaf', 'deaf');
    run(3);
    client.delete(PODS, 'default', 'deaf');
    run(19);
    expect(pod('deaf')).toBeDefined();
    run(3);
    expect(pod('deaf')).toBeUndefined();
  });

  it('cancels the commands of readiness probes while a pod ends', () => {
    const { client, create, run } = kubeletWorld();
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
    const { apiServer, create, pod, run } = kubeletWorld();
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
    const { create, pod, run } = kubeletWorld();
    create('p', command, { restartPolicy });
    run(8);
    expect(pod('p')?.status?.phase).toBe(phase);
    expect(pod('p')?.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ reason, exitCode });
  });

  it('reports images that cannot be pulled', () => {
    const { create, pod, run } = kubeletWorld();
    create('bad', 'serve', { containers: [{ name: 'c', image: 'app:2' }] });
    run(4);
    expect(pod('bad')?.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('ErrImagePull');
    run(14);
    expect(pod('bad')?.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('ImagePullBackOff');
  });

  it('refuses a pod that asks for more than the node has', () => {
    const { create, pod, run } = kubeletWorld();
    create('big', 'serve', { containers: [{ name: 'c', image: 'app:1', resources: { requests: { cpu: '3' } } }] });
    run(2);
    expect(pod('big')?.status).toMatchObject({ phase: 'Failed', reason: 'OutOfcpu' });
  });

  it('ends pods for a critical one, and refuses it when even that does not help', () => {
    const { client, create, pod, run } = kubeletWorld();
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
    const { create, kubelet, pod, run } = kubeletWorld();
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
