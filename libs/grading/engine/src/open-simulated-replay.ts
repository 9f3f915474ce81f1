import type { ApiServer, KubeObject, Pod } from '@seatrial/apiserver';
import { PODS } from '@seatrial/apiserver';
import type { Disturbance, FetchAnswer, FetchFailure, FetchRequest, Vantage } from '@seatrial/checks';
import type { Cluster } from '@seatrial/cluster';
import {
  TextInput,
  TextOutput,
  fail,
  ok,
  sleep,
  type Coroutine,
  type Machine,
  type Process,
  type Result,
} from '@seatrial/kernel';
import { HANDED_IN } from '@seatrial/shell';
import { standIn } from '@seatrial/tools';
import { openWorkstation } from '@seatrial/workstation';
import { SubmittedFiles } from './handed-in-files.js';
import type { OpenReplay, ReplayOptions, ReplayWorld } from './replay-world.js';

/** Virtual time that a cluster lives before the student arrives, and that comes on top of an exercise's limit. */
const CLUSTER_AGE_MS = 60 * 60_000;
const FETCH_GRACE_MS = 1000;

/** Opens a replay on the simulated cluster of an exercise's profile. */
export const openSimulatedReplay: OpenReplay = ({ images, budget, ...rest }: ReplayOptions): ReplayWorld => {
  const virtualTimeMs = budget.virtualTimeMs === undefined ? undefined : budget.virtualTimeMs + CLUSTER_AGE_MS;
  const workstation = openWorkstation({
    ...rest,
    typed: true,
    awaitsSystem: true,
    ...(images && { images }),
    budget: { ...budget, ...(virtualTimeMs !== undefined && { virtualTimeMs }) },
  });
  const { cluster, machine, workingDirectory } = workstation;
  const { simulation } = cluster;
  // What is graded may change with each command: the student's clusters come and go.
  const graded = (): Cluster => standIn(machine)?.cluster ?? cluster;
  const submitted = new SubmittedFiles(machine.files, workingDirectory);
  machine.provide(HANDED_IN, submitted);
  return {
    startTime: simulation.now(),
    now: () => simulation.now(),
    writeFile: (path, content, from) => {
      submitted.add(path, content, from);
    },
    takeBrought: () => submitted.takeBrought(),
    runCommand: (script, typed) => {
      submitted.looksElsewhere = typed?.foundNothing !== true;
      return workstation.run(script, typed);
    },
    settle: () => {
      workstation.settle();
    },
    standIn: () => {
      const other = standIn(machine);
      return other && `the ${other.installer} cluster "${other.name}"`;
    },
    list: (kind, namespace) => listKind(graded().apiServer, kind, namespace),
    history: () => graded().apiServer.store.history(),
    fetch: (request) => fetchFrom(graded(), machine, request),
    log: (namespace, pod, container) => readLog(graded().apiServer, namespace, pod, container),
    disturb: (disturbance) => disturb(graded(), disturbance),
    wait: (ms) => {
      simulation.runUntil(simulation.now() + ms);
    },
  };
};

const PLENTY = 2 ** 50;
const NODE_FAILURES = { 'cut-off': 'cut-off', kubelet: 'kubelet-stopped', node: 'powered-off' } as const;
const TAKEN = { disk: 'ephemeral-storage', memory: 'memory' } as const;

function disturb({ failures, apiServer }: Cluster, disturbance: Disturbance): () => void {
  switch (disturbance.kind) {
    case 'delete-pod':
      apiServer.client('seatrial').delete(PODS, disturbance.namespace, disturbance.name);
      return () => undefined;
    case 'clock-jump':
      failures.jumpClock(disturbance.ms);
      return () => undefined;
    case 'registry-down':
      failures.setRegistryDown(disturbance.registry, true);
      return () => {
        failures.setRegistryDown(disturbance.registry, false);
      };
    case 'disk':
    case 'memory': {
      const resource = TAKEN[disturbance.kind];
      failures.take(disturbance.node, resource, PLENTY);
      return () => {
        failures.take(disturbance.node, resource, 0);
      };
    }
    default: {
      const failure = NODE_FAILURES[disturbance.kind];
      failures.begin(disturbance.node, failure);
      return () => {
        failures.end(disturbance.node, failure);
      };
    }
  }
}

function listKind(apiServer: ApiServer, kind: string, namespace?: string): readonly KubeObject[] | undefined {
  const served = apiServer.resources().filter((resource) => resource.kind === kind);
  const resource = served.find(({ preferred }) => preferred) ?? served[0];
  if (!resource) return undefined;
  return apiServer.store.list(resource, resource.namespaced ? namespace : undefined);
}

function findPod(apiServer: ApiServer, namespace: string, name: string): Pod | undefined {
  return apiServer.store.get(PODS, namespace, name);
}

function readLog(
  apiServer: ApiServer,
  namespace: string,
  name: string,
  container: string | undefined,
): Result<string, string> {
  const pod = findPod(apiServer, namespace, name);
  const endpoint = apiServer.kubelets.get(pod?.spec.nodeName ?? '');
  const chosen = container ?? pod?.spec.containers[0]?.name ?? '';
  if (!endpoint) return fail(`pod ${name} is on no node`);
  const input = endpoint.logs(namespace, name, { container: chosen });
  if (!input.ok) return fail(input.error.message ?? 'there is no log');
  let text = '';
  for (let piece = input.value.take(); piece !== ''; piece = input.value.take()) text += piece;
  return ok(text);
}

/** The machine whose network a vantage stands for: the student's node, another, or a running pod's. */
function machineAt(cluster: Cluster, own: Machine, from: Vantage): Machine | undefined {
  if (from.kind === 'node') return from.name === undefined ? own : cluster.machines.get(from.name);
  const pod = findPod(cluster.apiServer, from.namespace, from.name);
  const endpoint = cluster.apiServer.kubelets.get(pod?.spec.nodeName ?? '');
  const container = pod?.spec.containers[0]?.name ?? '';
  const [stdout, stderr] = [new TextOutput(0), new TextOutput(0)];
  const attached = endpoint?.attach(from.namespace, from.name, { container, stdout, stderr });
  return attached?.ok ? attached.value.machine : undefined;
}

function fetchFrom(cluster: Cluster, own: Machine, request: FetchRequest): Result<FetchAnswer, FetchFailure> {
  const machine = machineAt(cluster, own, request.from);
  if (!machine) return fail({ failure: 'unsupported', detail: 'requests from inside this pod', hops: [] });
  const { simulation } = cluster;
  const fetched: Fetched = { answer: fail({ failure: 'timeout', detail: 'no answer in time', hops: [] }) };
  const process = machine.processes.spawn({
    program: (self) => fetchAs(self, request, fetched),
    argv: ['probe'],
    stdin: new TextInput(''),
    stdout: new TextOutput(0),
    stderr: new TextOutput(0),
  });
  simulation.runUntilTrue(() => process.exited.ready, simulation.now() + request.timeoutMs + FETCH_GRACE_MS);
  if (!process.exited.ready) process.kill('KILL');
  return fetched.answer;
}

interface Fetched {
  answer: Result<FetchAnswer, FetchFailure>;
}

function* fetchAs(self: Process, request: FetchRequest, fetched: Fetched): Coroutine<number> {
  fetched.answer = yield* exchange(self, request);
  yield* sleep(0);
  return 0;
}

function* exchange(self: Process, request: FetchRequest): Coroutine<Result<FetchAnswer, FetchFailure>> {
  const { host, port, timeoutMs, method, path } = request;
  const dialed = yield* self.machine.network.dial({ host, port, timeoutMs });
  if (!dialed.ok) {
    const { failure, hops, address } = dialed.error;
    return fail({ failure, detail: `${failure} at ${address ?? host}:${String(port)}`, hops });
  }
  const connection = dialed.value;
  const headers = new Map([
    ['host', `${host}:${String(port)}`],
    ['user-agent', 'seatrial'],
    ['accept', '*/*'],
  ]);
  const response = yield* connection.http({ method, path, headers, body: '' });
  connection.close();
  if (!response.ok) return fail({ failure: response.error, detail: response.error, hops: connection.hops });
  return ok({ status: response.value.status, body: response.value.body });
}
