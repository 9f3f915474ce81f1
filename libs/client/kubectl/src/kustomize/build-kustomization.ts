import {
  compareStrings,
  fail,
  isJsonObject,
  ok,
  reportUnsupported,
  resolvePath,
  type FileSystem,
  type JsonObject,
  type Process,
  type Result,
} from '@seatrial/kernel';
import { toYaml } from '@seatrial/manifest';
import { contentHash } from '../generators/name-hash.js';
import { metadataOf, nameOf, objectAt, textOf } from '../resource/resource-info.js';
import { generated } from './generators.js';
import {
  deprecations,
  KustomizeFailure,
  listOf,
  readKustomization,
  readResourceFile,
  refuse,
  stringsOf,
} from './kustomization.js';
import { renameReferences } from './name-references.js';
import {
  patched,
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

function accumulate(
  files: FileSystem,
  directory: string,
  kustomization: JsonObject,
  depth: number,
  warnings: string[],
): BuildResource[] {
  const resources: BuildResource[] = [];
  for (const entry of [
    ...stringsOf(kustomization.resources),
    ...stringsOf(kustomization.bases),
    ...stringsOf(kustomization.components),
  ]) {
    const path = resolvePath(directory, entry);
    if (files.isDirectory(path)) {
      resources.push(...build(files, path, depth + 1, warnings));
      continue;
    }
    if (/^https?:\/\//.test(entry)) refuse(`accumulating resources: remote resource ${entry} is not available`);
    for (const object of readResourceFile(files, directory, entry))
      resources.push({ object, id: nameOf(object), needsHash: false });
  }
  const shared = objectAt(kustomization, 'generatorOptions') ?? {};
  for (const [field, kind] of [
    ['configMapGenerator', 'ConfigMap'],
    ['secretGenerator', 'Secret'],
  ] as const)
    for (const generator of listOf(kustomization[field]))
      merge(resources, generated(files, directory, kind, generator, shared), textOf(generator.behavior));
  return resources;
}

function merge(resources: BuildResource[], made: BuildResource, behavior: string): void {
  const at = resources.findIndex((one) => one.id === made.id && one.object.kind === made.object.kind);
  if (behavior !== 'merge' && behavior !== 'replace') {
    if (at >= 0) refuse(`merging from generator: id resid.ResId already exists: ${made.id}`);
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

function patchesOf(
  files: FileSystem,
  directory: string,
  kustomization: JsonObject,
): { text: string; target: JsonObject | undefined }[] {
  const file = (path: string): string => {
    const read = files.readFile(resolvePath(directory, path));
    return read.ok
      ? read.value
      : refuse(
          `failed to get the patch file from path(${path}): evalsymlink failure on '${resolvePath(directory, path)}' : lstat ${resolvePath(directory, path)}: no such file or directory`,
        );
  };
  const strategic = Array.isArray(kustomization.patchesStrategicMerge) ? kustomization.patchesStrategicMerge : [];
  return [
    ...[...listOf(kustomization.patches), ...listOf(kustomization.patchesJson6902)].map((entry) => ({
      text: typeof entry.path === 'string' ? file(entry.path) : textOf(entry.patch),
      target: objectAt(entry, 'target'),
    })),
    ...strategic
      .filter((entry) => typeof entry === 'string')
      .map((entry) => ({ text: entry.includes('\n') ? entry : file(entry), target: undefined })),
  ];
}

function transformed(object: JsonObject, resource: BuildResource, kustomization: JsonObject): JsonObject {
  let out = withReplicas({ ...resource, object }, listOf(kustomization.replicas));
  const namespace = textOf(kustomization.namespace);
  if (namespace !== '') out = withNamespace(out, namespace);
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
  if (annotations) out = withAnnotations(out, annotations);
  const images = withImages(out, listOf(kustomization.images));
  return isJsonObject(images) ? images : out;
}

const UNPREFIXED = new Set(['CustomResourceDefinition', 'APIService', 'Namespace']);

function build(files: FileSystem, directory: string, depth: number, warnings: string[]): BuildResource[] {
  if (depth > MAX_DEPTH) refuse(`cycle detected: candidate root '${directory}'`);
  const kustomization = readKustomization(files, directory);
  warnings.push(...deprecations(kustomization));
  let resources = accumulate(files, directory, kustomization, depth, warnings);
  for (const { text, target } of patchesOf(files, directory, kustomization))
    resources = patched(resources, text, target);
  const prefix = textOf(kustomization.namePrefix);
  const suffix = textOf(kustomization.nameSuffix);
  const names = new Map<string, string>();
  resources = resources.map((resource) => {
    const object = transformed(resource.object, resource, kustomization);
    if ((prefix === '' && suffix === '') || UNPREFIXED.has(textOf(object.kind))) return { ...resource, object };
    const name = `${prefix}${nameOf(object)}${suffix}`;
    names.set(`${textOf(object.kind)}/${nameOf(object)}`, name);
    return { ...resource, object: { ...object, metadata: { ...metadataOf(object), name } } };
  });
  return resources.map((resource) => ({ ...resource, object: renameReferences(resource.object, names) }));
}

function hashed(resources: readonly BuildResource[]): JsonObject[] {
  const names = new Map<string, string>();
  const objects = resources.map(({ object, needsHash }) => {
    if (!needsHash) return object;
    const name = `${nameOf(object)}-${contentHash(object)}`;
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

/** What `kubectl kustomize DIRECTORY` prints (sigs.k8s.io/kustomize v5.7, the fields that courses use). */
export function buildKustomization(process: Process, directory: string): Result<BuiltKustomization, string> {
  const { files } = process.machine;
  const path = resolvePath(process.cwd, directory);
  if (!files.isDirectory(path))
    return fail(
      files.exists(path)
        ? `must build at directory: '${path}': file is not directory`
        : `must build at directory: not a valid directory: evalsymlink failure on '${directory}' : lstat ${path}: no such file or directory`,
    );
  try {
    const warnings: string[] = [];
    const objects = hashed(build(files, path, 0, warnings));
    objects.sort((a, b) => rank(a) - rank(b) || compareStrings(sortKey(a), sortKey(b)));
    return ok({ text: objects.map((object) => toYaml(object)).join('---\n'), warnings: warnings.join('') });
  } catch (failure) {
    if (!(failure instanceof KustomizeFailure)) throw failure;
    if (failure.unsupported !== undefined) reportUnsupported(process.machine, failure.unsupported);
    return fail(failure.message);
  }
}
