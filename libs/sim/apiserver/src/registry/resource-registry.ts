import { deepClone, jsonEqual, type JsonObject } from '@seatrial/kernel';
import {
  Discovery,
  SchemaRegistry,
  apiVersionOf,
  applySchemaDefaults,
  decodeObject,
  type ApiResource,
  type SchemaNode,
} from '@seatrial/schema';
import type { ServedResource } from '../contract/api-server.js';
import type { KindDefinition } from '../contract/kind.js';
import type { ResourceType } from '../contract/resource.js';
import * as known from '../contract/resource.js';
import { customResourceKind } from '../extensions/custom-resource.kind.js';
import { eventFromCore, eventToCore } from './event-conversion.js';
import type { CustomVersion, RestResource } from './rest-resource.js';

/** Built-in resources whose strategy counts generations (pkg/registry: PrepareForCreate sets Generation = 1). */
const WITH_GENERATION: ReadonlySet<string> = new Set([
  '/pods',
  '/podtemplates',
  '/replicationcontrollers',
  'apps/daemonsets',
  'apps/deployments',
  'apps/replicasets',
  'apps/statefulsets',
  'batch/jobs',
  'batch/cronjobs',
  'policy/poddisruptionbudgets',
  'networking.k8s.io/ingresses',
  'networking.k8s.io/ingressclasses',
  'networking.k8s.io/networkpolicies',
  'discovery.k8s.io/endpointslices',
  'scheduling.k8s.io/priorityclasses',
  'apiextensions.k8s.io/customresourcedefinitions',
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'admissionregistration.k8s.io/validatingadmissionpolicybindings',
  'flowcontrol.apiserver.k8s.io/flowschemas',
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations',
  'resource.k8s.io/deviceclasses',
  'resource.k8s.io/resourceslices',
]);

const TYPED = new Map(
  Object.values(known)
    .filter((value): value is ResourceType => typeof value === 'object')
    .map((type) => [`${type.group}/${type.resource}`, type]),
);

const registries = new WeakMap<readonly KindDefinition[], Map<ApiResource, RestResource>>();

function sharedBy(kinds: readonly KindDefinition[]): Map<ApiResource, RestResource> {
  let shared = registries.get(kinds);
  if (!shared) registries.set(kinds, (shared = new Map<ApiResource, RestResource>()));
  return shared;
}

let builtIn: ReadonlySet<ApiResource> | undefined;

function isBuiltIn(api: ApiResource): boolean {
  builtIn ??= new Set(new Discovery().resources);
  return builtIn.has(api);
}

const relabel =
  (apiVersion: string) =>
  (object: JsonObject): JsonObject =>
    object.apiVersion === apiVersion ? object : { ...object, apiVersion };

const pruned = (object: JsonObject, schema: SchemaNode): JsonObject => {
  const decoded = decodeObject(object, schema);
  return decoded.ok ? decoded.value.object : object;
};

/**
 * A stored custom object as a version shows it: pruned by the stored version's schema and with its defaults, then pruned
 * by the version's own (apiextensions-apiserver schemaCoercingDecoder and -Converter).
 */
function asVersion(api: ApiResource, stored: SchemaNode, shownAs: SchemaNode): (object: JsonObject) => JsonObject {
  const named = relabel(apiVersionOf(api));
  const shown = new WeakMap<JsonObject, JsonObject>();
  return (object) => {
    let found = shown.get(object);
    if (!found) {
      const draft = deepClone(pruned(object, stored));
      applySchemaDefaults(draft, stored);
      const result = stored === shownAs ? draft : pruned(draft, shownAs);
      found = named(jsonEqual(result, object) ? object : result);
      shown.set(object, found);
    }
    return found;
  };
}

const keepAll = <T extends object>(object: T): T => object;

/** What other versions know and the stored one does not is lost when it is written. */
const keptBy =
  (stored: SchemaNode) =>
  <T extends object>(object: T): T =>
    pruned(object as JsonObject, stored) as T;

function listed(resources: readonly ApiResource[], isCustom: (api: ApiResource) => boolean): readonly ServedResource[] {
  const seen = new Set<string>();
  return resources.map((api) => {
    const key = `${api.group}/${api.resource}`;
    const preferred = !seen.has(key);
    seen.add(key);
    return {
      group: api.group,
      version: api.version,
      resource: api.resource,
      kind: api.kind,
      namespaced: api.namespaced,
      singular: api.singular,
      shortNames: api.shortNames,
      categories: api.categories,
      verbs: api.verbs,
      subresources: api.subresources.map(({ name }) => name),
      parts: api.subresources,
      preferred,
      custom: isCustom(api),
    };
  });
}

let recentListing: { readonly of: readonly ApiResource[]; readonly list: readonly ServedResource[] } | undefined;

/** What is built in is the same list for every server. */
function sharedListing(resources: readonly ApiResource[]): readonly ServedResource[] {
  if (recentListing?.of !== resources) recentListing = { of: resources, list: listed(resources, () => false) };
  return recentListing.list;
}

/** Every resource that is served, built in or custom, and what belongs to it. */
export class ResourceRegistry {
  readonly discovery = new Discovery();
  readonly schemas = new SchemaRegistry();
  private readonly definitions = new Map<string, KindDefinition>();
  private readonly customVersions = new Map<string, CustomVersion>();
  /** By plural name; few names are shared by several groups or versions. */
  private readonly resolved = new Map<string, RestResource[]>();
  private readonly shared: Map<ApiResource, RestResource>;
  private readonly types = new Map<string, ResourceType>(TYPED);
  private servedFrom: readonly ApiResource[] | undefined;
  private servedList: readonly ServedResource[] = [];

  constructor(kinds: readonly KindDefinition[]) {
    for (const kind of kinds) this.definitions.set(`${kind.group}/${kind.resource}`, kind);
    this.shared = sharedBy(kinds);
  }

  /** The resource that a request names; undefined when it is not served. */
  resolve(group: string, version: string, resource: string): RestResource | undefined {
    let known = this.resolved.get(resource);
    for (const rest of known ?? []) if (rest.api.group === group && rest.api.version === version) return rest;
    const api = this.discovery.byResource(group, version, resource);
    if (!api) return undefined;
    if (!known) this.resolved.set(resource, (known = []));
    const rest = this.build(api);
    known.push(rest);
    return rest;
  }

  /** The same by a stored type. */
  ofType(type: ResourceType): RestResource | undefined {
    return this.resolve(type.group, type.version, type.resource);
  }

  resourceType(group: string, resource: string, version?: string): ResourceType | undefined {
    const api =
      version === undefined
        ? this.discovery.resources.find((entry) => entry.group === group && entry.resource === resource)
        : this.discovery.byResource(group, version, resource);
    return api && this.resolve(api.group, api.version, api.resource)?.type;
  }

  /** The stored type of a kind. */
  typeOfKind(group: string, version: string, kind: string): ResourceType | undefined {
    const api = this.discovery.byKind(group, version, kind);
    return api && this.resolve(api.group, api.version, api.resource)?.type;
  }

  /** Everything served, in the order of discovery. */
  served(): readonly ServedResource[] {
    const { resources } = this.discovery;
    if (this.servedFrom !== resources) {
      this.servedFrom = resources;
      this.servedList = this.customVersions.size === 0 ? sharedListing(resources) : this.listServed(resources);
    }
    return this.servedList;
  }

  private listServed(resources: readonly ApiResource[]): readonly ServedResource[] {
    return listed(resources, ({ group, version, resource }) =>
      this.customVersions.has(`${group}/${version}/${resource}`),
    );
  }

  setCustomVersion(group: string, version: string, resource: string, custom: CustomVersion | undefined): void {
    const key = `${group}/${version}/${resource}`;
    if (custom) this.customVersions.set(key, custom);
    else this.customVersions.delete(key);
  }

  /** The version of a custom resource that the store holds. */
  setStoredType(type: ResourceType): void {
    const key = `${type.group}/${type.resource}`;
    const current = this.types.get(key);
    if (current?.version !== type.version || current.kind !== type.kind) this.types.set(key, type);
  }

  /** Must be called when discovery or a custom version changed. */
  forget(): void {
    this.servedFrom = undefined;
    this.resolved.clear();
  }

  private storedType(api: ApiResource, definition: KindDefinition | undefined): ResourceType {
    const key = `${api.group}/${api.resource}`;
    let type = this.types.get(key);
    if (!type) {
      const preferred = this.discovery.resources.find(
        (entry) => entry.group === api.group && entry.resource === api.resource,
      );
      type = {
        group: api.group,
        version: definition?.version ?? preferred?.version ?? api.version,
        resource: api.resource,
        kind: api.kind,
        namespaced: api.namespaced,
      };
      this.types.set(key, type);
    }
    return type;
  }

  /** Built-in resources are the same in every cluster of the same kinds. */
  private build(api: ApiResource): RestResource {
    if (this.customVersions.has(`${api.group}/${api.version}/${api.resource}`) || !isBuiltIn(api))
      return this.assemble(api);
    let rest = this.shared.get(api);
    if (!rest) this.shared.set(api, (rest = this.assemble(api)));
    return rest;
  }

  private assemble(api: ApiResource): RestResource {
    const key = `${api.group}/${api.resource}`;
    const custom = this.customVersions.get(`${api.group}/${api.version}/${api.resource}`);
    const schema = this.schemas.schemaFor(api);
    if (key === 'events.k8s.io/events') {
      return {
        type: known.EVENTS,
        api,
        schema,
        definition: this.definitions.get('/events'),
        custom: undefined,
        hasGeneration: false,
        toStored: eventToCore,
        fromStored: eventFromCore,
        kept: keepAll,
      };
    }
    const definition =
      this.definitions.get(key) ?? (custom && schema ? customResourceKind(api, schema, custom.scale) : undefined);
    const type = this.storedType(api, definition);
    const conversion = definition?.conversions?.[api.version];
    const stored = custom && (this.schemas.schemaFor({ ...api, version: type.version }) ?? schema);
    return {
      type,
      api,
      schema,
      definition,
      custom,
      hasGeneration:
        definition?.generation === false
          ? false
          : custom !== undefined || typeof definition?.generation === 'function' || WITH_GENERATION.has(key),
      toStored: conversion?.toStored ?? relabel(apiVersionOf(type)),
      fromStored:
        conversion?.fromStored ?? (stored && schema ? asVersion(api, stored, schema) : relabel(apiVersionOf(api))),
      kept: stored && stored !== schema ? keptBy(stored) : keepAll,
    };
  }
}
