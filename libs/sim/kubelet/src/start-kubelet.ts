import { NODES, PODS, type Pod, type StoreIndex } from '@seatrial/apiserver';
import { BackOff } from './back-off.js';
import { ImagePuller } from './container/image-puller.js';
import type { ContainerSummary, Kubelet, KubeletOptions } from './kubelet-options.js';
import type { NodeContext } from './node/node-context.js';
import { registerNode, updateNodeStatus } from './node/register-node.js';
import { VolumesInUse } from './node/volumes-in-use.js';
import { createPodEndpoint } from './pod-endpoint.js';
import { admitPod } from './pod/pod-admission.js';
import { onNodePods } from './pod/pod-dispatch.js';
import { allocatedPod } from './pod/pod-resize.js';
import { PodWorker } from './pod/pod-worker.js';

const CRASH_BACK_OFF_MS = 10_000;
const MAX_CRASH_BACK_OFF_MS = 300_000;

/** Starts the kubelet of one node: registers the node, then runs the pods that are bound to it. */
export function startKubelet(options: KubeletOptions): Kubelet {
  return new NodeKubelet(options);
}

/** Pods by node, for kubelets that start when pods are already bound. */
export const PODS_BY_NODE: StoreIndex<Pod> = {
  name: 'kubelet-pods-by-node',
  resource: PODS,
  keys: (pod) => (pod.spec.nodeName === undefined ? [] : [pod.spec.nodeName]),
  same: (before, after) => before.spec.nodeName === after.spec.nodeName,
};

class NodeKubelet implements Kubelet {
  readonly nodeName: string;
  private readonly context: NodeContext;
  private readonly workers = new Map<string, PodWorker>();
  private readonly byName = new Map<string, PodWorker>();
  private readonly nodePods = {
    count: (): number => this.workers.size,
    list: (): readonly Pod[] => [...this.workers.values()].map((each) => allocatedPod(each.runtime)),
  };
  private unsubscribe: (() => void) | undefined;

  constructor(private readonly options: KubeletOptions) {
    const { apiServer, simulation, node } = options;
    this.nodeName = node.name;
    const events = apiServer.recorder('kubelet', { host: node.name });
    const client = apiServer.client('kubelet');
    const puller = new ImagePuller(simulation, options.images, events, options.allImagesPresent);
    for (const reference of options.preloadedImages ?? []) puller.preload(reference);
    this.context = {
      simulation,
      apiServer,
      client,
      events,
      node,
      nodeStatus: () => apiServer.store.get(NODES, undefined, node.name)?.status,
      files: options.files,
      programs: options.programs,
      network: options.network,
      volumesInUse: new VolumesInUse(client, node.name),
      puller,
      crashBackOff: new BackOff(CRASH_BACK_OFF_MS, MAX_CRASH_BACK_OFF_MS, () => simulation.now()),
      onMachine: options.onMachine,
      random: simulation.random.split(`kubelet/${node.name}`),
    };
    this.start();
  }

  start(): void {
    if (this.unsubscribe) return;
    const { apiServer, node, simulation } = this.options;
    if (this.options.registerNode !== false)
      registerNode(this.context.client, node, this.context.puller.list(), simulation);
    apiServer.kubelets.set(
      node.name,
      createPodEndpoint(this.context, (namespace, name) => this.byName.get(`${namespace}/${name}`)),
    );
    this.unsubscribe = onNodePods(apiServer.store, node.name, (event) => this.onPod(event.type, event.object));
    for (const pod of apiServer.store.list(PODS)) {
      const known = this.workers.get(pod.metadata.uid);
      if (known) known.attach(pod);
      else if (pod.spec.nodeName === node.name) this.onPod('ADDED', pod);
    }
  }

  stop(): void {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    this.options.apiServer.kubelets.delete(this.nodeName);
    for (const worker of this.workers.values()) worker.detach();
  }

  reportStatus(): void {
    if (!this.unsubscribe) return;
    const { node, simulation } = this.options;
    updateNodeStatus(this.context.client, node, this.context.puller.list(), simulation);
  }

  powerOff(): void {
    this.stop();
    for (const worker of this.workers.values()) worker.powerOff();
    this.workers.clear();
    this.byName.clear();
    this.context.volumesInUse.reset();
  }

  private onPod(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: Pod): void {
    const { uid, namespace, name } = pod.metadata;
    const worker = this.workers.get(uid);
    if (type === 'DELETED') {
      worker?.remove();
      return;
    }
    if (worker) {
      if (worker.runtime.pod !== pod) worker.update(pod);
      return;
    }
    const phase = pod.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed') {
      if (pod.metadata.deletionTimestamp === undefined) return;
    }
    const key = `${namespace ?? ''}/${name}`;
    const onFinished = (): void => {
      this.workers.delete(uid);
      if (this.byName.get(key) === made) this.byName.delete(key);
      for (const other of this.workers.values()) other.retryResize();
    };
    const made: PodWorker = new PodWorker(this.context, pod, onFinished, this.nodePods);
    const rejection = admitPod(this.context, pod, this.nodePods);
    this.workers.set(uid, made);
    this.byName.set(key, made);
    if (rejection) made.reject(rejection.reason, rejection.message);
  }

  containers(): readonly ContainerSummary[] {
    return [...this.workers.values()].flatMap((worker) =>
      [...worker.runtime.records.values()].flatMap((record) => {
        const instance = record.current;
        if (!instance) return [];
        const { metadata } = worker.runtime.pod;
        return [
          {
            id: instance.id,
            name: instance.name,
            image: instance.settings.image.reference,
            namespace: metadata.namespace ?? '',
            pod: metadata.name,
            podUid: metadata.uid,
            running: instance.running,
            createdAt: instance.createdAt,
            attempt: instance.settings.attempt,
          },
        ];
      }),
    );
  }
}
