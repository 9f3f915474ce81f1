import type { KubeObject, ObjectReader, ResourceType } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { builtInGroups } from '@seatrial/schema';

interface CustomResourceDefinition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly plural: string; readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly storage: boolean;
      readonly subresources?: { readonly scale?: object };
    }[];
  };
}

export const CUSTOM_RESOURCE_DEFINITIONS: ResourceType<CustomResourceDefinition> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  resource: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};

let builtIn: readonly ResourceType[] | undefined;

/** Every built-in resource that can be listed and deleted, each once, in its preferred version. */
function builtInResources(): readonly ResourceType[] {
  if (builtIn) return builtIn;
  const seen = new Set<string>();
  const found: ResourceType[] = [];
  for (const group of builtInGroups())
    for (const { resources } of group.versions)
      for (const { group: name, version, resource, kind, namespaced, verbs } of resources) {
        if (!verbs.includes('list') || !verbs.includes('delete') || seen.has(`${resource}.${name}`)) continue;
        // Events are kept in the core group.
        if (name === 'events.k8s.io') continue;
        seen.add(`${resource}.${name}`);
        found.push({ group: name, version, resource, kind, namespaced });
      }
  builtIn = found;
  return found;
}

/** What garbage collection and the deletion of namespaces go through: built-in resources and custom ones. */
export function deletableResources(store: ObjectReader): readonly ResourceType[] {
  const custom = store.list(CUSTOM_RESOURCE_DEFINITIONS).flatMap(({ spec }): ResourceType[] => {
    const version = spec.versions.find(({ storage }) => storage)?.name;
    if (version === undefined) return [];
    const { plural: resource, kind } = spec.names;
    return [{ group: spec.group, version, resource, kind, namespaced: spec.scope === 'Namespaced' }];
  });
  return [...builtInResources(), ...custom];
}

const builtInByKind = new Map<string, ResourceType>();

/** The resource of a kind, whatever version of it is meant. */
export function resourceOfKind(store: ObjectReader, group: string, kind: string): ResourceType | undefined {
  if (builtInByKind.size === 0)
    for (const resource of builtInResources()) builtInByKind.set(`${resource.group}/${resource.kind}`, resource);
  return (
    builtInByKind.get(`${group}/${kind}`) ??
    deletableResources(store).find((one) => one.group === group && one.kind === kind)
  );
}

/** Whether a resource has the subresource `scale` (the disruption controller's implementsScale). */
export function hasScale(store: ObjectReader, { group, version, resource }: ResourceType): boolean {
  const custom = store.get(CUSTOM_RESOURCE_DEFINITIONS, undefined, `${resource}.${group}`);
  if (custom) return custom.spec.versions.find(({ name }) => name === version)?.subresources?.scale !== undefined;
  return builtInGroups()
    .filter(({ name }) => name === group)
    .flatMap(({ versions }) => versions.flatMap(({ resources }) => resources))
    .some((one) => one.resource === resource && one.subresources.some(({ name }) => name === 'scale'));
}

interface ApiService extends KubeObject {
  readonly spec: { readonly group?: string; readonly version?: string; readonly service?: object };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const API_SERVICES: ResourceType<ApiService> = {
  group: 'apiregistration.k8s.io',
  version: 'v1',
  resource: 'apiservices',
  kind: 'APIService',
  namespaced: false,
};

/** Whether requests for a group version are handed on to a service that answers; undefined when there is none. */
export function aggregatedAvailability(store: ObjectReader, name: string): boolean | undefined {
  const found = store.get(API_SERVICES, undefined, name);
  if (!found?.spec.service) return undefined;
  return !!found.status?.conditions?.some(({ type, status }) => type === 'Available' && status === 'True');
}

/** Group versions that another server should answer for and does not, sorted: discovery calls them stale. */
export function staleGroupVersions(store: ObjectReader): readonly string[] {
  return store
    .list(API_SERVICES)
    .filter(({ metadata }) => aggregatedAvailability(store, metadata.name) === false)
    .map(({ spec }) => `${spec.group ?? ''}/${spec.version ?? ''}`)
    .sort(compareStrings);
}
