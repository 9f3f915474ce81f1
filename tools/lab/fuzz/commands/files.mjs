// Manifests in files: apply, create -f, replace, diff, delete -f, kustomize.
import { stringify } from 'yaml';
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

function kustomization(r, world) {
  const folder = `k${r.int(1, 9999)}`;
  const kinds = ['deployment', 'service', 'configmap'];
  const resources = r.some(kinds, 0.6).map((kind) => {
    const object = manifest(r, kind, world.newName(kind));
    const name = `${kind}.yaml`;
    world.files[`${folder}/${name}`] = toYaml(object);
    return { kind, object, name };
  });
  const first = resources[0]?.object;
  const fields = {
    resources: r.mostly(
      resources.map(({ name }) => name),
      [['missing.yaml'], undefined, 'deployment.yaml'],
    ),
    ...(r.chance(0.3) && { namePrefix: r.mostly('dev-', [1]) }),
    ...(r.chance(0.2) && { nameSuffix: '-v2' }),
    ...(r.chance(0.2) && { namespace: 'dev' }),
    ...(r.chance(0.25) && { commonLabels: { env: 'dev' } }),
    ...(r.chance(0.25) && {
      labels: [
        {
          pairs: { team: 'a' },
          ...(r.chance(0.5) && { includeSelectors: true }),
          ...(r.chance(0.3) && { includeTemplates: true }),
        },
      ],
    }),
    ...(r.chance(0.2) && { commonAnnotations: { note: r.mostly('x', [1]) } }),
    ...(r.chance(0.4) && {
      configMapGenerator: [
        {
          name: 'conf',
          literals: r.mostly(['A=1', 'B=2'], [['A'], ['A=1', 'A=2']]),
          ...(r.chance(0.1) && { behavior: 'merge' }),
        },
      ],
    }),
    ...(r.chance(0.2) && {
      secretGenerator: [{ name: 'sec', literals: ['password=x'], ...(r.chance(0.3) && { type: 'Opaque' }) }],
    }),
    ...(r.chance(0.2) && {
      generatorOptions: { disableNameSuffixHash: true, ...(r.chance(0.3) && { labels: { gen: 'yes' } }) },
    }),
    ...(r.chance(0.3) && {
      images: [
        {
          name: r.pick(['nginx', 'redis']),
          newTag: r.mostly('1.28', [1.28]),
          ...(r.chance(0.3) && { newName: 'my/nginx' }),
        },
      ],
    }),
    ...(r.chance(0.2) && first && { replicas: [{ name: first.metadata.name, count: 4 }] }),
    ...(r.chance(0.25) &&
      first && {
        patches: [
          {
            ...(r.chance(0.7) && { target: { kind: first.kind } }),
            patch: r.pick([
              `- op: add\n  path: /metadata/labels/p\n  value: q\n`,
              `apiVersion: ${first.apiVersion}\nkind: ${first.kind}\nmetadata:\n  name: ${first.metadata.name}\n  annotations:\n    patched: "yes"\n`,
              '- op: replace\n  path: /spec/nope/x\n  value: 1\n',
            ]),
          },
        ],
      }),
    ...(r.chance(0.05) && { bases: ['../base'] }),
    ...(r.chance(0.05) && { unknown: true }),
  };
  for (const { kind, object } of resources)
    world.add(kind, `${fields.namePrefix ?? ''}${object.metadata.name}${fields.nameSuffix ?? ''}`);
  const text = toYaml({
    ...(r.chance(0.7) && { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' }),
    ...fields,
  });
  world.files[`${folder}/${r.mostly('kustomization.yaml', ['kustomization.yml', 'kustomize.yaml'])}`] = r.chance(0.05)
    ? brokenText(r, text)
    : text;
  return folder;
}
const kustomize = (r, world) =>
  `kubectl ${r.weighted({ kustomize: 6, 'apply -k': 4, 'diff -k': 1, 'delete -k': 1, 'create -k': 1, 'get -k': 1, 'apply -k --dry-run=server': 0.3, 'apply --server-side -k': 0.5, 'replace -k': 0.3 })} ${kustomization(r, world)}${r.mostly('', ['/'])}`;

export const FILING = {
  apply,
  'create -f': createFile,
  replace,
  diff,
  'delete -f': deleteFile,
  '-f': getFile,
  kustomize,
};
