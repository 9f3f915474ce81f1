import {
  FILE_ERROR_TEXT,
  isJsonObject,
  resolvePath,
  type FileSystem,
  type JsonObject,
  type JsonValue,
} from '@seatrial/kernel';
import { readManifests, yamlToJson } from '@seatrial/manifest';
import { metadataOf, nameOf, stringMapAt, textOf } from '../resource/resource-info.js';
import { decodeKustomization } from './kustomization-types.js';

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
  const decoded = decodeKustomization(parsed.value);
  if (!decoded.ok) return refuse(`invalid Kustomization: ${decoded.error}`);
  const kustomization = decoded.value;
  const unsimulated = Object.keys(kustomization).find((key) => UNSIMULATED.has(key));
  if (unsimulated !== undefined)
    throw new KustomizeFailure(`the kustomization's field ${unsimulated} is not simulated`, `kustomize ${unsimulated}`);
  const note = stringsOf(kustomization.buildMetadata).find((one) => one.endsWith('Annotations'));
  if (note !== undefined) throw new KustomizeFailure(`${note} is not simulated`, `kustomize buildMetadata ${note}`);
  requireContent(kustomization, directory);
  return kustomization;
}

/** CheckEmpty and EnforceFields of types.Kustomization. */
function requireContent(kustomization: JsonObject, directory: string): void {
  const { apiVersion, kind, ...content } = kustomization;
  if (Object.values(content).every((value) => value === null || value === '')) refuse('kustomization.yaml is empty');
  const component = kind === 'Component';
  const wanted = `kustomize.config.k8s.io/${component ? 'v1alpha1' : 'v1beta1'}`;
  const wrong = [
    ...(kind && kind !== 'Kustomization' && !component ? ['kind should be Kustomization or Component'] : []),
    ...(apiVersion && apiVersion !== wanted
      ? [`apiVersion for ${textOf(kind) || 'Kustomization'} should be ${wanted}`]
      : []),
  ];
  if (wrong.length > 0) refuse(`Failed to read kustomization file under ${directory}:\n${wrong.join('\n')}`);
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
      `accumulating resources: accumulation err='accumulating resources from '${name}': ${outside}': ${notDirectory(path)}`,
    );
  const from = `accumulating resources from '${name}': `;
  const read = readManifests(text.value, path, { contextLines: true, ordered: true });
  if (read.error !== undefined) {
    const yaml = read.error.slice(read.error.lastIndexOf('yaml: '));
    return refuse(`accumulating resources: ${from}MalformedYAMLError: ${yaml} in File: ${name}`);
  }
  const values = read.documents.map((document) => document.value).filter((value) => value !== null);
  const objects = values.flatMap((value) => {
    const wrong = isJsonObject(value) ? withoutName(value) : 'missing Resource metadata';
    if (wrong !== undefined)
      refuse(`accumulating resources: accumulation err='${from}${wrong}': ${notDirectory(path)}`);
    return isJsonObject(value) ? [value] : [];
  });
  return withoutLists(objects);
}

/** What is said of a resource file when it is tried as a folder. */
export const notDirectory = (path: string): string => `must build at directory: '${path}': file is not directory`;

/** Why a document is no resource (kyaml RNode.GetValidatedMetadata). */
function withoutName(object: JsonObject): string | undefined {
  const kind = textOf(object.kind);
  const labels = mapText(stringMapAt(object, 'metadata', 'labels'));
  const annotations = mapText(stringMapAt(object, 'metadata', 'annotations'));
  const name = `{${nameOf(object)} ${textOf(metadataOf(object).namespace)}}`;
  const shown = `{{${textOf(object.apiVersion)} ${kind}} {${name} ${labels} ${annotations}}}`;
  if (kind === '') return `missing kind in object ${shown}`;
  return nameOf(object) === '' && !kind.endsWith('List') ? `missing metadata.name in object ${shown}` : undefined;
}

const mapText = (map: Readonly<Record<string, string>>): string =>
  `map[${Object.entries(map)
    .map(([key, value]) => `${key}:${value}`)
    .join(' ')}]`;

/** The items of lists stand behind the other objects (resource.Factory inlineAnyEmbeddedLists). */
function withoutLists(objects: readonly JsonObject[]): JsonObject[] {
  const left = [...objects];
  const plain: JsonObject[] = [];
  for (let object = left.shift(); object !== undefined; object = left.shift())
    if (textOf(object.kind).endsWith('List') && object.items !== undefined) left.push(...listOf(object.items));
    else plain.push(object);
  return plain;
}

export const listOf = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];

export const stringsOf = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
