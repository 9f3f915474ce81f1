import { keepMetadataSchema } from '../crd/metadata-schema.js';
import { schemasJson } from '../reference/schemas.gen.js';
import type { RawSchema } from './raw-schema.js';
import { SchemaNode } from './schema-node.js';

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

export const gvkKey = (gvk: GroupVersionKind): string => `${gvk.group}/${gvk.version}/${gvk.kind}`;

/** `apps/v1`, or `v1` for the core group. */
export const apiVersionOf = (gv: { readonly group: string; readonly version: string }): string =>
  gv.group === '' ? gv.version : `${gv.group}/${gv.version}`;

/** Group and version of an `apiVersion`; more than one slash leaves the version whole. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

let components: Readonly<Record<string, RawSchema>> | undefined;
const componentNodes = new Map<string, SchemaNode | undefined>();
let kinds: Map<string, string> | undefined;

function rawComponents(): Readonly<Record<string, RawSchema>> {
  components ??= JSON.parse(schemasJson) as Readonly<Record<string, RawSchema>>;
  return components;
}

/** A built-in component by its OpenAPI name (`io.k8s.api.core.v1.PodSpec`). */
export function componentSchema(name: string): SchemaNode | undefined {
  if (componentNodes.has(name)) return componentNodes.get(name);
  const raw = Object.hasOwn(rawComponents(), name) ? rawComponents()[name] : undefined;
  const node = raw && new SchemaNode(raw, componentSchema, false, name);
  componentNodes.set(name, node);
  return node;
}

/** Components whose group-version-kind entries name every group, so that the list would be ambiguous. */
const SHARED = new Set([
  'DeleteOptions',
  'WatchEvent',
  'Status',
  'APIGroup',
  'APIGroupList',
  'APIResourceList',
  'APIVersions',
]);

function componentOfKind(gvk: GroupVersionKind): string | undefined {
  if (!kinds) {
    kinds = new Map();
    for (const [name, raw] of Object.entries(rawComponents())) {
      for (const entry of raw['x-kubernetes-group-version-kind'] ?? [])
        if (!SHARED.has(entry.kind) || name.includes('.meta.v1.')) kinds.set(gvkKey(entry), name);
    }
  }
  return kinds.get(gvkKey(gvk));
}

/** The schema of a built-in kind, or undefined. Interpreted from the OpenAPI of kube-apiserver v1.35. */
export function schemaFor(gvk: GroupVersionKind): SchemaNode | undefined {
  const component = componentOfKind(gvk);
  return component === undefined ? undefined : componentSchema(component);
}

/** The schema of `metadata` (ObjectMeta). */
export function objectMetaSchema(): SchemaNode {
  return componentSchema('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta') as SchemaNode;
}

/** Built-in schemas and, on top of them, those of one cluster's CustomResourceDefinitions. */
export class SchemaRegistry {
  private readonly custom = new Map<string, SchemaNode>();

  schemaFor(gvk: GroupVersionKind): SchemaNode | undefined {
    return this.custom.get(gvkKey(gvk)) ?? schemaFor(gvk);
  }

  /** Adds or replaces a custom kind's structural schema; undefined stands for one that keeps everything. */
  register(gvk: GroupVersionKind, raw: RawSchema | undefined): SchemaNode {
    const schema = customResourceSchema(raw ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true });
    this.custom.set(gvkKey(gvk), schema);
    return schema;
  }

  unregister(gvk: GroupVersionKind): void {
    this.custom.delete(gvkKey(gvk));
  }
}

const META = { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' };

/** A structural schema with apiVersion, kind and metadata in place. */
export function customResourceSchema(raw: RawSchema): SchemaNode {
  const properties = {
    ...raw.properties,
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: META,
  };
  const schema = new SchemaNode({ ...raw, type: 'object', properties }, componentSchema, true);
  keepMetadataSchema(schema, raw.properties?.metadata);
  return schema;
}
