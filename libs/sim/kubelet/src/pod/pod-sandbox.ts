import { RUNTIME_CLASSES, type Pod } from '@seatrial/apiserver';
import { FileSystem, Machine, TextInput, TextOutput, type Process } from '@seatrial/kernel';
import type { PodSandboxNetwork } from '../kubelet-options.js';
import type { NodeContext } from '../node/node-context.js';
import type { PodRuntime, Sandbox } from './pod-runtime.js';

/** What it takes to end a sandbox. */
export const SANDBOX_STOP_MS = 50;

const RPC_ERROR = 'rpc error: code = Unknown desc = ';

/** The handlers that containerd knows as it is installed. */
const HANDLERS = new Set(['', 'runc']);

/** Whether the container runtime makes no sandbox of a pod, for its runtime class or its user, which an event says. */
export function refusesRuntime({ apiServer, events }: NodeContext, pod: Pod): boolean {
  const name = pod.spec.runtimeClassName;
  const handler = name ? apiServer.store.get(RUNTIME_CLASSES, undefined, name)?.handler : '';
  const why =
    handler === undefined
      ? `runtimeclass.node.k8s.io "${name}" not found`
      : HANDLERS.has(handler)
        ? lonelyGroup(pod)
        : `${RPC_ERROR}failed to get sandbox runtime: no runtime for "${handler}" is configured`;
  if (why === undefined) return false;
  events.event({ object: pod }, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${why}`);
  return true;
}

/** A sandbox has no image that could say which user a group belongs to (containerd's generateUserString). */
function lonelyGroup({ spec: { securityContext = {} } }: Pod): string | undefined {
  const { runAsUser, runAsGroup } = securityContext;
  if (runAsGroup === undefined || runAsUser !== undefined) return undefined;
  return `${RPC_ERROR}failed to generate sanbdox container spec options: failed to generate user string: user group "${runAsGroup}" is specified without user`;
}

type HostPorts = NonNullable<Parameters<NodeContext['network']['attachPod']>[0]['hostPorts']>;

const NO_PORTS: HostPorts = [];

function hostPortsOf(containers: Pod['spec']['containers']): HostPorts {
  let stated = false;
  for (const { ports } of containers) if (ports) stated = true;
  if (!stated) return NO_PORTS;
  return containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, containerPort, protocol = 'TCP' }) =>
      hostPort === undefined || hostPort === 0 ? [] : [{ hostPort, containerPort, protocol }],
    ),
  );
}

/** Makes a pod's sandbox: its network namespace with addresses and host ports, and a shared first process where the pod asks for it. */
export function createSandbox(context: NodeContext, { metadata, spec }: Pod): Sandbox {
  const network = context.network.attachPod({
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid,
    nodeName: context.node.name,
    hostNetwork: spec.hostNetwork === true,
    hostPorts: hostPortsOf(spec.containers),
  });
  return {
    id: context.random.hex(64),
    ready: true,
    ips: undefined,
    network,
    pause: spec.shareProcessNamespace ? startPause(context, metadata.name, network) : undefined,
  };
}

/** The pause container's process, which is the first of all containers that share process ids. */
function startPause({ simulation }: NodeContext, hostname: string, network: PodSandboxNetwork): Process {
  const files = new FileSystem({ now: () => simulation.now() });
  const machine = new Machine({
    hostname,
    simulation,
    files,
    network: network.stack(() => files),
    programs: new Map(),
  });
  return machine.processes.spawn({
    program: function* () {
      for (;;) yield { on: [] };
    },
    argv: ['/pause'],
    env: new Map(),
    cwd: '/',
    user: '65535:65535',
    stdin: new TextInput(''),
    stdout: new TextOutput(),
    stderr: new TextOutput(),
  });
}

const NETWORK_NOT_READY =
  'network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

/** Says so when the node's network is not ready for the pod. */
export function lacksNetwork({ events, node }: NodeContext, pod: Pod): boolean {
  if (node.networkReady?.() !== false || pod.spec.hostNetwork) return false;
  events.event({ object: pod }, 'Warning', 'NetworkNotReady', NETWORK_NOT_READY);
  return true;
}

/** Ends what holds the pod's namespaces. */
export function removeSandbox({ sandbox }: PodRuntime): void {
  sandbox?.pause?.kill('KILL');
  sandbox?.network.detach();
}

/** Somebody ends a pod's sandbox past the kubelet, with its containers; false when there is none. */
export function endSandbox({ events }: NodeContext, runtime: PodRuntime): boolean {
  if (!runtime.sandbox) return false;
  for (const record of runtime.records.values()) record.current?.kill('KILL');
  removeSandbox(runtime);
  runtime.sandbox = undefined;
  const message = 'Pod sandbox changed, it will be killed and re-created.';
  events.event({ object: runtime.pod }, 'Normal', 'SandboxChanged', message);
  return true;
}
