import {
  Condition,
  STEADY_HTTP,
  reportUnsupported,
  waitFor,
  type Coroutine,
  type FacilityKey,
  type HttpRequest,
  type HttpResponse,
  type NetworkService,
  type Process,
  type Program,
} from '@seatrial/kernel';
import { COMPONENT_HOST, type ComponentName } from '../component-host.js';
import { defineImage } from '../image.js';
import { refuseSettings } from './control-plane-start.js';
import { proxy } from './node-agents.image.js';
import { respond } from '../server/responses.js';
import { runServer } from '../server/run-server.js';

const GREETING =
  '.:53\n[INFO] plugin/reload: Running configuration SHA512 = 1b226df79860026c6a52e67daa10d7f0d57ec5b023288ec00c5e05f93523c894564e15b91770d3a07ae1cfbe861d15b37d4a0027e69c546ab112970993a3b03b\nCoreDNS-1.13.1\nlinux/amd64, go1.25.2, 1db4568\n';

function* answerHealth(path: string, request: HttpRequest): Coroutine<HttpResponse> {
  return request.path === path ? respond(200, 'OK') : respond(404, '404 page not found\n');
}

function* greet(process: Process): Coroutine<void> {
  yield* process.stdout.write(GREETING);
}

function* shutDown(process: Process): Coroutine<number> {
  yield* process.stdout.write('[INFO] SIGTERM: Shutting down servers then terminating\n');
  return 0;
}

/** CoreDNS' health endpoints; names are answered by the network itself while an endpoint of kube-dns is ready. */
const dns: Program = function* (process: Process): Coroutine<number> {
  const ended = new Condition();
  const capability = <T>(key: FacilityKey<T>): T | undefined =>
    key.name === STEADY_HTTP.name ? (ended as unknown as T) : undefined;
  const health = (path: string): NetworkService => ({ capability, http: (request) => answerHealth(path, request) });
  try {
    return yield* runServer(process, {
      ports: [
        { port: 8080, service: health('/health') },
        { port: 8181, service: health('/ready') },
        { port: 9153, service: health('/metrics') },
      ],
      started: () => greet(process),
      stop: () => shutDown(process),
    });
  } finally {
    ended.set();
  }
};

export const coredns = defineImage({
  repository: 'registry.k8s.io/coredns/coredns',
  tags: ['v1.11.1', 'v1.11.3', 'v1.12.0', 'v1.12.1', 'v1.13.1'],
  sizeBytes: 23_553_139,
  config: { entrypoint: ['/coredns'] },
  programs: { '/coredns': dns },
});

const ENCRYPTION = '--encryption-provider-config=';

function encryptionOf({ argv, machine }: Process): string | undefined {
  const path = argv.findLast((word) => word.startsWith(ENCRYPTION))?.slice(ENCRYPTION.length);
  const read = path === undefined ? undefined : machine.files.readFile(path);
  return read?.ok ? read.value : undefined;
}

/** A component that runs until it is told to stop; what it does, the simulator's own parts do. */
function* runComponent(process: Process, name?: ComponentName, release = ''): Coroutine<number> {
  for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
  const ended = name && process.machine.facility(COMPONENT_HOST)?.started(name, release, encryptionOf(process));
  try {
    yield* waitFor([process.signalArrived]);
    return 0;
  } finally {
    ended?.();
  }
}

const DATA_DIRECTORY = '--data-dir=';

/** A member of etcd, on the data directory that it is given. */
function* runEtcd(process: Process): Coroutine<number> {
  const { machine, argv } = process;
  const given = argv.findLast((word) => word.startsWith(DATA_DIRECTORY))?.slice(DATA_DIRECTORY.length);
  const directory = given ?? '/default.etcd';
  const opening = machine.facility(COMPONENT_HOST)?.open({ files: machine.files, directory });
  if (opening === 'corrupt') {
    yield* process.stderr.write(
      `{"level":"fatal","caller":"etcdmain/etcd.go:183","msg":"discovery failed","error":"failed to recover v3 backend from snapshot: invalid database"}\n`,
    );
    return 1;
  }
  if (opening === 'split') reportUnsupported(machine, 'etcd: a data directory of another cluster of members');
  return yield* runComponent(process, 'etcd');
}

const component: Program = (process) => runComponent(process);
const controlPlaneComponent = (name: Exclude<ComponentName, 'etcd'>, release: string): Program =>
  function* (process) {
    return (yield* refuseSettings(process, name)) ?? (yield* runComponent(process, name, release));
  };

const RELEASES = ['v1.33.0', 'v1.34.0', 'v1.35.0', 'v1.35.1', 'v1.35.2', 'v1.35.3', 'v1.35.4'] as const;

const kube = (name: Exclude<ComponentName, 'etcd'> | 'kube-proxy', sizeBytes: number) =>
  RELEASES.map((release) =>
    defineImage({
      repository: `registry.k8s.io/${name}`,
      tags: [release],
      sizeBytes,
      config: { entrypoint: [`/usr/local/bin/${name}`] },
      programs: { [`/usr/local/bin/${name}`]: name === 'kube-proxy' ? proxy : controlPlaneComponent(name, release) },
    }),
  );

/** The control plane's images, as kubeadm runs them. */
export const controlPlane = [
  defineImage({
    repository: 'registry.k8s.io/etcd',
    tags: ['3.5.24-0', '3.6.4-0', '3.6.5-0', '3.6.6-0'],
    sizeBytes: 23_641_797,
    config: { entrypoint: ['/usr/local/bin/etcd'] },
    programs: { '/usr/local/bin/etcd': runEtcd },
  }),
  ...kube('kube-apiserver', 27_683_245),
  ...kube('kube-controller-manager', 23_123_410),
  ...kube('kube-proxy', 25_789_412),
  ...kube('kube-scheduler', 17_189_306),
];

/** Its work is done by the simulated cluster's own snapshotter, while a pod of it runs. */
export const snapshotController = defineImage({
  repository: 'registry.k8s.io/sig-storage/snapshot-controller',
  tags: ['v6.3.3', 'v7.0.2', 'v8.0.1', 'v8.2.0', 'v8.2.1', 'v8.3.0', 'v8.4.0'],
  sizeBytes: 29_873_412,
  config: { entrypoint: ['/snapshot-controller'] },
  programs: { '/snapshot-controller': component },
});
