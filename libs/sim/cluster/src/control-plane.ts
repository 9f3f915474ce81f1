import { createApiServer, startControllers, type ApiServer } from '@seatrial/apiserver';
import { allControllers, controllersFor } from '@seatrial/controllers';
import type { Simulation } from '@seatrial/kernel';
import { allKinds } from '@seatrial/kinds';
import { createNetwork, type ExternalHost, type NetworkFabric } from '@seatrial/network';
import { startScheduler } from '@seatrial/scheduler';
import { formatTime } from '@seatrial/schema';
import { apiServerService } from './api-server-service.js';
import { createSystemNamespaces } from './bootstrap/namespaces.js';
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
}

/** A provider's API endpoint, for profiles whose control plane is none of the nodes. */
function managedEndpoint(apiServer: ApiServer, { profile }: ClusterOptions): ExternalHost[] {
  const { managedApi } = profile;
  if (!managedApi) return [];
  const service = apiServerService(apiServer, profile, [managedApi.host, managedApi.address]);
  return [{ name: managedApi.host, address: managedApi.address, services: { 443: service } }];
}

/** Starts the control plane on an empty store. */
export function startControlPlane(simulation: Simulation, options: ClusterOptions): ControlPlane {
  const { profile } = options;
  const apiServer = createApiServer({
    simulation,
    kinds: allKinds,
    serviceCidr: profile.serviceCidr,
    nodePortRange: profile.nodePortRange,
    version: profile.kubernetesVersion,
    objects: policyObjects(formatTime(simulation.now())),
  });
  const network = createNetwork({
    simulation,
    store: apiServer.store,
    profile: {
      enforcesNetworkPolicy: profile.networkPolicy,
      dnsAddress: profile.dnsAddress,
      serviceCidr: profile.serviceCidr,
      external: [...managedEndpoint(apiServer, options), ...(options.external ?? [])],
    },
  });
  const host = profile.managedApi ? undefined : profile.nodes.find(({ controlPlane }) => controlPlane)?.name;
  apiServer.webhooks = createWebhookTransport(simulation, network, host);
  createSystemNamespaces(apiServer.client('kube-apiserver'));
  const provisioners = provisionersOf(profile);
  const added = controllersFor({ loadBalancer: profile.loadBalancer, provisioners }).slice(allControllers.length);
  const scheduler = startScheduler({ apiServer, simulation });
  const components = new ControlPlaneComponents(simulation, apiServer, scheduler, allControllers);
  startControllers(apiServer, added);
  return { apiServer, network, components };
}
