import {
  compareStrings,
  fail,
  isJsonObject,
  ok,
  reportUnsupported,
  resolvePath,
  type FileSystem,
  type JsonObject,
  type JsonValue,
  type Process,
  type Result,
} from '@seatrial/kernel';
import { toYaml, yamlToJson } from '@seatrial/manifest';
import { goQuote } from '@seatrial/schema';
import { contentHash } from '../generators/name-hash.js';
import { metadataOf, nameOf, objectAt, stringMapAt, textOf } from '../resource/resource-info.js';
import { generated } from './generators.js';
import {
  deprecations,
  KustomizeFailure,
  listOf,
  outsideRoot,
  readKustomization,
  readResourceFile,
  refuse,
  stringsOf,
} from './kustomization.js';
import { renameReferences, renameSubjects } from './name-references.js';
import { replaced, replacementsOf } from './replacements.js';
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

/** kustomize's legacy order: what others need comes first. */
const FIRST = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

const rank = (object: JsonObject): number => {
  const kind = textOf(object.kind);
  const first = FIRST.indexOf(kind);
  return first >= 0 ? first - FIRST.length : LAST.indexOf(kind) + 1;
};

const sortKey = (object: JsonObject): string =>
  `${textOf(object.apiVersion)}/${textOf(object.kind)}/${textOf(metadataOf(object).namespace)}/${nameOf(object)}`;

/** A kustomization being built: where it stands, and what came before it. */
interface Target {
  readonly files: FileSystem;
  readonly directory: string;
  /** The directories whose kustomizations led here. */
  readonly visited: readonly string[];
  readonly warnings: string[];
}

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
  if (path === directory || visited.includes(path) || visited.length > MAX_DEPTH)
    refuse(`${prefix}cycle detected: candidate root '${path}' contains visited root '${path}'`);
  const inner = { ...target, directory: path, visited: [...visited, directory] };
  nested(() => (readKustomization(files, path), []), `${prefix}couldn't make target for path '${path}': `);
  return nested(() => build(inner, inherited), `${prefix}recursed accumulation of path '${path}': `);
}

function accumulate(target: Target, kustomization: JsonObject, inherited: readonly BuildResource[]): BuildResource[] {
  const { files, directory } = target;
  let resources: BuildResource[] = [...inherited];
  const add = (made: readonly BuildResource[], where: string): void => {
    const ids = new Set(resources.map(({ object }) => resourceId(object)));
    for (const one of made) {
      const id = resourceId(one.object);
      if (ids.has(id)) refuse(`${where}may not add resource with an already registered id: ${id}`);
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
    const made = readResourceFile(files, directory, entry).map((object) => named(object, entry, path));
    add(made, `accumulating resources: accumulation err='merging resources from '${entry}': `);
  }
  for (const entry of stringsOf(kustomization.components))
    resources = ofDirectory(target, entry, resolvePath(directory, entry), resources);
  const shared = objectAt(kustomization, 'generatorOptions') ?? {};
  for (const [field, kind] of [
    ['configMapGenerator', 'ConfigMap'],
    ['secretGenerator', 'Secret'],
  ] as const)
    for (const generator of listOf(kustomization[field]))
      merge(resources, generated(files, directory, kind, generator, shared), textOf(generator.behavior));
  return resources;
}

function named(object: JsonObject, entry: string, path: string): BuildResource {
  if (nameOf(object) === '' && !textOf(object.kind).endsWith('List')) {
    const labels = Object.entries(stringMapAt(object, 'metadata', 'labels')).map(([key, value]) => `${key}:${value}`);
    refuse(
      `accumulating resources: accumulation err='accumulating resources from '${entry}': missing metadata.name in object {{${textOf(object.apiVersion)} ${textOf(object.kind)}} {{ } map[${labels.join(' ')}] map[]}}': must build at directory: '${path}': file is not directory`,
    );
  }
  const { namespace } = metadataOf(object);
  return { object, id: nameOf(object), namespace: textOf(namespace) || 'default', needsHash: false };
}

function merge(resources: BuildResource[], made: BuildResource, behavior: string): void {
  const at = resources.findIndex((one) => one.id === made.id && one.object.kind === made.object.kind);
  if (behavior !== 'merge' && behavior !== 'replace') {
    // prettier-ignore
    if (at >= 0) refuse(`merging from generator &{0xc000b1c2d0 <nil>}: id resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", Kind:${goQuote(textOf(made.object.kind))}, isClusterScoped:false}, Name:${goQuote(made.id)}, Namespace:${goQuote(textOf(metadataOf(made.object).namespace))}} exists; behavior must be merge or replace`);
    resources.push(made);
    return;
  }
  if (at < 0) {
    refuse(`id resid ${textOf(made.object.kind)} ${made.id} does not exist; cannot merge or replace`);
    return;
  }
  const old = resources[at];
  const data =
    behavior === 'replace' ? made.object.data : { ...objectAt(old.object, 'data'), ...objectAt(made.object, 'data') };
  resources[at] = { ...old, object: { ...old.object, ...(data === undefined ? {} : { data }) } };
}

type Patch = { readonly text: string; readonly target: JsonObject | undefined };

function patchText(target: Target, entry: JsonObject): string {
  if (typeof entry.path !== 'string') return textOf(entry.patch);
  const read = patchFile(target, entry.path);
  return (
    read ??
    refuse(
      `trouble configuring builtin PatchTransformer with config: \`\n${toYaml(entry)}\`: ${missingPatch(target, entry.path)}`,
    )
  );
}

function patchFile({ files, directory }: Target, path: string): string | undefined {
  const at = resolvePath(directory, path);
  const read = outsideRoot(directory, at) === undefined ? files.readFile(at) : undefined;
  return read?.ok ? read.value : undefined;
}

function missingPatch({ files, directory }: Target, path: string): string {
  const at = resolvePath(directory, path);
  const outside = outsideRoot(directory, at);
  if (outside !== undefined && files.readFile(at).ok)
    return `failed to get the patch file from path(${path}): ${outside}`;
  return `failed to get the patch file from path(${path}): evalsymlink failure on '${at}' : lstat ${at}: no such file or directory`;
}

function strategicPatches(target: Target, kustomization: JsonObject): Patch[] {
  const entries = Array.isArray(kustomization.patchesStrategicMerge) ? kustomization.patchesStrategicMerge : [];
  return entries
    .filter((entry) => typeof entry === 'string')
    .map((entry) => ({
      text: entry.includes('\n') ? entry : (patchFile(target, entry) ?? refuse(missingPatch(target, entry))),
      target: undefined,
    }));
}

const patchesOf = (target: Target, kustomization: JsonObject, field: 'patches' | 'patchesJson6902'): Patch[] =>
  listOf(kustomization[field]).map((entry) => ({ text: patchText(target, entry), target: objectAt(entry, 'target') }));

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
function build(target: Target, inherited: readonly BuildResource[]): BuildResource[] {
  const { files, directory } = target;
  const kustomization = readKustomization(files, directory);
  target.warnings.push(...deprecations(kustomization));
  let resources = accumulate(target, kustomization, inherited);
  for (const { text, target: wanted } of [
    ...strategicPatches(target, kustomization),
    ...patchesOf(target, kustomization, 'patches'),
  ])
    resources = patched(resources, text, wanted);
  resources = placed(resources, kustomization).map((resource) => ({
    ...resource,
    object: labelled(resource.object, kustomization),
  }));
  for (const { text, target: wanted } of patchesOf(target, kustomization, 'patchesJson6902'))
    resources = patched(resources, text, wanted);
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
    const objects = hashed(build({ files, directory: path, visited: [], warnings }, []));
    objects.sort((a, b) => rank(a) - rank(b) || compareStrings(sortKey(a), sortKey(b)));
    return ok({ text: objects.map((object) => toYaml(object)).join('---\n'), warnings: warnings.join('') });
  } catch (failure) {
    if (!(failure instanceof KustomizeFailure)) throw failure;
    if (failure.unsupported !== undefined) reportUnsupported(process.machine, failure.unsupported);
    return fail({ text: failure.message, warnings: warnings.join('') });
  }
}
