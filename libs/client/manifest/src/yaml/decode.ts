import { compareStrings, goFloat32, isJsonObject, setOwn, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { goQuote } from '@seatrial/template';
import type { AliasNode, MappingNode, ScalarNode, YamlNode } from './parser.js';
import { resolvePlain, resolveTagged, type ResolvedScalar } from './resolve.js';
import { YamlProblem } from './yaml-problem.js';

const MERGE_TAG = 'tag:yaml.org,2002:merge';

/** What a mapping's keys were before they became text; keys that JSON cannot have are found at the end. */
type Entries = Map<string, { readonly key: string | number | boolean | null; readonly value: JsonValue }>;

/**
 * The JSON value of a YAML document as sigs.k8s.io/yaml makes it: mappings with text keys in order, a key given twice
 * keeps its last value (unless `strict`), merges (`<<`) write at their place. Problems end the reading.
 */
export function decodeDocument(node: YamlNode, strict = false, ordered = false): JsonValue {
  const decoder = new Decoder(strict, ordered);
  const value = decoder.decode(node);
  if (decoder.repeated.length > 0)
    throw new YamlProblem(`unmarshal errors:\n${decoder.repeated.map((line) => `  ${line}`).join('\n')}`);
  return value;
}

class Decoder {
  readonly repeated: string[] = [];
  private readonly open = new Set<AliasNode>();
  private decodeCount = 0;
  private aliasCount = 0;

  constructor(
    private readonly strict: boolean,
    private readonly ordered: boolean,
  ) {}

  decode(node: YamlNode): JsonValue {
    this.count();
    switch (node.kind) {
      case 'alias':
        return this.throughAlias(node, (target) => this.decode(target));
      case 'scalar':
        return this.ordered && isOldBoolean(node) ? node.value : finite(resolve(node).value);
      case 'sequence':
        return node.items.map((item) => this.decode(item));
      case 'mapping': {
        const entries: Entries = new Map();
        this.decodeInto(node, entries);
        return toObject(entries, this.ordered);
      }
    }
  }

  /** goyaml's guard against alias bombs. */
  private count(): void {
    this.decodeCount++;
    if (this.open.size > 0) this.aliasCount++;
    if (this.aliasCount <= 100 || this.decodeCount <= 1000) return;
    if (this.aliasCount / this.decodeCount > allowedAliasRatio(this.decodeCount))
      throw new YamlProblem('document contains excessive aliasing');
  }

  private throughAlias<T>(node: AliasNode, use: (target: YamlNode) => T): T {
    if (this.open.has(node)) throw new YamlProblem(`anchor '${node.name}' value contains itself`);
    this.open.add(node);
    const result = use(node.target);
    this.open.delete(node);
    return result;
  }

  private decodeInto(node: MappingNode, entries: Entries): void {
    for (const [keyNode, valueNode] of node.entries) {
      if (isMerge(keyNode)) {
        if (this.ordered) this.mergeBehind(valueNode, entries);
        else this.merge(valueNode, entries);
        continue;
      }
      const key = this.decodeKey(keyNode);
      const text = keyText(key);
      const value = this.decode(valueNode);
      if (this.strict && entries.has(text))
        this.repeated.push(`line ${String(lineOf(valueNode) + 1)}: key ${goSyntax(key)} already set in map`);
      else entries.set(text, { key, value });
    }
  }

  private decodeKey(node: YamlNode): string | number | boolean | null {
    const target = node.kind === 'alias' ? node.target : node;
    if (target.kind === 'scalar') {
      this.count();
      return this.ordered && isOldBoolean(target) ? target.value : resolve(target).value;
    }
    throw new YamlProblem(`invalid map key: ${goSyntax(this.decode(node))}`);
  }

  private merge(node: YamlNode, entries: Entries): void {
    if (node.kind === 'sequence') {
      // Backwards: earlier mappings take precedence.
      for (const item of [...node.items].reverse()) this.mergeOne(item, entries);
    } else this.mergeOne(node, entries);
  }

  /** What is there already stays (goyaml v3: a mapping's own keys win, wherever the merge stands). */
  private mergeBehind(node: YamlNode, entries: Entries): void {
    const merged: Entries = new Map();
    this.merge(node, merged);
    for (const [key, entry] of merged) if (!entries.has(key)) entries.set(key, entry);
  }

  private mergeOne(node: YamlNode, entries: Entries): void {
    this.count();
    if (node.kind === 'mapping') this.decodeInto(node, entries);
    else if (node.kind === 'alias' && node.target.kind === 'mapping') {
      const target = node.target;
      this.throughAlias(node, () => {
        this.count();
        this.decodeInto(target, entries);
      });
    } else throw new YamlProblem('map merge requires map or sequence of maps as the value');
  }
}

function allowedAliasRatio(decodeCount: number): number {
  if (decodeCount <= 400_000) return 0.99;
  if (decodeCount >= 4_000_000) return 0.1;
  return 0.99 - 0.89 * ((decodeCount - 400_000) / 3_600_000);
}

function resolve(node: ScalarNode): ResolvedScalar {
  if (node.tag !== '') return resolveTagged(node.tag, node.value);
  return node.implicit ? resolvePlain(node.value) : { type: 'str', value: node.value };
}

const isMerge = (node: YamlNode): boolean =>
  node.kind === 'scalar' && node.value === '<<' && (node.implicit || node.tag === MERGE_TAG);

/** YAML 1.1's `yes` and the like. */
const isOldBoolean = (node: ScalarNode): boolean => node.implicit && /^(?:y|n|yes|no|on|off)$/i.test(node.value);

const lineOf = (node: YamlNode): number => (node.kind === 'alias' ? lineOf(node.target) : node.line);

/** Infinities and NaN pass goyaml and fail where the value becomes JSON. */
function finite(value: string | number | boolean | null): JsonValue {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  const text = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  throw new JsonProblem(`json: unsupported value: ${text}`);
}

/** A problem of the step from YAML to JSON, which has no `yaml: ` before it. */
export class JsonProblem extends Error {
  override name = 'JsonProblem';
}

function keyText(key: string | number | boolean | null): string {
  switch (typeof key) {
    case 'string':
      return key;
    case 'boolean':
      return String(key);
    case 'number':
      return Number.isInteger(key) ? String(key) : keyFloat(key);
    default:
      return '\0null';
  }
}

const SPECIAL_KEYS: Readonly<Record<string, string>> = { '+Inf': '.inf', '-Inf': '-.inf', NaN: '.nan' };

function keyFloat(key: number): string {
  const text = goFloat32(key);
  return SPECIAL_KEYS[text] ?? text;
}

function toObject(entries: Entries, ordered: boolean): JsonObject {
  const object: JsonObject = {};
  for (const [text, { key, value }] of ordered ? entries : [...entries].sort(([a], [b]) => compareStrings(a, b))) {
    if (key === null)
      throw new JsonProblem(
        `unsupported map key of type: %!s(<nil>), key: <nil>, value: ${value === null ? '<nil>' : goSyntax(value)}`,
      );
    setOwn(object, text, value);
  }
  return object;
}

/** `%#v` of what goyaml decodes to. */
function goSyntax(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (isJsonObject(value)) {
    const entries = Object.entries(value).map(([key, item]) => `${goQuote(key)}:${goSyntax(item)}`);
    return `map[interface {}]interface {}{${entries.join(', ')}}`;
  }
  return String(value);
}
