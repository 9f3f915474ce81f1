import {
  ENDPOINT_SLICES,
  NODES,
  PODS,
  SERVICES,
  type ApiServer,
  type EventRecorder,
  type Node,
  type Service,
} from '@seatrial/apiserver';
import { runServer } from '@seatrial/images';
import { compareStrings, sha256Hex, type Coroutine, type Process, type Program } from '@seatrial/kernel';
import { labelSelectorMatches } from '@seatrial/schema';
import { reachApi } from '../reach-api.js';
import { addressesOf, keyOf, poolOf } from './allocator.js';
import { metricsService } from './controller-program.js';
import { DueServices } from './due-services.js';
import { L2_ADVERTISEMENTS, METALLB_NAMESPACE, type IpAddressPool, type L2Advertisement } from './metallb-types.js';

const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';

const announces = ({ spec = {} }: L2Advertisement, pool: IpAddressPool, node: Node): boolean => {
  const { ipAddressPools = [], ipAddressPoolSelectors = [], nodeSelectors = [] } = spec;
  const every = ipAddressPools.length === 0 && ipAddressPoolSelectors.length === 0;
  const chosen =
    every ||
    ipAddressPools.includes(pool.metadata.name) ||
    ipAddressPoolSelectors.some((each) => labelSelectorMatches(each, pool.metadata.labels));
  const here =
    nodeSelectors.length === 0 || nodeSelectors.some((each) => labelSelectorMatches(each, node.metadata.labels));
  return chosen && here;
};

/** One running speaker: says which balancers its node answers for (speaker/layer2_controller.go). */
class Speaker {
  private readonly events: EventRecorder;
  private readonly due: DueServices;
  private readonly stops: (() => void)[];

  constructor(
    private readonly process: Process,
    private readonly apiServer: ApiServer,
    private readonly nodeName: string,
  ) {
    const { store } = apiServer;
    this.events = apiServer.recorder('metallb-speaker');
    this.due = new DueServices(store);
    this.stops = [
      store.onChange(SERVICES, ({ type, object }) => {
        if (type !== 'DELETED') this.due.add(keyOf(object));
      }),
      store.onChange(ENDPOINT_SLICES, ({ object: { metadata } }) => {
        const name = metadata.labels?.['kubernetes.io/service-name'];
        if (name !== undefined) this.due.add(`${metadata.namespace ?? ''}/${name}`);
      }),
      store.onChange(L2_ADVERTISEMENTS, () => this.due.addAll()),
      this.due.followPools(),
    ];
    this.due.addAll();
  }

  stop(): void {
    for (const stop of this.stops) stop();
  }

  *run(): Coroutine<number> {
    return yield* this.due.work(this.process, (key) => this.announce(key));
  }

  private announce(key: string): void {
    const [namespace, name] = key.split('/');
    const service = this.apiServer.store.get(SERVICES, namespace, name);
    if (service?.spec.type !== 'LoadBalancer') return;
    const [ip] = addressesOf(service);
    if (!ip || this.chosenNode(service, ip) !== this.nodeName) return;
    const message = `announcing from node "${this.nodeName}" with protocol "layer2"`;
    this.events.event({ object: service }, 'Normal', 'nodeAssigned', message);
  }

  /** Of the nodes that may announce an address, the first by the hash of its name and the address. */
  private chosenNode(service: Service, ip: string): string | undefined {
    const { store } = this.apiServer;
    const pool = poolOf(store, ip);
    const endpoints = this.servingNodes(service);
    if (!pool || endpoints.length === 0) return undefined;
    const speakers = new Set(
      store
        .list(PODS, METALLB_NAMESPACE)
        .filter(({ metadata, status }) => metadata.labels?.['component'] === 'speaker' && status?.phase === 'Running')
        .map(({ spec }) => spec.nodeName),
    );
    const local = service.spec.externalTrafficPolicy === 'Local';
    const advertisements = store.list(L2_ADVERTISEMENTS, METALLB_NAMESPACE);
    const [first] = store
      .list(NODES)
      .filter(
        (node) =>
          speakers.has(node.metadata.name) &&
          !(EXCLUDED in (node.metadata.labels ?? {})) &&
          (!local || endpoints.includes(node.metadata.name)) &&
          advertisements.some((each) => announces(each, pool, node)),
      )
      .map(({ metadata }) => ({ name: metadata.name, hash: sha256Hex(`${metadata.name}#${ip}`) }))
      .sort((a, b) => compareStrings(a.hash, b.hash));
    return first?.name;
  }

  private servingNodes({ metadata }: Service): string[] {
    return this.apiServer.store
      .list(ENDPOINT_SLICES, metadata.namespace)
      .filter(({ metadata: { labels } }) => labels?.['kubernetes.io/service-name'] === metadata.name)
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions?.serving ?? conditions?.ready !== false)
      .map(({ nodeName }) => nodeName ?? '');
  }
}

/** `/speaker` (go.universe.tf/metallb/speaker v0.15), its layer 2 part. */
export const speakerProgram: Program = function* (process: Process): Coroutine<number> {
  for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
  const apiServer = yield* reachApi(process);
  if (!apiServer) return 0;
  const speaker = new Speaker(process, apiServer, process.env.get('METALLB_NODE_NAME') ?? process.machine.hostname);
  try {
    return yield* runServer(process, {
      ports: [{ port: 7472, service: metricsService }],
      inUse: (port) => `listen tcp :${port}: bind: address already in use\n`,
      run: () => speaker.run(),
    });
  } finally {
    speaker.stop();
  }
};
