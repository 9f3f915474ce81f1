import {
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  PODS,
  REPLICA_SETS,
  SERVICES,
  type KubeObject,
  type ObjectReader,
  type Pod,
} from '@seatrial/apiserver';
import type { Cluster } from '@seatrial/cluster';

const ready = (pod: Pod): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

const nameOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.name}`;

/** Every pod's containers run on one node, and it is the node that the API names. */
function oneNode({ kubelets, apiServer }: Cluster): string[] {
  const nodes = new Map(apiServer.store.list(PODS).map(({ metadata, spec }) => [metadata.uid, spec.nodeName]));
  const seen = new Map<string, string>();
  const broken: string[] = [];
  for (const [node, kubelet] of kubelets)
    for (const { podUid, pod, running } of kubelet.containers()) {
      if (!running) continue;
      const other = seen.get(podUid) ?? node;
      if (other !== node) broken.push(`Pod ${pod} runs on ${other} and on ${node}`);
      const named = nodes.get(podUid) ?? node;
      if (named !== node) broken.push(`Pod ${pod} runs on ${node}, the API says ${named}`);
      seen.set(podUid, node);
    }
  return broken;
}

/** No two running pods have one address, but those on their node's network. */
function oneAddress({ apiServer }: Cluster): string[] {
  const seen = new Map<string, string>();
  const broken: string[] = [];
  for (const { metadata, spec, status } of apiServer.store.list(PODS)) {
    if (spec.hostNetwork === true || status?.phase !== 'Running' || status.podIP === undefined) continue;
    const other = seen.get(status.podIP);
    if (other !== undefined) broken.push(`Pods ${other} and ${metadata.name} both have ${status.podIP}`);
    seen.set(status.podIP, metadata.name);
  }
  return broken;
}

/** What holds at every moment; what does not, in words. */
export const brokenAlways = (cluster: Cluster): string[] => [...oneNode(cluster), ...oneAddress(cluster)];

function orphans(store: ObjectReader): string[] {
  const uids = new Set([...store.list(DEPLOYMENTS), ...store.list(REPLICA_SETS)].map(({ metadata }) => metadata.uid));
  return [...store.list(REPLICA_SETS, 'default'), ...store.list(PODS, 'default')]
    .filter(({ metadata }) => !metadata.ownerReferences?.some(({ uid }) => uids.has(uid)))
    .map((object) => `${nameOf(object)} has no owner`);
}

function replicas(store: ObjectReader): string[] {
  const broken: string[] = [];
  for (const deployment of store.list(DEPLOYMENTS, 'default')) {
    const { name } = deployment.metadata;
    const wanted = deployment.spec.replicas ?? 1;
    const { replicas: all = 0, readyReplicas = 0, updatedReplicas = 0 } = deployment.status ?? {};
    const pods = store.list(PODS, 'default').filter(({ metadata }) => metadata.labels?.app === name);
    const counts = [all, readyReplicas, updatedReplicas, pods.length, pods.filter(ready).length];
    if (counts.some((count) => count !== wanted))
      broken.push(
        `Deployment ${name} wants ${String(wanted)}: all, ready, updated, pods, ready pods ${counts.join(' ')}`,
      );
  }
  return broken;
}

function endpoints(store: ObjectReader): string[] {
  const broken: string[] = [];
  for (const { metadata, spec } of store.list(SERVICES, 'default')) {
    if (!spec.selector) continue;
    const addresses = store
      .list(ENDPOINT_SLICES, 'default')
      .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === metadata.name)
      .flatMap((slice) =>
        ((slice.endpoints as typeof slice.endpoints | null) ?? []).filter(
          ({ conditions }) => conditions?.ready === true,
        ),
      )
      .flatMap((endpoint) => endpoint.addresses);
    const pods = store
      .list(PODS, 'default')
      .filter((pod) => pod.metadata.labels?.app === spec.selector?.app && ready(pod))
      .map(({ status }) => status?.podIP ?? '');
    if (addresses.sort().join() !== pods.sort().join())
      broken.push(`Service ${metadata.name} has ${addresses.join()}, its ready pods ${pods.join()}`);
  }
  return broken;
}

/** What holds once nothing moves any more; what does not, in words. */
export const brokenAtRest = ({ apiServer: { store } }: Cluster): string[] => [
  ...replicas(store),
  ...orphans(store),
  ...endpoints(store),
];
