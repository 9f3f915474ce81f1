// Manifests in files: apply, create -f, replace, diff, delete -f, kustomize.
import { stringify } from 'yaml';
import { kustomize } from './kustomize.mjs';
import { MANIFEST_KINDS, changed, manifest } from '../manifests.mjs';
import { brokenText, mistaken } from '../yaml-mistakes.mjs';

const KIND_WEIGHTS = Object.fromEntries(
  MANIFEST_KINDS.map((kind) => [kind, ['deployment', 'pod', 'service', 'configmap'].includes(kind) ? 5 : 2]),
);
const toYaml = (object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false });

/** Writes a new file with one to three objects: {name, entries}. */
function newFile(r, world) {
  const count = r.weighted({ 1: 12, 2: 3, 3: 1 });
  const entries = Array.from({ length: Number(count) }, () => {
    const kind = r.weighted(KIND_WEIGHTS);
    return { kind, object: manifest(r, kind, world.newName(kind)) };
  });
  return write(r, world, entries);
}

function write(r, world, entries) {
  const objects = entries.map(({ object }) => (r.chance(0.12) ? mistaken(r, object) : object));
  if (r.chance(0.06)) {
    const list = r.chance(0.5) ? { apiVersion: 'v1', kind: 'List', items: objects } : objects[0];
    return remember(world, world.file('json', `${JSON.stringify(list, null, 2)}\n`), entries);
  }
  const text = objects.map(toYaml).join(r.mostly('---\n', ['--- \n', '---\n---\n', '# next\n---\n', ''], 0.1));
  return remember(world, world.file('yaml', r.chance(0.07) ? brokenText(r, text) : text), entries);
}

function remember(world, name, entries) {
  world.manifests.set(name, entries);
  return name;
}

/** A file that was written before, the same with a change, or a new one. */
function someFile(r, world) {
  const old = [...world.manifests.keys()];
  if (old.length === 0 || r.chance(0.4)) return newFile(r, world);
  const name = r.pick(old);
  if (r.chance(0.4)) return name;
  const entries = world.manifests.get(name).map(({ kind, object }) => ({ kind, object: changed(r, object) }));
  return write(r, world, entries);
}

const APPLY_FLAGS = [
  '--dry-run=client',
  '--dry-run=server',
  '--server-side',
  '--server-side --force-conflicts',
  '--server-side --field-manager=me',
  '--force',
  '--validate=false',
  '--validate=warn',
  '-o name',
  '-o yaml',
  '--prune -l app=web',
  '--prune --all',
  '--overwrite=false',
  '--dry-run=client -o yaml',
  '--dry-run=server -o yaml',
  '-n nowhere',
  '--prune -l app=web --prune-allowlist=core/v1/ConfigMap',
  '--prune',
  '--record',
  '--dry-run=server --server-side',
  '--grace-period=1',
  '--wait',
  '--force-conflicts',
  '--server-side --force',
  '--subresource=status',
];

function apply(r, world) {
  const file = someFile(r, world);
  const flags = r.chance(0.4) ? ` ${r.pick(APPLY_FLAGS)}` : '';
  if (!flags.includes('dry'))
    for (const { kind, object } of world.manifests.get(file)) world.add(kind, object.metadata.name);
  return `kubectl apply ${r.mostly(`-f ${file}`, [`-f missing.yaml`, file, '-f', `-f ${file} -f ${file}`, '-f .', `-l app=web -f ${file}`, `-f - < ${file}`, `view-last-applied -f ${file}`, `set-last-applied -f ${file}`, `set-last-applied -f ${file} --create-annotation`, `view-last-applied -f ${file} -o json`], 0.14)}${flags}${world.space()}`;
}

function createFile(r, world) {
  const file = someFile(r, world);
  for (const { kind, object } of world.manifests.get(file)) world.add(kind, object.metadata.name);
  return `kubectl create -f ${file}${r.weighted({ '': 12, ' --save-config': 2, ' --dry-run=client -o yaml': 1, ' --dry-run=server': 1, ' --validate=false': 1, ' -o name': 1, ' --edit': 0 })}${world.space()}`;
}

const replace = (r, world) =>
  `kubectl replace ${r.mostly(`-f ${someFile(r, world)}`, ['', '-f missing.yaml'], 0.04)}${r.weighted({ '': 10, ' --force': 4, ' --save-config': 1, ' --dry-run=server': 1, ' --dry-run=client': 1, ' --force --grace-period=0': 1, ' --subresource=status': 0.5, ' --cascade=orphan': 0.3, ' -o name': 0.5, ' --grace-period=5': 0.2 })}${world.space()}`;
const diff = (r, world) =>
  `kubectl diff ${r.mostly(`-f ${someFile(r, world)}`, ['', '-f missing.yaml'], 0.05)}${r.weighted({ '': 10, ' --server-side': 1.5, ' --show-managed-fields': 0.4, ' --field-manager=x': 0.3, ' --prune -l app=web': 0.4 })}${world.space()}`;
const deleteFile = (r, world) => {
  const names = [...world.manifests.keys()];
  const file = names.length > 0 ? r.pick(names) : newFile(r, world);
  return `kubectl delete -f ${file}${r.weighted({ '': 8, ' --ignore-not-found': 3, ' --dry-run=client': 1, ' --now': 1, ' -o name': 1, ' --cascade=orphan': 0.5, ' --wait=false': 0.5 })}`;
};
const getFile = (r, world) => {
  const names = [...world.manifests.keys()];
  const file = names.length > 0 ? r.pick(names) : newFile(r, world);
  return `kubectl ${r.pick(['get', 'describe', 'get -o name', 'get -o yaml', 'label x=y', 'annotate note=z --overwrite', 'scale --replicas=2', 'rollout history', 'set image *=nginx', 'patch -p \'{"metadata":{"labels":{"a":"b"}}}\'', 'rollout status --watch=false', 'expose --port=80', 'set env A=b', 'wait --for=delete --timeout=1s', 'wait --for=create --timeout=1s'])} -f ${file}`;
};

export const FILING = {
  apply,
  'create -f': createFile,
  replace,
  diff,
  'delete -f': deleteFile,
  '-f': getFile,
  kustomize,
};
