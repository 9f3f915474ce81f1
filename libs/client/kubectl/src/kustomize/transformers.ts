import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { yamlToJson } from '@seatrial/manifest';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch, type JsonPatchOperation } from '@seatrial/merge';
import { schemaFor } from '@seatrial/schema';
import { metadataOf, nameOf, stringMapAt, textOf } from '../resource/resource-info.js';
import { refuse } from './kustomization.js';

/** A resource on its way through a build: `id` is the name before prefixes and hashes. */
export interface BuildResource {
  readonly object: JsonObject;
  readonly id: string;
  /** The namespace that it was written with; references to it name that. */
  readonly namespace: string;
  readonly needsHash: boolean;
}

/** `Deployment.v1.apps/name.namespace` (kustomize resid.ResId). */
export function resourceId(object: JsonObject): string {
  const [first, second] = textOf(object.apiVersion).split('/');
  const [group, version] = second === undefined ? ['[noGrp]', first] : [first, second];
  const namespace = textOf(metadataOf(object).namespace) || '[noNs]';
  return `${textOf(object.kind)}.${version}.${group}/${nameOf(object)}.${namespace}`;
}

const CLUSTER_SCOPED = new Set([
  'Namespace',
  'ClusterRole',
  'ClusterRoleBinding',
  'PersistentVolume',
  'StorageClass',
  'PriorityClass',
  'CustomResourceDefinition',
  'IngressClass',
  'Node',
]);

const withMetadata = (object: JsonObject, change: JsonObject): JsonObject => ({
  ...object,
  metadata: { ...metadataOf(object), ...change },
});

export const withNamespace = (object: JsonObject, namespace: string): JsonObject => {
  // A Namespace becomes the one that all are put into (namespaceTransformer's metadata/name).
  if (object.kind === 'Namespace') return withMetadata(object, { name: namespace });
  if (CLUSTER_SCOPED.has(textOf(object.kind)))
    return object.kind === 'ClusterRoleBinding' ? subjectsIn(object, namespace) : object;
  return subjectsIn(withMetadata(object, { namespace }), namespace);
};

function subjectsIn(object: JsonObject, namespace: string): JsonObject {
  if (!Array.isArray(object.subjects)) return object;
  const subjects = object.subjects.map((subject) =>
    isJsonObject(subject) && subject.kind === 'ServiceAccount' && subject.name === 'default'
      ? { ...subject, namespace }
      : subject,
  );
  return { ...object, subjects };
}

/** Sets members of the map at a path; maps on the way are made when `create`. */
function mergeAt(value: JsonObject, path: readonly string[], members: JsonObject, create: boolean): JsonObject {
  if (path.length === 0) return { ...value, ...members };
  const [head, ...rest] = path;
  const next = value[head];
  if (next === undefined && !create) return value;
  return { ...value, [head]: mergeAt(isJsonObject(next) ? next : {}, rest, members, create) };
}

const TEMPLATED = new Set(['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job', 'ReplicationController']);

export function withLabels(object: JsonObject, labels: JsonObject, selectors: boolean, templates: boolean): JsonObject {
  let out = mergeAt(object, ['metadata', 'labels'], labels, true);
  const kind = textOf(object.kind);
  if ((selectors || templates) && TEMPLATED.has(kind))
    out = mergeAt(out, ['spec', 'template', 'metadata', 'labels'], labels, true);
  if ((selectors || templates) && kind === 'CronJob')
    out = mergeAt(out, ['spec', 'jobTemplate', 'spec', 'template', 'metadata', 'labels'], labels, true);
  if (!selectors) return out;
  if (kind === 'Service' || kind === 'ReplicationController') return mergeAt(out, ['spec', 'selector'], labels, true);
  if (['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet'].includes(kind))
    return mergeAt(out, ['spec', 'selector', 'matchLabels'], labels, true);
  return ['Job', 'PodDisruptionBudget'].includes(kind)
    ? mergeAt(out, ['spec', 'selector', 'matchLabels'], labels, false)
    : out;
}

export function withAnnotations(object: JsonObject, annotations: JsonObject): JsonObject {
  const out = mergeAt(object, ['metadata', 'annotations'], annotations, true);
  const kind = textOf(object.kind);
  if (TEMPLATED.has(kind)) return mergeAt(out, ['spec', 'template', 'metadata', 'annotations'], annotations, true);
  return kind === 'CronJob'
    ? mergeAt(out, ['spec', 'jobTemplate', 'spec', 'template', 'metadata', 'annotations'], annotations, true)
    : out;
}

function changedImage(image: string, change: JsonObject): string {
  const match = /^(.*?)(?::([\w][\w.-]*))?(?:@(.+))?$/.exec(image);
  if (!match || match[1] !== textOf(change.name)) return image;
  const name = textOf(change.newName) || match[1];
  const [tag, digest] = [textOf(change.newTag), textOf(change.digest)];
  if (tag !== '' || digest !== '') return name + (tag && `:${tag}`) + (digest && `@${digest}`);
  const suffix = textOf(change.tagSuffix);
  if (suffix !== '') return `${name}:${match[2] ?? ''}${suffix}`;
  return `${name}${match[2] === undefined ? '' : `:${match[2]}`}${match[3] === undefined ? '' : `@${match[3]}`}`;
}

/** Images of all containers, at any depth. */
export function withImages(value: JsonValue, changes: readonly JsonObject[]): JsonValue {
  if (Array.isArray(value)) return value.map((item) => withImages(item, changes));
  if (!isJsonObject(value)) return value;
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const containers = ['containers', 'initContainers'].includes(key) && Array.isArray(item);
    out[key] = containers
      ? item.map((container) =>
          isJsonObject(container) && typeof container.image === 'string'
            ? { ...container, image: changes.reduce((image, change) => changedImage(image, change), container.image) }
            : container,
        )
      : withImages(item, changes);
  }
  return out;
}

const SCALABLE = ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'];

/** Sets replicas by a resource's first or present name; a name that nothing has is refused (ReplicaCountTransformer). */
export function withReplicas(resources: readonly BuildResource[], changes: readonly JsonObject[]): BuildResource[] {
  let scaled = [...resources];
  for (const { name, count } of changes) {
    const chosen = scaled.filter(
      ({ id, object }) => SCALABLE.includes(textOf(object.kind)) && (id === name || metadataOf(object).name === name),
    );
    if (chosen.length === 0) {
      const kinds = SCALABLE.map((kind) => `${kind}.[noVer].[noGrp]`).join(' ');
      refuse(`resource with name ${textOf(name)} does not match a config with the following GVK [${kinds}]`);
    }
    scaled = scaled.map((one) =>
      chosen.includes(one) ? { ...one, object: mergeAt(one.object, ['spec'], { replicas: count }, true) } : one,
    );
  }
  return scaled;
}

function strategic(object: JsonObject, patch: JsonObject): JsonObject {
  const [first, second] = textOf(object.apiVersion).split('/');
  const schema = schemaFor({
    group: second === undefined ? '' : first,
    version: second ?? first,
    kind: textOf(object.kind),
  });
  if (!schema) {
    const merged = applyMergePatch(object, patch);
    return isJsonObject(merged) ? merged : object;
  }
  const result = applyStrategicMergePatch(object, patch, schema);
  return result.ok ? result.value : refuse(result.error);
}

const fits = (pattern: JsonValue | undefined, value: string): boolean => {
  if (typeof pattern !== 'string' || pattern === '') return true;
  const literal = pattern.split('.*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`).test(value);
};

function targets(target: JsonObject, resource: BuildResource): boolean {
  const { object, id } = resource;
  const labels = stringMapAt(object, 'metadata', 'labels');
  const selector = textOf(target.labelSelector);
  return (
    fits(target.kind, textOf(object.kind)) &&
    (fits(target.name, id) || fits(target.name, nameOf(object))) &&
    fits(target.namespace, textOf(metadataOf(object).namespace)) &&
    (selector === '' || selector.split(',').every((pair) => labels[pair.split('=')[0]] === pair.split(/==?/)[1]))
  );
}

/** A patch, what it is for, and what it is called in errors. */
export interface Patch {
  readonly text: string;
  readonly target: JsonObject | undefined;
  readonly source: string;
}

/** Applies one patch (strategic merge or JSON 6902) to the resources that it means. */
export function patched(resources: readonly BuildResource[], { text, target, source }: Patch): BuildResource[] {
  const read = yamlToJson(text);
  if (!read.ok) return refuse(`invalid patch: ${read.error}`);
  const patch = read.value;
  if (Array.isArray(patch)) {
    if (!target) return refuse(`must specify a target for JSON patch ${source}`);
    return resources.map((resource) => {
      if (!targets(target, resource)) return resource;
      const result = applyJsonPatch(resource.object, patch as unknown as JsonPatchOperation[]);
      return result.ok && isJsonObject(result.value)
        ? { ...resource, object: result.value }
        : refuse(result.ok ? 'invalid JSON patch' : result.error);
    });
  }
  if (!isJsonObject(patch)) return refuse(`unable to parse SM or JSON patch from ${source}`);
  // A strategic patch is read as resources are (goyaml v3), operations as the kustomization itself (v2).
  const merged = yamlToJson(text, { ordered: true });
  return merge(resources, merged.ok && isJsonObject(merged.value) ? merged.value : patch, target);
}

/** Merges a strategic patch into the resource that it names, or into those that its target means. */
function merge(
  resources: readonly BuildResource[],
  patch: JsonObject,
  target: JsonObject | undefined,
): BuildResource[] {
  let found = false;
  const out = resources.flatMap((resource) => {
    const same =
      resource.object.kind === patch.kind &&
      resource.object.apiVersion === patch.apiVersion &&
      resource.id === nameOf(patch);
    if (!(target ? targets(target, resource) : same)) return [resource];
    found = true;
    if (patch.$patch === 'delete') return [];
    const { name: _, ...metadata } = metadataOf(patch);
    return [{ ...resource, object: strategic(resource.object, { ...patch, metadata }) }];
  });
  if (!found && !target)
    return refuse(
      `no resource matches strategic merge patch "${resourceId(patch)}": no matches for Id ${resourceId(patch)}; failed to find unique target for patch ${resourceId(patch)}`,
    );
  return out;
}
