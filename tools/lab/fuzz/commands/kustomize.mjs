// Kustomizations, some of which are wrong.
import { stringify } from 'yaml';
import { manifest } from '../manifests.mjs';
import { brokenText } from '../yaml-mistakes.mjs';

const toYaml = (object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false });

/** What applies to all resources. */
const common = (r) => ({
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
});

/** What applies to the first resource. */
const aimed = (r, first) => ({
  ...(r.chance(0.2) && { replicas: [{ name: first.metadata.name, count: 4 }] }),
  ...(r.chance(0.25) && {
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
});

/** Writes a folder and names it. */
function kustomization(r, world) {
  const folder = `k${r.int(1, 9999)}`;
  const kinds = ['deployment', 'service', 'configmap'];
  const resources = r.some(kinds, 0.6).map((kind) => {
    const object = manifest(r, kind, world.newName(kind));
    const name = `${kind}.yaml`;
    world.files[`${folder}/${name}`] = toYaml(object);
    return { kind, object, name };
  });
  const fields = {
    resources: r.mostly(
      resources.map(({ name }) => name),
      [['missing.yaml'], undefined, 'deployment.yaml'],
    ),
    ...common(r),
    ...(resources.length > 0 && aimed(r, resources[0].object)),
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
/** `kubectl kustomize` and what takes `-k`. */
export const kustomize = (r, world) =>
  `kubectl ${r.weighted({ kustomize: 6, 'apply -k': 4, 'diff -k': 1, 'delete -k': 1, 'create -k': 1, 'get -k': 1, 'apply -k --dry-run=server': 0.3, 'apply --server-side -k': 0.5, 'replace -k': 0.3 })} ${kustomization(r, world)}${r.mostly('', ['/'])}`;
