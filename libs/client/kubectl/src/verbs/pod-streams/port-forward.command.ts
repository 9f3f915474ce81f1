import type { Pod, Service } from '@seatrial/apiserver';
import { waitFor, type Coroutine, type JsonObject, type Listener, type NetworkService } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { durationFlag, stringSliceFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { attachablePod, podRunningTimeout } from './choose-pod.js';
import { kubeletOf } from '../exec/pod-streams.js';

interface Forward {
  readonly local: number;
  readonly remote: number;
}

function containerPort(pod: Pod, name: string): number | undefined {
  return (pod.spec.containers ?? []).flatMap(({ ports }) => ports ?? []).find((port) => port.name === name)
    ?.containerPort;
}

/** A service's port as the port of the pod behind it. */
function targetPort(k: Invocation, service: Service, pod: Pod, typed: string): number {
  const port = (service.spec.ports ?? []).find(
    (candidate) => candidate.name === typed || String(candidate.port) === typed,
  );
  if (!port)
    failWith(
      /^\d+$/.test(typed)
        ? `Service ${service.metadata.name} does not have a service port ${typed}`
        : `Service '${service.metadata.name}' does not have a named port '${typed}'`,
    );
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return service.spec.clusterIP === 'None' ? port.port : target;
  return containerPort(pod, target) ?? failWith(`Pod '${pod.metadata.name}' does not have a named port '${target}'`);
}

function parseForward(k: Invocation, typed: string, pod: Pod, object: JsonObject): Forward {
  const [left, right] = typed.includes(':') ? (typed.split(':', 2) as [string, string]) : [typed, typed];
  const service = object.kind === 'Service' ? (object as unknown as Service) : undefined;
  const numeric = (text: string): number | undefined =>
    /^\d+$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
  const remote = service ? targetPort(k, service, pod, right) : (numeric(right) ?? containerPort(pod, right));
  if (remote === undefined) {
    if (/^\d+$/.test(right))
      failWith(`error parsing remote port '${right}': strconv.ParseUint: parsing "${right}": value out of range`);
    failWith(`Pod '${pod.metadata.name}' does not have a named port '${right}'`);
  }
  if (remote === 0) failWith('remote port must be > 0');
  const local = left === '' ? 0 : (numeric(left) ?? (left === right ? remote : undefined));
  return {
    local:
      local ??
      failWith(
        `error parsing local port '${left}': strconv.ParseUint: parsing ${JSON.stringify(left)}: invalid syntax`,
      ),
    remote,
  };
}

/** What answers on the local port: each connection goes through the kubelet into the pod. */
function forwardingService(k: Invocation, pod: Pod, { local, remote }: Forward): NetworkService {
  const { namespace = 'default', name } = pod.metadata;
  const dial = function* () {
    yield* k.out(`Handling connection for ${local}\n`);
    const endpoint = yield* kubeletOf(k, pod as unknown as JsonObject, 'portforward');
    return yield* endpoint.portForward(namespace, name, remote);
  };
  return {
    *http(request) {
      const dialed = yield* dial();
      const response = dialed.ok ? yield* dialed.value.http(request) : undefined;
      if (response?.ok) return response.value;
      yield* k.err(`error: lost connection to pod\n`);
      return { status: 502, headers: [], body: '' };
    },
    *stream(input, output) {
      const dialed = yield* dial();
      if (!dialed.ok || !dialed.value.service.stream) return;
      yield* dialed.value.service.stream(input, output, dialed.value);
    },
  };
}

function* listen(k: Invocation, pod: Pod, forwards: readonly Forward[]): Coroutine<Listener[]> {
  const listeners: Listener[] = [];
  for (const forward of forwards) {
    const address = k.flags.list('address')[0] ?? 'localhost';
    const shown = address === 'localhost' ? '127.0.0.1' : address;
    const listener = k.process.machine.network.listen(forward.local, forwardingService(k, pod, forward), {
      address: shown,
    });
    if (!listener.ok) {
      for (const open of listeners) open.close();
      yield* k.err(
        `Unable to listen on port ${forward.local}: Listeners failed to create with the following errors: [unable to create listener: Error listen tcp4 ${shown}:${forward.local}: bind: address already in use unable to create listener: Error listen tcp6 [::1]:${forward.local}: bind: address already in use]\n`,
      );
      failWith(`unable to listen on any of the requested ports: [{${forward.local} ${forward.remote}}]`);
    }
    listeners.push(listener.value);
    yield* k.out(`Forwarding from ${shown}:${listener.value.port} -> ${forward.remote}\n`);
    if (address === 'localhost') yield* k.out(`Forwarding from [::1]:${listener.value.port} -> ${forward.remote}\n`);
  }
  return listeners;
}

function* run(k: Invocation): Coroutine<number> {
  const { args } = k;
  if (args.length < 2) k.usageError('TYPE/NAME and list of ports are required for port-forward');
  const { pod, object } = yield* attachablePod(k, args[0], podRunningTimeout(k));
  const forwards = args.slice(1).map((typed) => parseForward(k, typed, pod, object));
  if (pod.status?.phase !== 'Running')
    failWith(`unable to forward port because pod is not running. Current status=${pod.status?.phase ?? ''}`);
  const listeners = yield* listen(k, pod, forwards);
  k.process.setSignalHandler('INT', 'catch');
  try {
    yield* waitFor([k.process.signalArrived]);
  } finally {
    for (const listener of listeners) listener.close();
  }
  return 0;
}

/** `kubectl port-forward` (k8s.io/kubectl/pkg/cmd/portforward). */
export const portForwardCommand = defineVerb({
  name: 'port-forward',
  usage: 'TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  short: 'Forward one or more local ports to a pod',
  flags: [
    stringSliceFlag('address', 'Addresses to listen on (comma separated).', { default: 'localhost' }),
    durationFlag('pod-running-timeout', 'How long to wait until at least one pod is running', { default: '1m0s' }),
  ],
  run,
});
