import {
  CONFIG_MAPS,
  EVENTS,
  NAMESPACES,
  PODS,
  SERVICE_ACCOUNTS,
  createApiServer,
  type Pod,
} from '@seatrial/apiserver';
import {
  FileSystem,
  Simulation,
  fail,
  invariant,
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

/** One node with one image, and what specs do with its pods. */
export function kubeletWorld() {
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
    invariant(created.ok, `${name} is taken`);
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
