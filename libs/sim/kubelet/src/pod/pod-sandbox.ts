import type { Pod } from '@seatrial/apiserver';
import type { NodeContext } from '../node/node-context.js';
import type { Sandbox } from './pod-runtime.js';

/** Makes a pod's sandbox: its network namespace with addresses and host ports. */
export function createSandbox(context: NodeContext, { metadata, spec }: Pod): Sandbox {
  return {
    id: context.random.hex(64),
    ready: true,
    network: context.network.attachPod({
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
    }),
  };
}
