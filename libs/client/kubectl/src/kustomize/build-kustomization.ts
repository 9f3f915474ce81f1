import {
  fail,
  isJsonObject,
  ok,
  reportUnsupported,
  resolvePath,
  type JsonObject,
  type JsonValue,
  type Process,
  type Result,
} from '@seatrial/kernel';
import { toYaml, yamlToJson } from '@seatrial/manifest';
import { goQuote } from '@seatrial/schema';
import { contentHash } from '../generators/name-hash.js';
import { metadataOf, nameOf, objectAt, textOf } from '../resource/resource-info.js';
import { changedByGenerator, generated } from './generators.js';
import {
  deprecations,
  KustomizeFailure,
  listOf,
  notDirectory,
  readKustomization,
  readResourceFile,
  refuse,
  stringsOf,
} from './kustomization.js';
import { renameReferences, renameSubjects } from './name-references.js';
import { patchFile, patchesOf, missingPatch, strategicPatches, type Target } from './patches.js';
import { replaced, replacementsOf } from './replacements.js';
import { inSortOrder } from './sort-order.js';
import {
  patched,
  resourceId,
  withAnnotations,
  withImages,
  withLabels,
  withNamespace,
  withReplicas,
  type BuildResource,
} from './transformers.js';

const MAX_DEPTH = 20;

const nested = (piece: () => BuildResource[], prefix: string): BuildResource[] => {
  try {
    return piece();
  } catch (failure) {
    if (!(failure instanceof KustomizeFailure)) throw failure;
    throw new KustomizeFailure(`${prefix}${failure.message}`, failure.unsupported);
  }
};

/** The resources of another directory, with the way to what is wrong in it (accumulateResources). */
function ofDirectory(
  target: Target,
  entry: string,
  path: string,
  inherited: readonly BuildResource[],
): BuildResource[] {
  const { files, directory, visited } = target;
  const prefix = `accumulating resources: accumulation err='accumulating resources from '${entry}': '${path}' must resolve to a file': `;
  const within = [directory, ...visited.toReversed()].find((root) => root === path || root.startsWith(`${path}/`));
  if (within !== undefined || visited.length > MAX_DEPTH)
    refuse(`${prefix}cycle detected: candidate root '${path}' contains visited root '${within ?? path}'`);
  const inner = { ...target, directory: path, visited: [...visited, directory] };
  nested(() => (readKustomization(files, path), []), `${prefix}couldn't make target for path '${path}': `);
  return nested(() => build(inner, inherited), `${prefix}recursed accumulation of path '${path}': `);
}

function accumulate(target: Target, kustomization: JsonObject, inherited: readonly BuildResource[]): BuildResource[] {
  const { files, directory } = target;
  let resources: BuildResource[] = [...inherited];
  const add = (made: readonly BuildResource[], where: string, after = ''): void => {
    const ids = new Set(resources.map(({ object }) => resourceId(object)));
    for (const one of made) {
      const id = resourceId(one.object);
      if (ids.has(id)) refuse(`${where}may not add resource with an already registered id: ${id}${after}`);
      ids.add(id);
      resources.push(one);
    }
  };
  for (const entry of [...stringsOf(kustomization.resources), ...stringsOf(kustomization.bases)]) {
    const path = resolvePath(directory, entry);
    if (files.isDirectory(path)) {
      const made = ofDirectory(target, entry, path, []);
      const first = `accumulating resources: accumulation err='accumulating resources from '${entry}': '${path}' must resolve to a file': `;
      add(made, `${first}recursed merging from path '${path}': `);
      continue;
    }
    if (/^https?:\/\//.test(entry)) refuse(`accumulating resources: remote resource ${entry} is not available`);
    const made = readResourceFile(files, directory, entry).map(asWritten);
    add(
      made,
      `accumulating resources: accumulation err='merging resources from '${entry}': `,
      `': ${notDirectory(path)}`,
    );
  }
  for (const entry of stringsOf(kustomization.components))
    resources = ofComponent(target, entry, resolvePath(directory, entry), resources);
  const shared = objectAt(kustomization, 'generatorOptions') ?? {};
  for (const [field, kind] of [
    ['configMapGenerator', 'ConfigMap'],
    ['secretGenerator', 'Secret'],
  ] as const)
    for (const generator of listOf(kustomization[field]))
      merge(resources, generated(files, directory, kind, generator, shared), textOf(generator.behavior));
  return resources;
}

function asWritten(object: JsonObject): BuildResource {
  const { namespace } = metadataOf(object);
  return { object, id: nameOf(object), namespace: textOf(namespace) || 'default', needsHash: false };
}

/** A component works on what there is so far. */
function ofComponent(
  target: Target,
  entry: string,
  path: string,
  resources: readonly BuildResource[],
): BuildResource[] {
  const { files, directory, visited } = target;
  const failing = (text: string): never => refuse(`accumulating components: accumulateDirectory: ${goQuote(text)}`);
  if (!files.isDirectory(path))
    refuse(
      `accumulating components: loader.New ${goQuote(files.exists(path) ? notDirectory(path) : `must build at directory: not a valid directory: evalsymlink failure on '${path}' : lstat ${path}: no such file or directory`)}`,
    );
  try {
    const { kind } = readKustomization(files, path);
    if (kind !== 'Component')
      throw new KustomizeFailure(
        `expected kind 'Component' for path '${path}' but got '${textOf(kind) || 'Kustomization'}'`,
      );
    return build({ ...target, directory: path, visited: [...visited, directory] }, resources);
  } catch (failure) {
    if (!(failure instanceof KustomizeFailure) || failure.unsupported !== undefined) throw failure;
    return failing(failure.message);
  }
}

function merge(resources: BuildResource[], made: BuildResource, behavior: string): void {
  const at = resources.findIndex((one) => one.id === made.id && one.object.kind === made.object.kind);
  const changes = behavior === 'merge' || behavior === 'replace';
  if (changes === at >= 0) {
    if (!changes) resources.push(made);
  } else {
    const [kind, name] = [goQuote(textOf(made.object.kind)), goQuote(made.id)];
    const id = `resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", Kind:${kind}, isClusterScoped:false}, Name:${name}, Namespace:${goQuote(textOf(metadataOf(made.object).namespace))}}`;
    const problem = changes ? 'does not exist; cannot merge or replace' : 'exists; behavior must be merge or replace';
    // Go prints the generator's address.
    refuse(`merging from generator &{0xc000b1c2d0 <nil>}: id ${id} ${problem}`);
  }
  if (!changes) return;
  const old = resources[at];
  resources[at] = changedByGenerator(old, made, behavior);
}

function labelled(object: JsonObject, kustomization: JsonObject): JsonObject {
  let out = object;
  const common = objectAt(kustomization, 'commonLabels');
  if (common) out = withLabels(out, common, true, true);
  for (const label of listOf(kustomization.labels))
    out = withLabels(
      out,
      objectAt(label, 'pairs') ?? {},
      label.includeSelectors === true,
      label.includeTemplates === true,
    );
  const annotations = objectAt(kustomization, 'commonAnnotations');
  return annotations ? withAnnotations(out, annotations) : out;
}

function scaled(resources: readonly BuildResource[], kustomization: JsonObject): BuildResource[] {
  return withReplicas(resources, listOf(kustomization.replicas)).map((resource) => {
    const images = withImages(resource.object, listOf(kustomization.images));
    return isJsonObject(images) ? { ...resource, object: images } : resource;
  });
}

const UNPREFIXED = new Set(['CustomResourceDefinition', 'APIService', 'Namespace']);

/** Namespace, prefix and suffix; references follow. */
function placed(resources: readonly BuildResource[], kustomization: JsonObject): BuildResource[] {
  const namespace = textOf(kustomization.namespace);
  const prefix = textOf(kustomization.namePrefix);
  const suffix = textOf(kustomization.nameSuffix);
  const names = new Map<string, string>();
  const moved = resources.map((resource): BuildResource => {
    const object = namespace === '' ? resource.object : withNamespace(resource.object, namespace);
    if ((prefix === '' && suffix === '') || UNPREFIXED.has(textOf(object.kind))) return { ...resource, object };
    const name = `${prefix}${nameOf(object)}${suffix}`;
    names.set(`${textOf(object.kind)}/${nameOf(object)}`, name);
    return { ...resource, object: { ...object, metadata: { ...metadataOf(object), name } } };
  });
  const accounts = moved.filter(({ object }) => object.kind === 'ServiceAccount');
  return moved.map((resource) => ({
    ...resource,
    object: renameSubjects(renameReferences(resource.object, names), accounts),
  }));
}

/** In the order of kustomize's builtin transformers. */
function build(
  target: Target,
  inherited: readonly BuildResource[],
  kustomization = readKustomization(target.files, target.directory),
): BuildResource[] {
  target.warnings.push(...deprecations(kustomization));
  let resources = accumulate(target, kustomization, inherited);
  for (const patch of [...strategicPatches(target, kustomization), ...patchesOf(target, kustomization, 'patches')])
    resources = patched(resources, patch);
  resources = placed(resources, kustomization).map((resource) => ({
    ...resource,
    object: labelled(resource.object, kustomization),
  }));
  for (const patch of patchesOf(target, kustomization, 'patchesJson6902')) resources = patched(resources, patch);
  resources = scaled(resources, kustomization);
  const readYaml = (path: string): JsonValue => {
    const read = yamlToJson(patchFile(target, path) ?? refuse(missingPatch(target, path)));
    return read.ok ? read.value : refuse(read.error);
  };
  return [...replaced(resources, replacementsOf(kustomization, readYaml))];
}

function hashed(resources: readonly BuildResource[]): JsonObject[] {
  const names = new Map<string, string>();
  const objects = resources.map(({ object, needsHash }) => {
    if (!needsHash) return object;
    const name = `${nameOf(object)}-${contentHash(object, '')}`;
    names.set(`${textOf(object.kind)}/${nameOf(object)}`, name);
    return { ...object, metadata: { ...metadataOf(object), name } };
  });
  return objects.map((object) => renameReferences(object, names));
}

/** Annotations are written anew, as text, when kustomize's own are taken out (Resource.RemoveBuildAnnotations). */
function withTextAnnotations(object: JsonObject): JsonObject {
  const metadata = metadataOf(object);
  if (!isJsonObject(metadata.annotations)) return object;
  const texts = Object.entries(metadata.annotations).map(([key, value]): [string, JsonValue] => [
    key,
    typeof value === 'boolean' || typeof value === 'number' ? String(value) : (value ?? null),
  ]);
  return { ...object, metadata: { ...metadata, annotations: Object.fromEntries(texts) } };
}

/** A build's manifests, and what is said on stderr. */
export interface BuiltKustomization {
  readonly text: string;
  readonly warnings: string;
}

/** Why there is no build, and what was said before that. */
export interface BuildFailure {
  readonly text: string;
  readonly warnings: string;
}

/** What `kubectl kustomize DIRECTORY` prints (sigs.k8s.io/kustomize v5.7, the fields that courses use). */
export function buildKustomization(process: Process, directory: string): Result<BuiltKustomization, BuildFailure> {
  const { files } = process.machine;
  const path = resolvePath(process.cwd, directory);
  if (!files.isDirectory(path))
    return fail({
      warnings: '',
      text: files.exists(path)
        ? `must build at directory: '${directory}': file is not directory`
        : `must build at directory: not a valid directory: evalsymlink failure on '${directory}' : lstat ${path}: no such file or directory`,
    });
  const warnings: string[] = [];
  try {
    const kustomization = readKustomization(files, path);
    const objects = hashed(build({ files, directory: path, visited: [], warnings }, [], kustomization));
    const managed = stringsOf(kustomization.buildMetadata).includes('managedByLabel');
    const sorted = inSortOrder(objects.map(withTextAnnotations), kustomization).map((object) =>
      managed ? withLabels(object, { 'app.kubernetes.io/managed-by': 'kustomize-v5.7.1' }, false, false) : object,
    );
    return ok({ text: sorted.map((object) => toYaml(object)).join('---\n'), warnings: warnings.join('') });
  } catch (failure) {
    if (!(failure instanceof KustomizeFailure)) throw failure;
    if (failure.unsupported !== undefined) reportUnsupported(process.machine, failure.unsupported);
    return fail({ text: failure.message, warnings: warnings.join('') });
  }
}
