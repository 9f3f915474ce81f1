import { compareStrings, fail, isJsonObject, ok, type JsonObject, type JsonValue, type Result } from '@seatrial/kernel';
import { decodeKustomization } from '@seatrial/kubectl';
import { toYaml, yamlToJson } from '@seatrial/manifest';
import type { Tool } from '../../tool/tool.js';

const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** The fields in the order in which new ones are written (commands/internal/kustfile, v5.7.1). */
const ORDER = [
  'apiVersion', 'kind', 'metadata', 'sortOptions', 'resources', 'bases', 'namePrefix', 'nameSuffix', 'namespace', 'crds',
  'commonLabels', 'labels', 'commonAnnotations', 'patchesStrategicMerge', 'patchesJson6902', 'patches', 'configMapGenerator',
  'secretGenerator', 'helmCharts', 'helmChartInflationGenerator', 'helmGlobals', 'generatorOptions', 'vars', 'images',
  'replacements', 'replicas', 'configurations', 'generators', 'transformers', 'validators', 'components', 'openapi',
  'buildMetadata',
]; // prettier-ignore
/** Maps whose values are texts, empty ones too. */
const TEXTS = new Set(['annotations', 'commonAnnotations', 'commonLabels', 'labels', 'pairs']);

/** A field of the file as it was, with the comments and blank lines before it. */
interface CommentedField {
  readonly field: string;
  comment: string;
}

const isEmpty = (value: JsonValue | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isJsonObject(value) && Object.keys(value).length === 0);

/** Without what Go's encoder leaves out, members sorted. */
function encoded(value: JsonValue, name: string): JsonValue {
  if (Array.isArray(value)) return value.map((each) => encoded(each, ''));
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).sort(compareStrings);
  const kept = TEXTS.has(name) ? names : names.filter((each) => !isEmpty(value[each]));
  return Object.fromEntries(kept.map((each) => [each, encoded(value[each] ?? null, each)]));
}

/** The comments before each field; those elsewhere go to the end of the field before them. */
function commentedFields(text: string): CommentedField[] {
  const fields: CommentedField[] = [];
  let comments = '';
  for (const line of text.split('\n').slice(0, -1)) {
    if (/^ *(?:#|$)/.test(line)) {
      comments += `${line}\n`;
      continue;
    }
    const name = /^([A-Za-z0-9]+):/.exec(line)?.[1].toLowerCase();
    const field = ORDER.find((each) => each.toLowerCase() === name);
    const last = fields.at(-1);
    if (field !== undefined) fields.push({ field, comment: comments });
    else if (last && comments !== '') last.comment += comments;
    else continue;
    comments = '';
  }
  return fields;
}

/** The kustomization of the working directory, as `kustomize edit` changes it: comments stay before the fields that they are at. */
export class KustomizationFile {
  private constructor(
    private readonly tool: Tool,
    /** Its name. */
    readonly path: string,
    readonly fields: Record<string, JsonValue>,
    private readonly original: readonly CommentedField[],
  ) {}

  /** Reads it; the error is kustomize's. */
  static read(tool: Tool): Result<KustomizationFile, string> {
    const found = FILE_NAMES.filter((name) => tool.machine.files.exists(tool.path(name)));
    if (found.length === 0) return fail("Missing kustomization file 'kustomization.yaml'.\n");
    if (found.length > 1) return fail(`Found multiple kustomization file: [${found.join(' ')}]\n`);
    const [path] = found;
    const text = tool.readFile(path);
    if (!text.ok) return fail(`${path} should be a file`);
    const parsed = yamlToJson(text.value);
    if (!parsed.ok) return fail(`invalid Kustomization: ${parsed.error}`);
    const decoded = decodeKustomization(parsed.value ?? {});
    if (!decoded.ok) return fail(`invalid Kustomization: ${decoded.error}`);
    return ok(new KustomizationFile(tool, path, withDefaults(decoded.value), commentedFields(text.value)));
  }

  /** One with nothing in it, which is not written yet. */
  static empty(tool: Tool): KustomizationFile {
    return new KustomizationFile(tool, FILE_NAMES[0], withDefaults({}), []);
  }

  /** Whether the working directory has one. */
  static exists(tool: Tool): boolean {
    return FILE_NAMES.some((name) => tool.machine.files.exists(tool.path(name)));
  }

  list(field: string): JsonValue[] {
    const value = this.fields[field];
    return Array.isArray(value) ? value : [];
  }

  map(field: string): JsonObject {
    const value = this.fields[field];
    return isJsonObject(value) ? value : {};
  }

  write(): void {
    const kept = this.original.map(({ field, comment }) => `${comment}${this.text(field)}`);
    const known = new Set(this.original.map(({ field }) => field));
    const added = ORDER.filter((field) => !known.has(field)).map((field) => this.text(field));
    this.tool.machine.files.writeFile(this.tool.path(this.path), [...kept, ...added].join(''), {
      owner: this.tool.process.user,
    });
  }

  private text(field: string): string {
    const value = this.fields[field] ?? null;
    return isEmpty(value) ? '' : `${toYaml({ [field]: encoded(value, field) }).trimEnd()}\n`;
  }
}

/** What kustomize fills in while it reads (types.Kustomization FixKustomization). */
function withDefaults(read: JsonObject): Record<string, JsonValue> {
  const { bases, imageTags, ...fields } = read;
  const listOf = (value: JsonValue | undefined): JsonValue[] => (Array.isArray(value) ? value : []);
  return {
    ...fields,
    apiVersion: fields['apiVersion'] ?? 'kustomize.config.k8s.io/v1beta1',
    kind: fields['kind'] ?? 'Kustomization',
    ...(bases !== undefined && { resources: [...listOf(fields['resources']), ...listOf(bases)] }),
    ...(imageTags !== undefined && { images: [...listOf(fields['images']), ...listOf(imageTags)] }),
  };
}
