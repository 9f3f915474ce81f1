import type { JsonValue } from '@seatrial/kernel';
import { goFieldFacts, type GoFieldFacts } from './go-structs.js';
import type { RawSchema, RawValidationRule } from './raw-schema.js';

export type SchemaType = 'object' | 'map' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'any';

/** Types that Kubernetes decodes itself (UnmarshalJSON) or that take several JSON types. */
export type SpecialType = 'quantity' | 'int-or-string' | 'time' | 'micro-time' | 'bytes' | 'raw';

/** Finds the component behind a `$ref`. */
export type ComponentLookup = (name: string) => RawSchema | undefined;

const SPECIAL: Readonly<Record<string, SpecialType>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'int-or-string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'micro-time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'raw',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'raw',
};

function refName(raw: RawSchema): string | undefined {
  const ref = raw.$ref ?? raw.allOf?.find((part) => part.$ref)?.$ref;
  return ref?.slice(ref.lastIndexOf('/') + 1);
}

function schemaType(raw: RawSchema): SchemaType {
  switch (raw.type) {
    case 'object':
      return raw.properties ? 'object' : raw.additionalProperties ? 'map' : 'any';
    case 'array':
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      return raw.type;
    default:
      return 'any';
  }
}

/**
 * One place in a schema with its references followed; children are resolved when first asked for and kept.
 * The same class serves built-in types and CustomResourceDefinitions (`structural`).
 */
export class SchemaNode {
  readonly component: string | undefined;
  readonly type: SchemaType;
  readonly special: SpecialType | undefined;
  readonly patchStrategies: readonly string[];
  readonly patchMergeKey: string | undefined;
  readonly listType: string | undefined;
  readonly listMapKeys: readonly string[];
  readonly mapType: string | undefined;
  /** The target of the reference; its own description where there is none. */
  readonly raw: RawSchema;
  private readonly base: SchemaNode | undefined;
  private fieldMap: ReadonlyMap<string, SchemaNode> | undefined;
  private itemNode: SchemaNode | undefined;
  private valueNode: SchemaNode | undefined;
  private facts: GoFieldFacts | undefined;

  constructor(
    /** The schema as written at this place, before its reference is followed. */
    readonly own: RawSchema,
    private readonly lookup: (component: string) => SchemaNode | undefined,
    readonly structural: boolean,
    component?: string,
    private readonly parent?: SchemaNode,
    readonly fieldName?: string,
    private readonly container?: SchemaNode,
  ) {
    const reference = component ? undefined : refName(own);
    this.base = reference ? lookup(reference) : undefined;
    this.component = component ?? reference;
    const raw = this.base ? this.base.raw : own;
    this.raw = raw;
    this.special = this.specialType(raw);
    this.type = this.special === 'raw' ? 'any' : schemaType(raw);
    this.patchStrategies = own['x-kubernetes-patch-strategy']?.split(',') ?? [];
    this.patchMergeKey = own['x-kubernetes-patch-merge-key'];
    this.listType = own['x-kubernetes-list-type'] ?? raw['x-kubernetes-list-type'];
    this.listMapKeys = own['x-kubernetes-list-map-keys'] ?? raw['x-kubernetes-list-map-keys'] ?? [];
    this.mapType = own['x-kubernetes-map-type'] ?? raw['x-kubernetes-map-type'];
  }

  private specialType(raw: RawSchema): SpecialType | undefined {
    if (this.component && SPECIAL[this.component]) return SPECIAL[this.component];
    if (raw['x-kubernetes-int-or-string']) return 'int-or-string';
    if (!this.structural && raw.type === 'string' && raw.format === 'byte') return 'bytes';
    if (!this.structural && schemaType(raw) === 'any') return 'raw';
    return undefined;
  }

  /** Fields in the schema's order; empty for anything but an object with properties. */
  get fields(): ReadonlyMap<string, SchemaNode> {
    if (this.base) return this.base.fields;
    if (!this.fieldMap) {
      const fields = new Map<string, SchemaNode>();
      for (const [name, raw] of Object.entries(this.raw.properties ?? {}))
        fields.set(name, new SchemaNode(raw, this.lookup, this.structural, undefined, this, name));
      this.fieldMap = fields;
    }
    return this.fieldMap;
  }

  field(name: string): SchemaNode | undefined {
    return this.fields.get(name);
  }

  /** What an array holds. */
  get items(): SchemaNode | undefined {
    if (this.base) return this.base.items;
    if (!this.itemNode && this.raw.items) this.itemNode = this.element(this.raw.items);
    return this.itemNode;
  }

  /** What a map (additionalProperties) holds. */
  get values(): SchemaNode | undefined {
    if (this.base) return this.base.values;
    const values = this.raw.additionalProperties;
    if (!this.valueNode && typeof values === 'object') this.valueNode = this.element(values);
    return this.valueNode;
  }

  /** The node below a path of field names; array items and map values are stepped into by any name. */
  at(path: readonly string[]): SchemaNode | undefined {
    let node: SchemaNode | undefined = this.type === 'array' ? this.items : this;
    for (const name of path) {
      node = node?.field(name) ?? node?.values;
      if (node?.type === 'array') node = node.items;
    }
    return node;
  }

  get required(): readonly string[] {
    return this.raw.required ?? [];
  }

  get default(): JsonValue | undefined {
    return this.own.default ?? this.raw.default;
  }

  get enum(): readonly JsonValue[] | undefined {
    return this.own.enum ?? this.raw.enum;
  }

  get nullable(): boolean {
    return this.own.nullable === true;
  }

  get preserveUnknownFields(): boolean {
    return this.raw['x-kubernetes-preserve-unknown-fields'] === true;
  }

  get embeddedResource(): boolean {
    return this.raw['x-kubernetes-embedded-resource'] === true;
  }

  get validations(): readonly RawValidationRule[] {
    return this.own['x-kubernetes-validations'] ?? [];
  }

  /** The Go struct's name (`DeploymentSpec`), for built-in objects. */
  get structName(): string {
    return this.component?.slice(this.component.lastIndexOf('.') + 1) ?? '';
  }

  /** The Go package's last two segments (`core.v1`), for built-in objects. */
  get packageName(): string {
    return this.component?.split('.').slice(-3, -1).join('.') ?? '';
  }

  /** The Go type as error texts print it: `int32`, `[]v1.Container`, `map[string]string`. */
  get goType(): string {
    return this.goFacts.type;
  }

  /** True where Go holds a pointer, so that an explicit zero value is kept. */
  get pointer(): boolean {
    return this.goFacts.pointer;
  }

  /** Embedded Go structs between the parent struct and this field. */
  get embedded(): readonly string[] {
    return this.goFacts.embedded;
  }

  private get goFacts(): GoFieldFacts {
    this.facts ??= this.readFacts() ?? {
      type: this.container?.elementGoType ?? this.structuralGoType(),
      pointer: false,
      embedded: [],
    };
    return this.facts;
  }

  /** What is known of the field's struct; nothing for the parts of lists and maps. */
  private readFacts(): GoFieldFacts | undefined {
    if (!this.parent?.component || !this.fieldName) return undefined;
    return goFieldFacts(this.parent.packageName, this.parent.structName, this.fieldName);
  }

  /** What an array or map of this type holds, its Go type being a part of this one. */
  private element(raw: RawSchema): SchemaNode {
    return new SchemaNode(raw, this.lookup, this.structural, undefined, undefined, undefined, this);
  }

  /** `v1.PolicyType` of `[]v1.PolicyType`. */
  private get elementGoType(): string | undefined {
    return /^(?:\[\]|map\[[^\]]*\])\*?(.+)$/.exec(this.readFacts()?.type ?? '')?.[1];
  }

  private structuralGoType(): string {
    if (this.component) {
      const segments = this.component.split('.');
      return `${segments.at(-2) ?? ''}.${segments.at(-1) ?? ''}`;
    }
    if (this.special === 'bytes') return '[]uint8';
    switch (this.type) {
      case 'array':
        return `[]${this.items?.goType ?? 'interface {}'}`;
      case 'map':
        return this.values?.special === 'quantity'
          ? 'v1.ResourceList'
          : `map[string]${this.values?.goType ?? 'string'}`;
      case 'integer':
        return this.raw.format ?? 'int64';
      case 'number':
        return 'float64';
      case 'boolean':
        return 'bool';
      case 'string':
        return 'string';
      default:
        return 'map[string]interface {}';
    }
  }
}
