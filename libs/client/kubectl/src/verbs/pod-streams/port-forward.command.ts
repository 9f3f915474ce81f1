import type { KubeletEndpoint, Pod } from '@seatrial/apiserver';
import {
  Condition,
  waitFor,
  type Connection,
  type Coroutine,
  type DialError,
  type JsonObject,
  type Listener,
  type NetworkService,
  type Result,
} from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { attempt, failWith } from '../../command/failure.js';
import { durationFlag, stringSliceFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { attachablePod, podRunningTimeout } from './choose-pod.js';
import { kubeletOf } from '../exec/pod-streams.js';
import { parseAddresses, parseForwards, portsInNumbers, type Forward, type ListenAddress } from './forward-ports.js';

/** The ports that are open, and whether the connection to the pod still stands. */
class Session {
  readonly lost = new Condition();
  private readonly listeners: Listener[] = [];

  constructor(
    readonly k: Invocation,
    readonly pod: Pod,
    readonly endpoint: KubeletEndpoint,
  ) {}

  add(listener: Listener): void {
    this.listeners.push(listener);
  }

  close(): void {
    for (const listener of this.listeners) listener.close();
  }

  /** The kubelet's refusal ends all forwarding. */
  *lose({ local, remote }: Forward, why: string): Coroutine<void> {
    yield* this.k.klog(
      'E',
      'portforward.go:424',
      `"Unhandled Error" err="an error occurred forwarding ${local} -> ${remote}: error forwarding port ${remote} to pod ${sandboxId(this)}, uid : ${why}"`,
    );
    this.close();
    this.lost.set();
  }
}

/** The kubelet names the sandbox by an id of its runtime. */
function sandboxId({ k, pod }: Session): string {
  return k.process.machine.simulation.random.split(`sandbox/${pod.metadata.uid}`).characters(64, '0123456789abcdef');
}

function refusal(session: Session, remote: number): string {
  const id = sandboxId(session);
  const name = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
  return (
    `failed to execute portforward in network namespace \\"/var/run/netns/cni-${name}\\": failed to connect to localhost:${remote} ` +
    `inside namespace \\"${id}\\", IPv4: dial tcp4 127.0.0.1:${remote}: connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found `
  );
}

/** What answers on the local port: each connection goes through the kubelet into the pod. */
function forwardingService(session: Session, forward: Forward): NetworkService {
  const { k, pod } = session;
  const { namespace = 'default', name, uid } = pod.metadata;
  const dial = function* (): Coroutine<Result<Connection, DialError>> {
    yield* k.out(`Handling connection for ${forward.local}\n`);
    const dialed = yield* session.endpoint.portForward(namespace, name, forward.remote, uid);
    if (!dialed.ok) {
      const closed = `network namespace for sandbox \\"${sandboxId(session)}\\" is closed`;
      yield* session.lose(forward, dialed.error.failure === 'reset' ? closed : refusal(session, forward.remote));
    }
    return dialed;
  };
  return {
    *http(request) {
      const dialed = yield* dial();
      const response = dialed.ok ? yield* dialed.value.http(request) : undefined;
      return response?.ok ? response.value : { status: 502, headers: [], body: '' };
    },
    *stream(input, output) {
      const dialed = yield* dial();
      if (!dialed.ok || !dialed.value.service.stream) return;
      yield* dialed.value.service.stream(input, output, dialed.value);
    },
  };
}

/** Opens one port on all addresses; why it did not work, if so (listenOnPort). */
function* listen(
  session: Session,
  asked: Forward,
  addresses: readonly ListenAddress[],
): Coroutine<{ readonly forward: Forward; readonly complaint?: string }> {
  const { k } = session;
  const { network } = k.process.machine;
  let forward = asked;
  const errors: string[] = [];
  const failed = { any: 0, all: 0 };
  let opened = 0;
  for (const { address, protocol, suffices } of addresses) {
    const shown = (port: number): string => (protocol === 'tcp6' ? `[${address}]:${port}` : `${address}:${port}`);
    const own = address.startsWith('127.') || ['0.0.0.0', '::', '::1', ...network.addresses].includes(address);
    // What listens on IPv6's loopback is what listens on the other: the machine knows only one.
    const open =
      !own || address === '::1'
        ? undefined
        : network.listen(forward.local, forwardingService(session, forward), { address });
    if (address === '::1' ? failed.all > 0 : !open?.ok) {
      const why = own ? 'address already in use' : 'cannot assign requested address';
      errors.push(`unable to create listener: Error listen ${protocol} ${shown(forward.local)}: bind: ${why}`);
      failed[suffices]++;
      continue;
    }
    if (open?.ok) {
      session.add(open.value);
      forward = { ...forward, local: open.value.port };
    }
    opened++;
    yield* k.out(`Forwarding from ${shown(forward.local)} -> ${forward.remote}\n`);
  }
  const refused = failed.any > 0 || (failed.all > 0 && opened === 0);
  return refused
    ? { forward, complaint: `Listeners failed to create with the following errors: [${errors.join(' ')}]` }
    : { forward };
}

/** The one connection over which all others go. */
function* upgraded(k: Invocation, pod: Pod): Coroutine<KubeletEndpoint> {
  const connected = yield* attempt(kubeletOf(k, pod as unknown as JsonObject, 'portforward'));
  if ('value' in connected) return connected.value;
  const [error] = connected.failure.errors;
  if (error.type !== 'status') throw connected.failure;
  return failWith(`error upgrading connection: ${error.status.message}`);
}

function* run(k: Invocation): Coroutine<number> {
  const { args, flags } = k;
  if (args.length < 2) k.usageError('TYPE/NAME and list of ports are required for port-forward');
  const { pod, object } = yield* attachablePod(k, args[0], podRunningTimeout(k));
  const ports = portsInNumbers(args.slice(1), pod, object);
  if (pod.status?.phase !== 'Running')
    failWith(`unable to forward port because pod is not running. Current status=${pod.status?.phase ?? ''}`);
  const addresses = parseAddresses(flags.list('address'));
  const forwards = parseForwards(ports);
  const session = new Session(k, pod, yield* upgraded(k, pod));
  try {
    let opened = 0;
    for (const forward of forwards) {
      const { complaint } = yield* listen(session, forward, addresses);
      if (complaint === undefined) opened++;
      else yield* k.err(`Unable to listen on port ${forward.local}: ${complaint}\n`);
    }
    if (opened === 0) {
      const all = forwards.map(({ local, remote }) => `{${local} ${remote}}`).join(' ');
      failWith(`unable to listen on any of the requested ports: [${all}]`);
    }
    k.process.setSignalHandler('INT', 'catch');
    if ((yield* waitFor([session.lost, k.process.signalArrived])) === 1) return 0;
  } finally {
    session.close();
  }
  failWith('lost connection to pod');
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
