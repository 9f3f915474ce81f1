import { DEPLOYMENTS, NODES, PODS, SERVICES, type ApiClient, type Deployment, type Node } from '@seatrial/apiserver';
import type { Cluster } from '@seatrial/cluster';
import type { RandomSource } from '@seatrial/kernel';

const NAMESPACE = 'default';
const MAX_DEPLOYMENTS = 6;
const MAX_REPLICAS = 25;
const IMAGES = ['nginx', 'nginx:1.27', 'httpd', 'jpetazzo/httpenv', 'redis', 'nginx:no-such-tag'] as const;

/** What a soak does things to, and with. */
export interface Soak {
  readonly cluster: Cluster;
  readonly client: ApiClient;
  readonly random: RandomSource;
  /** Counts deployments, for their names. */
  created: number;
}

/** One thing that a user may do. Says what was done, or undefined when there was nothing to do it to. */
type Action = (soak: Soak) => string | undefined;

const pick = <T>(random: RandomSource, items: readonly T[]): T | undefined =>
  items.length > 0 ? items[random.below(items.length)] : undefined;

const deploymentsOf = ({ client }: Soak): readonly Deployment[] => client.list(DEPLOYMENTS, NAMESPACE);

function createDeployment(soak: Soak): string | undefined {
  const { client, random } = soak;
  if (deploymentsOf(soak).length >= MAX_DEPLOYMENTS) return undefined;
  const name = `web${String(++soak.created)}`;
  const labels = { app: name };
  const image = IMAGES[random.below(4)];
  const replicas = random.below(MAX_REPLICAS + 1);
  const strategy = random.below(4) === 0 ? { strategy: { type: 'Recreate' as const } } : {};
  client.create(DEPLOYMENTS, {
    metadata: { name, namespace: NAMESPACE },
    spec: {
      replicas,
      ...strategy,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image }] } },
    },
  });
  const ports = [{ port: 80, targetPort: 80 }];
  client.create(SERVICES, { metadata: { name, namespace: NAMESPACE }, spec: { selector: labels, ports } });
  return `create deployment ${name} --image=${image} --replicas=${String(replicas)}`;
}

function changeDeployment(
  soak: Soak,
  change: (deployment: Deployment) => readonly [what: string, spec: Deployment['spec']],
): string | undefined {
  const deployment = pick(soak.random, deploymentsOf(soak));
  if (!deployment) return undefined;
  const [what, spec] = change(deployment);
  soak.client.update(DEPLOYMENTS, { ...deployment, spec });
  return `${what} ${deployment.metadata.name}`;
}

const scaleDeployment: Action = (soak) =>
  changeDeployment(soak, ({ spec }) => {
    const replicas = soak.random.below(MAX_REPLICAS + 1);
    return [`scale --replicas=${String(replicas)}`, { ...spec, replicas }];
  });

const setImage: Action = (soak) =>
  changeDeployment(soak, ({ spec }) => {
    const image = pick(soak.random, IMAGES) ?? IMAGES[0];
    return [`set image ${image}`, withImage(spec, image)];
  });

function deleteDeployment(soak: Soak): string | undefined {
  const deployment = pick(soak.random, deploymentsOf(soak));
  if (!deployment) return undefined;
  const { name } = deployment.metadata;
  const propagationPolicy = soak.random.below(3) === 0 ? 'Foreground' : 'Background';
  soak.client.delete(DEPLOYMENTS, NAMESPACE, name, { propagationPolicy });
  soak.client.delete(SERVICES, NAMESPACE, name);
  return `delete deployment ${name} --cascade=${propagationPolicy.toLowerCase()}`;
}

function deletePods(soak: Soak): string | undefined {
  const names: string[] = [];
  for (const { metadata } of soak.client.list(PODS, NAMESPACE))
    if (soak.random.below(5) === 0) names.push(metadata.name);
  const options = soak.random.below(3) === 0 ? { gracePeriodSeconds: 0 } : {};
  for (const name of names) soak.client.delete(PODS, NAMESPACE, name, options);
  return names.length > 0 ? `delete ${String(names.length)} pods ${JSON.stringify(options)}` : undefined;
}

/** The spec with another image; all else as the server has defaulted it, which a component's update must not undo. */
function withImage(spec: Deployment['spec'], image: string): Deployment['spec'] {
  const { template } = spec;
  const containers = template.spec?.containers.map((container) => ({ ...container, image })) ?? [];
  return { ...spec, template: { ...template, spec: { ...template.spec, containers } } };
}

function setUnschedulable({ client }: Soak, node: Node, unschedulable: boolean): void {
  client.update(NODES, { ...node, spec: { ...node.spec, unschedulable } });
}

function drain(soak: Soak): string | undefined {
  const { client } = soak;
  const nodes = client.list(NODES).filter(({ spec }) => !spec.taints?.length && spec.unschedulable !== true);
  // One stays, or nothing could converge.
  if (nodes.length < 2) return undefined;
  const node = pick(soak.random, nodes);
  if (!node) return undefined;
  const { name } = node.metadata;
  setUnschedulable(soak, node, true);
  for (const pod of client.list(PODS, NAMESPACE))
    if (pod.spec.nodeName === name)
      client.createSubresource(PODS, NAMESPACE, pod.metadata.name, 'eviction', {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { namespace: NAMESPACE, name: pod.metadata.name },
      });
  return `drain ${name}`;
}

function uncordon(soak: Soak): string | undefined {
  const node = pick(
    soak.random,
    soak.client.list(NODES).filter(({ spec }) => spec.unschedulable === true),
  );
  if (node) setUnschedulable(soak, node, false);
  return node && `uncordon ${node.metadata.name}`;
}

/** As often as they are listed. */
const ACTIONS: readonly Action[] = [
  createDeployment,
  createDeployment,
  scaleDeployment,
  scaleDeployment,
  setImage,
  setImage,
  deletePods,
  deletePods,
  drain,
  uncordon,
  uncordon,
  deleteDeployment,
];

/** Does one thing at random, if there is something to do it to. */
export const actAtRandom = (soak: Soak): string | undefined => pick(soak.random, ACTIONS)?.(soak);

/** Leaves a world that can converge: every node takes pods, every image can be pulled. */
export function makeWhole(soak: Soak): void {
  for (const node of soak.client.list(NODES)) if (node.spec.unschedulable === true) setUnschedulable(soak, node, false);
  for (const { spec, ...deployment } of deploymentsOf(soak)) {
    if (spec.template.spec?.containers[0]?.image !== IMAGES[5]) continue;
    soak.client.update(DEPLOYMENTS, { ...deployment, spec: withImage(spec, IMAGES[0]) });
  }
}
