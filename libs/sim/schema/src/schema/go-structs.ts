import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { goStructsJson } from '../reference/go-structs.gen.js';

/** A field in declaration order: its JSON name (empty for an embedded struct), its name and type in Go. */
type Field = readonly [json: string, name: string, type: string];
type Structs = Readonly<Record<string, Readonly<Record<string, readonly Field[]>>>>;

let loaded: Structs | undefined;

/** The structs of k8s.io/api, apimachinery, apiextensions-apiserver and kube-aggregator v0.35.4, by package and name. */
const structs = (): Structs => (loaded ??= JSON.parse(goStructsJson) as Structs);

/** A struct's fields in declaration order; none where it is not known. */
export const goFields = (pkg: string, struct: string): readonly Field[] => structs()[pkg]?.[struct] ?? [];

export const goStructExists = (pkg: string, struct: string): boolean => structs()[pkg]?.[struct] !== undefined;

/** What a JSON field is in Go, for error texts and for which zero values are left out. */
export interface GoFieldFacts {
  readonly type: string;
  readonly pointer: boolean;
  /** The embedded structs that hold the field, outermost first. */
  readonly embedded: readonly string[];
}

const known = new Map<string, ReadonlyMap<string, GoFieldFacts>>();

/** An embedded struct is of the same package, or of apimachinery's metadata. */
function embeddedFields(pkg: string, type: string): readonly [pkg: string, struct: string] {
  const struct = type.slice(type.lastIndexOf('.') + 1);
  return [structs()[pkg]?.[struct] ? pkg : 'meta.v1', struct];
}

function collect(pkg: string, struct: string, embedded: readonly string[], into: Map<string, GoFieldFacts>): void {
  for (const [json, name, goType] of structs()[pkg]?.[struct] ?? []) {
    const pointer = goType.startsWith('*');
    const type = pointer ? goType.slice(1) : goType;
    if (json !== '') into.set(json, { type, pointer, embedded });
    else collect(...embeddedFields(pkg, type), [...embedded, name], into);
  }
}

function fieldsOf(pkg: string, struct: string): ReadonlyMap<string, GoFieldFacts> {
  const key = `${pkg}/${struct}`;
  let fields = known.get(key);
  if (!fields) {
    const collected = new Map<string, GoFieldFacts>();
    collect(pkg, struct, [], collected);
    fields = collected;
    known.set(key, fields);
  }
  return fields;
}

/** Facts about a struct's field. `pkg` is the Go package path's last two segments (`core.v1`), `struct` its name. */
export const goFieldFacts = (pkg: string, struct: string, field: string): GoFieldFacts | undefined =>
  fieldsOf(pkg, struct).get(field);

/** The JSON names of a struct's fields in the order in which Go's encoding/json writes them; empty when not known. */
export const goFieldOrder = (pkg: string, struct: string): Iterable<string> => fieldsOf(pkg, struct).keys();

/** Go's zero value as encoding/json writes it; undefined for structs that are held by value. */
function zeroOf(type: string): JsonValue | undefined {
  if (/^[*[]|^map\[/.test(type)) return null;
  if (type === 'bool') return false;
  return /^(?:u?int|float)\d*$/.test(type) ? 0 : '';
}

/**
 * A struct's value under its Go names with its zero values, as error texts show internal objects; undefined where the
 * struct is not known.
 */
export function goValue(pkg: string, struct: string, value: JsonObject): JsonObject | undefined {
  const fields = structs()[pkg]?.[struct];
  if (!fields) return undefined;
  const shown: JsonObject = {};
  for (const [json, name, type] of fields) {
    const member = value[json];
    const inner = type.replace(/^(?:\*|\[\])/, '');
    const show = (one: JsonValue | undefined): JsonValue | undefined =>
      isJsonObject(one) ? (goValue(pkg, inner.slice(inner.lastIndexOf('.') + 1), one) ?? one) : one;
    if (json === '') Object.assign(shown, goValue(pkg, inner.slice(inner.lastIndexOf('.') + 1), value));
    else shown[name] = (Array.isArray(member) ? member.map((one) => show(one) ?? null) : show(member)) ?? zeroOf(type);
  }
  return shown;
}
