import {
  compareStrings,
  fail,
  isJsonObject,
  ok,
  setOwn,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@seatrial/kernel';

/** A Go type: `string`, `bool`, `int64`, `any`, `[]T`, `map[string]T` or a struct `types.X` (`*` for pointers to one). */
type GoType = string;

/** A member of a struct, and the embedded structs that it comes from, as Go's errors name them. */
type Member = GoType | readonly [type: GoType, embedded: string];
type Struct = Readonly<Record<string, Member>>;

const GVK: Struct = {
  group: ['string', 'ResId.Gvk.'],
  version: ['string', 'ResId.Gvk.'],
  kind: ['string', 'ResId.Gvk.'],
  name: ['string', 'ResId.'],
  namespace: ['string', 'ResId.'],
};
const GENERATOR: Struct = {
  namespace: ['string', 'GeneratorArgs.'],
  name: ['string', 'GeneratorArgs.'],
  behavior: ['string', 'GeneratorArgs.'],
  literals: ['[]string', 'GeneratorArgs.KvPairSources.'],
  files: ['[]string', 'GeneratorArgs.KvPairSources.'],
  envs: ['[]string', 'GeneratorArgs.KvPairSources.'],
  env: ['string', 'GeneratorArgs.KvPairSources.'],
  options: ['*types.GeneratorOptions', 'GeneratorArgs.'],
};

/** sigs.k8s.io/kustomize/api/types v0.20; what is not simulated is `any`. */
const STRUCTS: Readonly<Record<string, Struct>> = {
  Kustomization: {
    kind: ['string', 'TypeMeta.'],
    apiVersion: ['string', 'TypeMeta.'],
    metadata: '*types.ObjectMeta',
    openapi: 'map[string]string',
    namePrefix: 'string',
    nameSuffix: 'string',
    namespace: 'string',
    commonLabels: 'map[string]string',
    labels: '[]types.Label',
    commonAnnotations: 'map[string]string',
    patchesStrategicMerge: '[]types.PatchStrategicMerge',
    patchesJson6902: '[]types.Patch',
    patches: '[]types.Patch',
    images: '[]types.Image',
    imageTags: '[]types.Image',
    replacements: '[]types.ReplacementField',
    replicas: '[]types.Replica',
    vars: 'any',
    sortOptions: '*types.SortOptions',
    resources: '[]string',
    components: '[]string',
    crds: '[]string',
    bases: '[]string',
    configMapGenerator: '[]types.ConfigMapArgs',
    secretGenerator: '[]types.SecretArgs',
    helmGlobals: 'any',
    helmCharts: 'any',
    helmChartInflationGenerator: 'any',
    generatorOptions: '*types.GeneratorOptions',
    configurations: '[]string',
    generators: '[]string',
    transformers: '[]string',
    validators: '[]string',
    buildMetadata: '[]string',
  },
  ObjectMeta: {
    name: 'string',
    namespace: 'string',
    labels: 'map[string]string',
    annotations: 'map[string]string',
  },
  Label: {
    pairs: 'map[string]string',
    includeSelectors: 'bool',
    includeTemplates: 'bool',
    fields: 'any',
  },
  Image: { name: 'string', newName: 'string', tagSuffix: 'string', newTag: 'string', digest: 'string' },
  Replica: { name: 'string', count: 'int64' },
  Patch: { path: 'string', patch: 'string', target: '*types.Selector', options: 'map[string]bool' },
  Selector: { ...GVK, annotationSelector: 'string', labelSelector: 'string' },
  ConfigMapArgs: GENERATOR,
  SecretArgs: { ...GENERATOR, type: 'string' },
  GeneratorOptions: {
    labels: 'map[string]string',
    annotations: 'map[string]string',
    disableNameSuffixHash: 'bool',
    immutable: 'bool',
  },
  SortOptions: { order: 'types.SortOrder', legacySortOptions: '*types.LegacySortOptions' },
  LegacySortOptions: { orderFirst: '[]string', orderLast: '[]string' },
  ReplacementField: {
    path: 'string',
    source: ['*types.SourceSelector', 'Replacement.'],
    targets: ['[]*types.TargetSelector', 'Replacement.'],
    sourceValue: ['string', 'Replacement.'],
  },
  SourceSelector: { ...GVK, fieldPath: 'string', options: '*types.FieldOptions' },
  TargetSelector: {
    select: '*types.Selector',
    reject: '[]*types.Selector',
    fieldPaths: '[]string',
    options: '*types.FieldOptions',
  },
  FieldOptions: { delimiter: 'string', index: 'int', encoding: 'string', create: 'bool' },
};

/** Named strings. */
const STRINGS = new Set(['types.PatchStrategicMerge', 'types.SortOrder']);

/** Where a value stands: the innermost struct and the members on the way to it from the outermost. */
interface Place {
  readonly struct: string;
  readonly path: string;
}

class Decoder {
  /** The first thing wrong; decoding goes on after it. */
  problem = '';

  private complain(text: string): null {
    this.problem ||= text;
    return null;
  }

  private wrong(value: JsonValue, type: GoType, place: Place | undefined): null {
    const number = Number.isInteger(value) || type === 'string' ? 'number' : `number ${JSON.stringify(value)}`;
    const given = Array.isArray(value) ? 'array' : typeof value === 'number' ? number : goKind(value);
    const into = place ? `Go struct field ${place.struct}.${place.path}` : 'Go value';
    return this.complain(`json: cannot unmarshal ${given} into ${into} of type ${type.replace(/^\*/, '')}`);
  }

  decode(value: JsonValue, type: GoType, place?: Place): JsonValue {
    if (value === null || type === 'any') return value;
    if (type.startsWith('[]')) {
      if (!Array.isArray(value)) return this.wrong(value, type, place);
      return value.map((item) => this.decode(item, type.slice(2), place));
    }
    if (type.startsWith('map[string]')) {
      if (!isJsonObject(value)) return this.wrong(value, type, place);
      return this.members(value, (key) => [key, type.slice('map[string]'.length), place]);
    }
    const struct = type.replace(/^\*?types\./, '');
    if (!Object.hasOwn(STRUCTS, struct)) return this.scalar(value, type, place);
    if (!isJsonObject(value)) return this.wrong(value, type, place);
    const known = STRUCTS[struct];
    return this.members(value, (key) => {
      // encoding/json takes names in any case.
      const name = Object.hasOwn(known, key)
        ? key
        : Object.keys(known).find((one) => one.toLowerCase() === key.toLowerCase());
      if (name === undefined) return this.complain(`json: unknown field ${JSON.stringify(key)}`);
      const member = known[name];
      const [inner, embedded] = typeof member === 'string' ? [member, ''] : member;
      return [name, inner, { struct, path: `${place ? `${place.path}.` : ''}${embedded}${name}` }];
    });
  }

  private members(
    value: JsonObject,
    memberOf: (key: string) => readonly [name: string, type: GoType, place: Place | undefined] | null,
  ): JsonObject {
    const decoded: JsonObject = {};
    for (const key of Object.keys(value).sort(compareStrings)) {
      const member = memberOf(key);
      if (member) setOwn(decoded, member[0], this.decode(value[key] ?? null, member[1], member[2]));
    }
    return decoded;
  }

  private scalar(value: JsonValue, type: GoType, place: Place | undefined): JsonValue {
    if (type === 'bool') return typeof value === 'boolean' ? value : this.wrong(value, type, place);
    if (type === 'string' || STRINGS.has(type))
      return typeof value === 'string' ? value : this.wrong(value, type, place);
    return Number.isInteger(value) ? value : this.wrong(value, type, place);
  }
}

function goKind(value: JsonValue): string {
  return typeof value === 'boolean' ? 'bool' : typeof value === 'object' ? 'object' : typeof value;
}

/** A kustomization as Go's strict decoder takes it: members by their proper names, or what encoding/json says. */
export function decodeKustomization(value: JsonValue): Result<JsonObject, string> {
  const decoder = new Decoder();
  const decoded = decoder.decode(value, 'types.Kustomization');
  return decoder.problem === '' && isJsonObject(decoded) ? ok(decoded) : fail(decoder.problem);
}
