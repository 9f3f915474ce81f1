import {
  FILE_ERROR_TEXT,
  isJsonObject,
  resolvePath,
  type FileSystem,
  type JsonObject,
  type JsonValue,
} from '@seatrial/kernel';
import { readManifests, yamlToJson } from '@seatrial/manifest';

/** A kustomization that cannot be built; the text is kubectl's. Caught in {@link buildKustomization}. */
export class KustomizeFailure extends Error {
  override readonly name = 'KustomizeFailure';
  constructor(
    text: string,
    /** What kustomize can do and the simulator cannot, when that is the reason. */
    readonly unsupported?: string,
  ) {
    super(text);
  }
}

export const refuse = (text: string): never => {
  throw new KustomizeFailure(text);
};

const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** The fields that are understood; anything else is an unknown field, as in kustomize. */
const KNOWN = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'resources',
  'bases',
  'components',
  'namePrefix',
  'nameSuffix',
  'namespace',
  'labels',
  'commonLabels',
  'commonAnnotations',
  'images',
  'replacements',
  'replicas',
  'configMapGenerator',
  'secretGenerator',
  'generatorOptions',
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'buildMetadata',
  'sortOptions',
]);

/** Fields of kustomize that are not simulated. */
const UNSIMULATED = new Set([
  'configurations',
  'crds',
  'generators',
  'helmChartInflationGenerator',
  'helmCharts',
  'helmGlobals',
  'inventory',
  'openapi',
  'transformers',
  'validators',
  'vars',
]);

/** Old fields, and what stands for them now (types.Kustomization CheckDeprecatedFields). */
const DEPRECATED: Readonly<Record<string, string>> = {
  bases: 'resources',
  commonLabels: 'labels',
  patchesJson6902: 'patches',
  patchesStrategicMerge: 'patches',
};

/** What kustomize says on stderr of old fields. */
export const deprecations = (kustomization: JsonObject): string[] =>
  Object.keys(DEPRECATED)
    .filter((field) => kustomization[field] !== undefined)
    .map(
      (field) =>
        `# Warning: '${field}' is deprecated. Please use '${DEPRECATED[field]}' instead. Run 'kustomize edit fix' to update your Kustomization automatically.\n`,
    );

/** The kustomization file of a directory. */
export function readKustomization(files: FileSystem, directory: string): JsonObject {
  const found = FILE_NAMES.filter((name) => files.exists(`${directory}/${name}`));
  if (found.length === 0)
    return refuse(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${directory}'`,
    );
  if (found.length > 1) return refuse(`Found multiple kustomization files: ${found.join(', ')}\n`);
  const text = files.readFile(`${directory}/${found[0]}`);
  if (!text.ok) return refuse(FILE_ERROR_TEXT[text.error]);
  const parsed = yamlToJson(text.value);
  if (!parsed.ok) return refuse(`invalid Kustomization: ${parsed.error}`);
  if (parsed.value === null) return refuse('kustomization.yaml is empty');
  if (!isJsonObject(parsed.value))
    return refuse('invalid Kustomization: json: cannot unmarshal into Go value of type types.Kustomization');
  const unsimulated = Object.keys(parsed.value).find((key) => UNSIMULATED.has(key));
  if (unsimulated !== undefined)
    throw new KustomizeFailure(`the kustomization's field ${unsimulated} is not simulated`, `kustomize ${unsimulated}`);
  const unknown = Object.keys(parsed.value).filter((key) => !KNOWN.has(key));
  if (unknown.length > 0) return refuse(`invalid Kustomization: json: unknown field ${JSON.stringify(unknown[0])}`);
  return parsed.value;
}

/** A kustomization reads files in or below its own folder only (loadRestrictor RestrictionRootOnly). */
export const outsideRoot = (directory: string, path: string): string | undefined =>
  path.startsWith(directory === '/' ? '/' : `${directory}/`)
    ? undefined
    : `security; file '${path}' is not in or below '${directory}'`;

/** The objects of a manifest file. */
export function readResourceFile(files: FileSystem, directory: string, name: string): JsonObject[] {
  const path = resolvePath(directory, name);
  const text = files.readFile(path);
  if (!text.ok)
    return refuse(
      `accumulating resources: accumulation err='accumulating resources from '${name}': evalsymlink failure on '${path}' : lstat ${path}: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '${path}' : lstat ${path}: no such file or directory`,
    );
  const outside = outsideRoot(directory, path);
  if (outside !== undefined)
    return refuse(
      `accumulating resources: accumulation err='accumulating resources from '${name}': ${outside}': must build at directory: '${path}': file is not directory`,
    );
  const read = readManifests(text.value, path);
  if (read.error !== undefined)
    return refuse(`accumulating resources: accumulation err='accumulating resources from '${name}': ${read.error}'`);
  return read.documents.map((document) => document.value).filter(isJsonObject);
}

export const listOf = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];

export const stringsOf = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
