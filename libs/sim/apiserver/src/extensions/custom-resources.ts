import type { JsonObject } from '@seatrial/kernel';
import { compareStrings } from '@seatrial/kernel';
import type { ApiResource, RawSchema } from '@seatrial/schema';
import type { KubeObject } from '../contract/object.js';
import type { ResourceType } from '../contract/resource.js';
import type { CustomColumn, CustomVersion } from '../registry/rest-resource.js';
import type { ServerState } from '../registry/server-state.js';

export const CUSTOM_RESOURCE_DEFINITIONS: ResourceType<CustomResourceDefinition> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  resource: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};

export interface DefinitionVersion {
  readonly name: string;
  readonly served?: boolean;
  readonly storage?: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: RawSchema };
  readonly subresources?: {
    readonly status?: JsonObject;
    readonly scale?: {
      readonly specReplicasPath: string;
      readonly statusReplicasPath: string;
      readonly labelSelectorPath?: string;
    };
  };
  readonly additionalPrinterColumns?: readonly CustomColumn[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

export interface DefinitionNames {
  readonly plural: string;
  readonly singular?: string;
  readonly kind: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

export interface DefinitionCondition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime: string;
  readonly reason: string;
  readonly message: string;
}

export interface CustomResourceDefinition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: DefinitionNames;
    readonly versions: readonly DefinitionVersion[];
    readonly preserveUnknownFields?: boolean;
  };
  readonly status?: {
    readonly conditions?: readonly DefinitionCondition[];
    readonly acceptedNames?: DefinitionNames;
    readonly storedVersions?: readonly string[];
  };
}

export const isEstablished = (definition: CustomResourceDefinition): boolean =>
  definition.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ?? false;

/** The stored type of a definition's objects. */
export function customType({ spec }: CustomResourceDefinition): ResourceType {
  const stored = spec.versions.find(({ storage }) => storage) ?? spec.versions[0];
  return {
    group: spec.group,
    version: stored.name,
    resource: spec.names.plural,
    kind: spec.names.kind,
    namespaced: spec.scope === 'Namespaced',
  };
}

const STABILITY = { '': 2, beta: 1, alpha: 0 } as const;

/** Kubernetes' order of versions: v10, v2, v1, v11beta2, v3beta1, v12alpha1, then others by name (version.CompareKubeAwareVersionStrings). */
export function compareVersions(a: string, b: string): number {
  const parse = (text: string) => /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(text);
  const [left, right] = [parse(a), parse(b)];
  if (!left || !right) return left ? -1 : right ? 1 : compareStrings(a, b);
  const stability = (match: RegExpExecArray): number => STABILITY[(match[2] ?? '') as keyof typeof STABILITY];
  return (
    stability(right) - stability(left) ||
    Number(right[1]) - Number(left[1]) ||
    Number(right[3] ?? 0) - Number(left[3] ?? 0)
  );
}

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

function apiResource(definition: CustomResourceDefinition, version: DefinitionVersion): ApiResource {
  const { group, scope } = definition.spec;
  const names = definition.status?.acceptedNames ?? definition.spec.names;
  const { subresources } = version;
  const status = subresources?.status
    ? [{ name: 'status', group, version: version.name, kind: names.kind, verbs: ['get', 'patch', 'update'] }]
    : [];
  const scale = subresources?.scale
    ? [{ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] }]
    : [];
  return {
    group,
    version: version.name,
    resource: names.plural,
    kind: names.kind,
    singular: names.singular ?? names.kind.toLowerCase(),
    namespaced: scope === 'Namespaced',
    verbs: VERBS,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    subresources: [...status, ...scale],
  };
}

/** Names the newest version to go on to, when one is served. */
function defaultDeprecationWarning({ spec }: CustomResourceDefinition, name: string): string {
  const text = `${spec.group}/${name} ${spec.names.kind} is deprecated`;
  const [newer] = spec.versions
    .filter(({ served, deprecated, name: other }) => served && !deprecated && compareVersions(other, name) < 0)
    .map((version) => version.name)
    .sort(compareVersions) as (string | undefined)[];
  return newer === undefined ? text : `${text}; use ${spec.group}/${newer} ${spec.names.kind}`;
}

function customVersion(definition: CustomResourceDefinition, version: DefinitionVersion): CustomVersion {
  const scale = version.subresources?.scale;
  return {
    definition,
    statusSubresource: version.subresources?.status !== undefined,
    columns: version.additionalPrinterColumns ?? [],
    selectableFields: (version.selectableFields ?? []).map(({ jsonPath }) => jsonPath),
    ...(version.deprecated
      ? {
          deprecationWarning: version.deprecationWarning ?? defaultDeprecationWarning(definition, version.name),
        }
      : undefined),
    ...(scale
      ? {
          scale: {
            specReplicasPath: scale.specReplicasPath,
            statusReplicasPath: scale.statusReplicasPath,
            ...(scale.labelSelectorPath ? { selectorPath: scale.labelSelectorPath } : undefined),
          },
        }
      : undefined),
  };
}

/** Brings discovery, schemas and handlers of one API group in line with its established definitions. */
export function serveGroup(server: ServerState, group: string, previous?: CustomResourceDefinition): void {
  const { registry, store } = server;
  if (previous) {
    for (const { name } of previous.spec.versions) {
      registry.setCustomVersion(group, name, previous.spec.names.plural, undefined);
      registry.schemas.unregister({ group, version: name, kind: previous.spec.names.kind });
    }
  }
  const definitions = store
    .list(CUSTOM_RESOURCE_DEFINITIONS)
    .filter((definition) => definition.spec.group === group && isEstablished(definition));
  const byVersion = new Map<string, ApiResource[]>();
  for (const definition of definitions) {
    registry.setStoredType(customType(definition));
    for (const version of definition.spec.versions) {
      const raw = version.schema?.openAPIV3Schema;
      const open = definition.spec.preserveUnknownFields === true;
      registry.schemas.register(
        { group, version: version.name, kind: definition.spec.names.kind },
        open && raw ? { ...raw, 'x-kubernetes-preserve-unknown-fields': true } : raw,
      );
      registry.setCustomVersion(group, version.name, definition.spec.names.plural, customVersion(definition, version));
      if (version.served === false) continue;
      byVersion.set(version.name, [...(byVersion.get(version.name) ?? []), apiResource(definition, version)]);
    }
  }
  const versions = [...byVersion].sort(([a], [b]) => compareVersions(a, b));
  if (versions.length === 0) registry.discovery.removeGroup(group);
  else
    registry.discovery.setGroup({
      name: group,
      versions: versions.map(([version, resources]) => ({
        version,
        resources: resources.sort((a, b) => compareStrings(a.resource, b.resource)),
      })),
    });
  registry.forget();
}
