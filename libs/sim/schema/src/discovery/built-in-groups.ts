import { discoveryJson } from '../reference/discovery.gen.js';
import type { ApiGroup, ApiResource } from './api-resource.js';

interface RawResource {
  readonly resource: string;
  readonly responseKind: { readonly kind: string };
  readonly scope: string;
  readonly singularResource: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly {
    readonly subresource: string;
    readonly responseKind?: { readonly group: string; readonly version: string; readonly kind: string };
    readonly verbs: readonly string[];
  }[];
}

interface RawDiscovery {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly { readonly version: string; readonly resources: readonly RawResource[] }[];
  }[];
}

function apiResource(group: string, version: string, raw: RawResource): ApiResource {
  return {
    group,
    version,
    resource: raw.resource,
    kind: raw.responseKind.kind,
    singular: raw.singularResource,
    namespaced: raw.scope === 'Namespaced',
    verbs: raw.verbs,
    shortNames: raw.shortNames ?? [],
    categories: raw.categories ?? [],
    subresources: (raw.subresources ?? []).map((subresource) => {
      const kind = subresource.responseKind;
      const own = !kind?.version;
      return {
        name: subresource.subresource,
        group: own ? group : kind.group,
        version: own ? version : kind.version,
        kind: kind?.kind ?? raw.responseKind.kind,
        verbs: subresource.verbs,
      };
    }),
  };
}

let groups: readonly ApiGroup[] | undefined;

/** The groups of kube-apiserver v1.35, core first, in the order its aggregated discovery lists them. */
export function builtInGroups(): readonly ApiGroup[] {
  if (!groups) {
    const { api, apis } = JSON.parse(discoveryJson) as { readonly api: RawDiscovery; readonly apis: RawDiscovery };
    groups = [...api.items, ...apis.items].map((item) => {
      const name = item.metadata.name ?? '';
      const versions = item.versions.map(({ version, resources }) => ({
        version,
        resources: resources.map((raw) => apiResource(name, version, raw)),
      }));
      return { name, versions };
    });
  }
  return groups;
}
