import { SERVICES, type Service } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import { Condition, waitFor, type Coroutine } from '@seatrial/kernel';
import type { ToolCall } from './cluster-tool.js';
import { healthyCluster, profileName } from './minikube-cluster.js';

const isBalanced = (service: Service): boolean =>
  service.spec.type === 'LoadBalancer' && service.metadata.deletionTimestamp === undefined;

/** Services without an address get their cluster address (pkg/minikube/tunnel/loadbalancer_patcher.go). */
function patch({ apiServer }: ClusterNode): string[] {
  const client = apiServer.client('minikube-tunnel');
  const balanced = client.list(SERVICES).filter(isBalanced);
  for (const service of balanced) {
    const ip = service.spec.clusterIP;
    if (ip === undefined || service.status?.loadBalancer?.ingress?.length) continue;
    client.updateStatus(SERVICES, { ...service, status: { ...service.status, loadBalancer: { ingress: [{ ip }] } } });
  }
  return balanced.map(({ metadata }) => metadata.name);
}

function clean({ apiServer }: ClusterNode): void {
  const client = apiServer.client('minikube-tunnel');
  for (const service of client.list(SERVICES).filter(isBalanced))
    client.updateStatus(SERVICES, { ...service, status: { ...service.status, loadBalancer: {} } });
}

/** `minikube tunnel`: gives addresses to Services of type LoadBalancer until it is interrupted. */
export function* tunnel({ tool }: ToolCall): Coroutine<number> {
  const node = yield* healthyCluster(tool);
  if (typeof node === 'number') return node;
  const { process } = tool;
  for (const signal of ['INT', 'TERM'] as const) process.setSignalHandler(signal, 'catch');
  const changed = new Condition();
  const stop = node.apiServer.store.onChange(SERVICES, () => changed.set());
  const route = `${node.profile.serviceCidr.replace(/\.\d+\.\d+\/\d+$/, '.0.0/12')} -> ${node.node.address}`;
  let shown: string | undefined;
  try {
    for (;;) {
      changed.clear();
      const services = patch(node).join(' ');
      const errors =
        '    errors: \n\t\tminikube: no errors\n\t\trouter: no errors\n\t\tloadbalancer emulator: no errors\n';
      if (services !== shown)
        yield* tool.out(
          `Status:\t\n\tmachine: ${profileName(node)}\n\tpid: ${process.pid}\n\troute: ${route}\n\tminikube: Running\n\tservices: [${services}]\n${errors}`,
        );
      shown = services;
      yield* waitFor([process.signalArrived, changed]);
      if (process.takeSignal() !== undefined) return 0;
    }
  } finally {
    stop();
    clean(node);
  }
}
