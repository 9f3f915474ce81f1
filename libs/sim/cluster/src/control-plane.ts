import { createApiServer, startControllers, type ApiServer } from '@seatrial/apiserver';
import { allControllers, controllersFor, managerControllers } from '@seatrial/controllers';
import {
  isJsonObject,
  type NetworkService,
  type NetworkStack,
  type Simulation,
  type UnsupportedSink,
} from '@seatrial/kernel';
import { allKinds } from '@seatrial/kinds';
import { createNetwork, type ExternalHost, type NetworkFabric } from '@seatrial/network';
import { startScheduler } from '@seatrial/scheduler';
import { formatTime } from '@seatrial/schema';
import { metricsKinds } from './addons/metrics-server/metrics.kinds.js';
import { startAggregator } from './aggregator/start-aggregator.js';
import { apiServerService } from './api-server-service.js';
import { createApiServices } from './bootstrap/api-services.js';
import { createKubernetesService, updateKubernetesEndpoints } from './bootstrap/kubernetes-service.js';
import { createSystemNamespaces } from './bootstrap/namespaces.js';
import { createServiceCidr } from './bootstrap/service-cidr.js';
import { provisionersOf } from './bootstrap/storage-drivers.js';
import { policyObjects } from './bootstrap/policy-objects.js';
import { ControlPlaneComponents } from './control-plane-components.js';
import type { ClusterOptions } from './cluster.js';
import { createWebhookTransport } from './webhook-transport.js';

/** The parts of a cluster that are no node: API server, controllers, scheduler, and the network between all. */
export interface ControlPlane {
  readonly apiServer: ApiServer;
  readonly network: NetworkFabric;
  readonly components: ControlPlaneComponents;
  /** Ends all of it for good. */
  readonly stop: () => void;
}

/** A provider's API endpoint, for profiles whose control plane is none of the nodes. */
function managedEndpoint(
  apiServer: ApiServer,
  { profile }: ClusterOptions,
  stackOf: (nodeName: string) => NetworkStack | undefined,
): ExternalHost[] {
  const { managedApi } = profile;
  if (!managedApi) return [];
  const service = apiServerService(apiServer, profile, [managedApi.host, managedApi.address], () =>
    stackOf(profile.nodes[0]?.name ?? ''),
  );
  return [{ name: managedApi.host, address: managedApi.address, services: { 443: service } }];
}

/** The balancer in front of several control planes: it hands on to one whose port is open, else closes at once. */
function balancedEndpoint(
  apiServer: ApiServer,
  { profile }: ClusterOptions,
  components: () => ControlPlaneComponents,
  stackOf: (nodeName: string) => NetworkStack | undefined,
): ExternalHost[] {
  const { apiBalancer, nodes } = profile;
  if (!apiBalancer) return [];
  const backends = nodes
    .filter(({ controlPlane }) => controlPlane)
    .map(({ name, address }) => ({
      name,
      service: apiServerService(
        apiServer,
        profile,
        [apiBalancer.host, apiBalancer.address, name, address],
        () => stackOf(name),
        () => components().memberOf(name),
      ),
    }));
  const chosen = (): NetworkService | undefined => backends.find(({ name }) => components().listens(name))?.service;
  const service: NetworkService = {
    get http() {
      return chosen()?.http;
    },
    get tls() {
      return backends[0]?.service.tls;
    },
    frozen: () => components().frozen,
    capability: (key) => chosen()?.capability?.(key),
  };
  return [{ name: apiBalancer.host, address: apiBalancer.address, services: { [profile.apiPort]: service } }];
}

const KINDS = [...allKinds, ...metricsKinds];

/** The network between a cluster's parts, with what the profile has outside of it. */
function networkOf(
  apiServer: ApiServer,
  options: ClusterOptions,
  components: () => ControlPlaneComponents,
  onUnknown: UnsupportedSink,
): NetworkFabric {
  const { profile } = options;
  const stackOf = (nodeName: string): NetworkStack | undefined => network.nodeStack(nodeName);
  const network: NetworkFabric = createNetwork({
    simulation: apiServer.simulation,
    store: apiServer.store,
    profile: {
      enforcesNetworkPolicy: profile.networkPolicy,
      dnsAddress: profile.dnsAddress,
      serviceCidr: profile.serviceCidr,
      internet: options.internet === true,
      onUnknown,
      kubeProxy: profile.kubeProxy ?? 'always',
      external: [
        ...managedEndpoint(apiServer, options, stackOf),
        ...balancedEndpoint(apiServer, options, components, stackOf),
        ...(options.external ?? []),
      ],
    },
  });
  return network;
}

/** Starts the control plane on an empty store. */
export function startControlPlane(
  simulation: Simulation,
  options: ClusterOptions,
  onUnsupported: UnsupportedSink,
): ControlPlane {
  const { profile } = options;
  const apiServer = createApiServer({
    simulation,
    kinds: KINDS,
    serviceCidr: profile.serviceCidr,
    nodePortRange: profile.nodePortRange,
    version: profile.kubernetesVersion,
    ...(profile.authority !== undefined && { authority: profile.authority }),
    ...(profile.name === 'eks' && { identityProvider: 'aws-iam' as const }),
    objects: policyObjects(formatTime(simulation.now())),
  });
  const network = networkOf(apiServer, options, () => components, onUnsupported);
  const host = profile.managedApi ? undefined : profile.nodes.find(({ controlPlane }) => controlPlane)?.name;
  apiServer.webhooks = createWebhookTransport(simulation, network, host);
  startAggregator(apiServer, network, host);
  createSystemNamespaces(apiServer.client('kube-apiserver'));
  const firstLength = apiServer.store.history().length;
  const provisioners = provisionersOf(profile);
  const added = controllersFor({ loadBalancer: profile.loadBalancer, provisioners }).slice(allControllers.length);
  const scheduler = startScheduler({ apiServer, simulation });
  const members = profile.nodes.filter(({ controlPlane }) => controlPlane).map(({ name }) => name);
  const components = new ControlPlaneComponents({
    simulation,
    apiServer,
    scheduler,
    definitions: managerControllers(profile.managedApi ? undefined : profile.podCidr),
    network,
    members: profile.staticControlPlane ? members : [],
    firstLength: () => firstLength,
    bootstrap: () => {
      apiServer.available = true;
      const client = apiServer.client('kube-apiserver');
      createKubernetesService(client, profile);
      createApiServices(apiServer);
      createServiceCidr(client, profile, simulation.now());
    },
    release: profile.kubernetesVersion,
    onEncryption: (text) => {
      const read = text === undefined ? undefined : options.readYaml?.(text);
      apiServer.atRest.use(read?.ok && isJsonObject(read.value) ? read.value : undefined);
    },
    onServing: (nodes) => {
      const serving = profile.nodes.filter(({ name }) => nodes.includes(name)).map(({ address }) => address);
      if (serving.length > 0) updateKubernetesEndpoints(apiServer.client('kube-apiserver'), serving);
    },
  });
  const others = startControllers(apiServer, added);
  const stop = (): void => {
    others.stop();
    components.stop();
  };
  return { apiServer, network, components, stop };
}
