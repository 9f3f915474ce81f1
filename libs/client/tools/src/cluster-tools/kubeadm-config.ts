import { sleep, type Coroutine, type JsonObject, type Result } from '@seatrial/kernel';
import { stringFlag } from '@seatrial/kubectl';
import { notSimulated, type ToolCall } from './cluster-tool.js';
import { configurationSite, loadInitFile } from './kubeadm-configuration/configuration-file.js';
import { defaultCluster, objectAt, textAt } from './kubeadm-configuration/default-configuration.js';
import { clusterProblem } from './kubeadm-configuration/load-configuration.js';
import { kubeadmFailure } from './kubeadm-failure.js';

const PULL_MS = 1500;

/** Flags of `kubeadm config images …`. */
export const imageFlags = [
  ...['config', 'cri-socket', 'feature-gates', 'image-repository', 'kubernetes-version'].map((name) =>
    stringFlag(name),
  ),
  stringFlag('output', '', { shorthand: 'o' }),
];

/** The configuration that a call's flags or its file come to. */
function* configurationOf({ tool, flags }: ToolCall): Coroutine<Result<JsonObject, string>> {
  const path = flags.string('config');
  if (path !== '') {
    const loaded = yield* loadInitFile(tool, path);
    return loaded.ok ? { ok: true, value: loaded.value.cluster } : loaded;
  }
  const given = {
    kubernetesVersion: flags.string('kubernetes-version'),
    imageRepository: flags.string('image-repository'),
  };
  const cluster = defaultCluster(given, configurationSite(tool), 0);
  const problem = clusterProblem(cluster);
  return problem === undefined ? { ok: true, value: cluster } : { ok: false, error: problem };
}

/** The images of a control plane (cmd/kubeadm/app/images, v1.35.4). */
export function controlPlaneImages(cluster: JsonObject): readonly string[] {
  const repository = textAt(cluster, 'imageRepository');
  const release = textAt(cluster, 'kubernetesVersion');
  const [dns, local] = [objectAt(cluster, 'dns'), objectAt(objectAt(cluster, 'etcd'), 'local')];
  const of = (part: JsonObject, name: string, tag: string): string =>
    `${textAt(part, 'imageRepository') || repository}/${name}:${textAt(part, 'imageTag') || tag}`;
  const ownDns = textAt(dns, 'imageRepository') || repository;
  const kubernetes = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'];
  return [
    ...kubernetes.flatMap((name) =>
      name === 'kube-proxy' && objectAt(cluster, 'proxy').disabled === true ? [] : [`${repository}/${name}:${release}`],
    ),
    ...(dns.disabled === true
      ? []
      : [of(dns, ownDns === 'registry.k8s.io' ? 'coredns/coredns' : 'coredns', 'v1.13.1')]),
    `${repository}/pause:3.10.1`,
    ...('local' in objectAt(cluster, 'etcd') ? [of(local, 'etcd', '3.6.6-0')] : []),
  ];
}

const INTERNAL = 'could not convert cfg to an internal cfg: ';

/** `kubeadm config images list`. */
export function* listImages(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const cluster = yield* configurationOf(call);
  if (!cluster.ok) return yield* kubeadmFailure(tool, `${INTERNAL}${cluster.error}`);
  const images = controlPlaneImages(cluster.value);
  switch (flags.string('output')) {
    case '':
    case 'text':
      yield* tool.out(images.map((image) => `${image}\n`).join(''));
      return 0;
    case 'json':
      yield* tool.out(
        `${JSON.stringify({ kind: 'Images', apiVersion: 'output.kubeadm.k8s.io/v1alpha3', images }, null, 4)}\n`,
      );
      return 0;
    default:
      return yield* notSimulated(tool, `config images list --output ${flags.string('output')}`);
  }
}

/** `kubeadm config images pull`. */
export function* pullImages(call: ToolCall): Coroutine<number> {
  const cluster = yield* configurationOf(call);
  if (!cluster.ok) return yield* kubeadmFailure(call.tool, cluster.error);
  for (const image of controlPlaneImages(cluster.value)) {
    yield* sleep(PULL_MS);
    yield* call.tool.out(`[config/images] Pulled ${image}\n`);
  }
  return 0;
}
