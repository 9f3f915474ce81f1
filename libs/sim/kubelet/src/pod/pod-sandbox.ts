import type { Pod } from '@seatrial/apiserver';
import { FileSystem, Machine, TextInput, TextOutput, type Process } from '@seatrial/kernel';
import type { PodSandboxNetwork } from '../kubelet-options.js';
import type { NodeContext } from '../node/node-context.js';
import type { Sandbox } from './pod-runtime.js';

/** Makes a pod's sandbox: its network namespace with addresses and host ports, and a shared first process where the pod asks for it. */
export function createSandbox(context: NodeContext, { metadata, spec }: Pod): Sandbox {
  const network = context.network.attachPod({
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid,
    nodeName: context.node.name,
    hostNetwork: spec.hostNetwork === true,
    hostPorts: spec.containers.flatMap((container) =>
      (container.ports ?? []).flatMap(({ hostPort, containerPort, protocol = 'TCP' }) =>
        hostPort === undefined || hostPort === 0 ? [] : [{ hostPort, containerPort, protocol }],
      ),
    ),
  });
  return {
    id: context.random.hex(64),
    ready: true,
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
