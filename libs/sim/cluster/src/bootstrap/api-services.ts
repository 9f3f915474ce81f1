import type { ApiServer, KubeObject, ResourceType } from '@seatrial/apiserver';
import { formatTime } from '@seatrial/schema';

const API_SERVICES: ResourceType = {
  group: 'apiregistration.k8s.io',
  version: 'v1',
  resource: 'apiservices',
  kind: 'APIService',
  namespaced: false,
};
const CUSTOM_RESOURCE_DEFINITIONS: ResourceType<CustomDefinition> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  resource: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};

interface CustomDefinition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

/** groupPriorityMinimum of the built-in groups (cmd/kube-apiserver/app apiVersionPriorities). */
const PRIORITIES: Readonly<Record<string, number>> = {
  '': 18000,
  apps: 17800,
  'events.k8s.io': 17750,
  'authentication.k8s.io': 17700,
  'authorization.k8s.io': 17600,
  autoscaling: 17500,
  batch: 17400,
  'certificates.k8s.io': 17300,
  'networking.k8s.io': 17200,
  policy: 17100,
  'rbac.authorization.k8s.io': 17000,
  'storage.k8s.io': 16800,
  'apiextensions.k8s.io': 16700,
  'admissionregistration.k8s.io': 16700,
  'scheduling.k8s.io': 16600,
  'coordination.k8s.io': 16500,
  'node.k8s.io': 16300,
  'discovery.k8s.io': 16200,
  'flowcontrol.apiserver.k8s.io': 16100,
  'resource.k8s.io': 15900,
};
const CUSTOM_PRIORITY = { groupPriorityMinimum: 1000, versionPriority: 100 };

function create(apiServer: ApiServer, group: string, version: string): void {
  const builtIn = PRIORITIES[group] as number | undefined;
  const priority =
    builtIn === undefined
      ? CUSTOM_PRIORITY
      : { groupPriorityMinimum: builtIn, versionPriority: version === 'v2' ? 30 : group === '' ? 1 : 15 };
  const condition = {
    type: 'Available',
    status: 'True',
    lastTransitionTime: formatTime(apiServer.simulation.now()),
    reason: 'Local',
    message: 'Local APIServices are always available',
  };
  apiServer.client('kube-apiserver').create(API_SERVICES, {
    metadata: {
      name: `${version}.${group}`,
      labels: { 'kube-aggregator.kubernetes.io/automanaged': builtIn === undefined ? 'true' : 'onstart' },
    },
    spec: { group, version, ...priority },
    status: { conditions: [condition] },
  } as never);
}

/** An APIService for every group and version that is served, and for those that definitions add (kube-aggregator autoregister). */
export function createApiServices(apiServer: ApiServer): void {
  const { store } = apiServer;
  const known = new Set<string>();
  for (const { group, version } of apiServer.resources()) {
    if (known.has(`${version}.${group}`) || !Object.hasOwn(PRIORITIES, group)) continue;
    known.add(`${version}.${group}`);
    create(apiServer, group, version);
  }
  const serves = (group: string, version: string): boolean =>
    store
      .list(CUSTOM_RESOURCE_DEFINITIONS)
      .some(({ spec }) => spec.group === group && spec.versions.some((one) => one.name === version && one.served));
  store.onChange(CUSTOM_RESOURCE_DEFINITIONS, ({ object }) => {
    const { group, versions } = object.spec;
    for (const { name: version } of versions) {
      const existing = store.get(API_SERVICES, undefined, `${version}.${group}`);
      if (serves(group, version)) {
        if (!existing) create(apiServer, group, version);
      } else if (existing?.metadata.labels?.['kube-aggregator.kubernetes.io/automanaged'] === 'true')
        apiServer.client('kube-apiserver').delete(API_SERVICES, undefined, existing.metadata.name);
    }
  });
}
