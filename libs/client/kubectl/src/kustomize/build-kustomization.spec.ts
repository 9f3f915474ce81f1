import { FileSystem, type Process } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { buildKustomization } from './build-kustomization.js';

function processWith(entries: Readonly<Record<string, string>>): Process {
  const files = new FileSystem({ now: () => 0 });
  for (const [path, text] of Object.entries(entries)) {
    files.makeDirectories(path.slice(0, path.lastIndexOf('/')));
    files.writeFile(path, text);
  }
  return { cwd: '/work', machine: { files, facility: () => undefined } } as unknown as Process;
}

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: "nginx:1"}]}\n';

describe('buildKustomization', () => {
  it('prefixes, labels and retags', () => {
    const built = buildKustomization(
      processWith({
        '/work/k/pod.yaml': POD,
        '/work/k/kustomization.yaml':
          'resources: [pod.yaml]\nnamePrefix: a-\nlabels: [{pairs: {x: z}}]\nimages: [{name: nginx, newTag: "2"}]\n',
      }),
      'k',
    );
    expect(built).toEqual({
      ok: true,
      value: {
        text: 'apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    x: z\n  name: a-web\nspec:\n  containers:\n  - image: nginx:2\n    name: c\n',
        warnings: '',
      },
    });
  });

  it('takes old words for true and false as text, in resources and strategic patches', () => {
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n';
    const built = buildKustomization(
      processWith({
        '/work/k/cm.yaml': `${map}data: {n: y, o: off, z: 010}\n`,
        '/work/k/p.yaml': `${map}data: {p: on}\n`,
        '/work/k/kustomization.yaml': 'resources: [cm.yaml]\npatches: [{path: p.yaml}]\n',
      }),
      'k',
    );
    expect(built.ok && built.value.text).toBe(
      'apiVersion: v1\ndata:\n  "n": "y"\n  o: "off"\n  p: "on"\n  z: 8\nkind: ConfigMap\nmetadata:\n  name: c\n',
    );
  });

  it('makes a Namespace the one that all are put into', () => {
    const built = buildKustomization(
      processWith({
        '/work/k/ns.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: foo}\n',
        '/work/k/kustomization.yaml': 'resources: [ns.yaml]\nnamePrefix: a-\nnamespace: dev\n',
      }),
      'k',
    );
    expect(built.ok && built.value.text).toBe('apiVersion: v1\nkind: Namespace\nmetadata:\n  name: dev\n');
  });

  it.each([
    ['', '', /^ {2}name: g-[a-z0-9]{10}$/m],
    ['', ', options: {disableNameSuffixHash: true}', /^ {2}name: g$/m],
    [', options: {disableNameSuffixHash: true}', '', /^ {2}name: g$/m],
  ])('a merged generator hashes when both do (%s%s)', (base, own, name) => {
    const built = buildKustomization(
      processWith({
        '/work/b/kustomization.yaml': `configMapGenerator: [{name: g, literals: [a=1]${base}}]\n`,
        '/work/k/kustomization.yaml': `resources: [../b]\nconfigMapGenerator: [{name: g, behavior: merge, literals: [b=1]${own}}]\n`,
      }),
      'k',
    );
    expect(built.ok && built.value.text).toMatch(name);
  });

  it.each([
    ['an unknown field', 'resource: [x]\n', 'invalid Kustomization: json: unknown field "resource"'],
    [
      'replicas of nothing',
      'replicas: [{name: app, count: 2}]\n',
      'resource with name app does not match a config with the following GVK [Deployment.[noVer].[noGrp] StatefulSet.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] ReplicationController.[noVer].[noGrp]]',
    ],
    [
      'a member of another type',
      'images: [{name: a, newTag: 1.5}]\n',
      'invalid Kustomization: json: cannot unmarshal number into Go struct field Image.images.newTag of type string',
    ],
    [
      'a member of an embedded struct',
      'configMapGenerator: [{literals: x}]\n',
      'invalid Kustomization: json: cannot unmarshal string into Go struct field ConfigMapArgs.configMapGenerator.GeneratorArgs.KvPairSources.literals of type []string',
    ],
    [
      'a list of another type',
      'labels: {a: b}\n',
      'invalid Kustomization: json: cannot unmarshal object into Go struct field Kustomization.labels of type []types.Label',
    ],
    [
      'a number with a fraction',
      'replicas: [{name: a, count: 1.5}]\n',
      'invalid Kustomization: json: cannot unmarshal number 1.5 into Go struct field Replica.replicas.count of type int64',
    ],
    [
      'a selector',
      'patches: [{target: {kind: 1}}]\n',
      'invalid Kustomization: json: cannot unmarshal number into Go struct field Selector.patches.target.ResId.Gvk.kind of type string',
    ],
    [
      'an unknown member',
      'configMapGenerator: [{name: a, literal: []}]\n',
      'invalid Kustomization: json: unknown field "literal"',
    ],
    ['nothing but nulls', 'namespace: ~\n', 'kustomization.yaml is empty'],
    [
      'another version',
      'apiVersion: v1\nresources: []\n',
      'Failed to read kustomization file under /work/k:\napiVersion for Kustomization should be kustomize.config.k8s.io/v1beta1',
    ],
    ['a generator without a name', 'configMapGenerator: [{literals: [a=1]}]\n', 'a configmap must have a name'],
    [
      'a key twice',
      'configMapGenerator: [{name: c, literals: [a=1, a=2]}]\n',
      'configmap c illegally repeats the key `a`',
    ],
    [
      'a literal without a value',
      'configMapGenerator: [{name: c, literals: [a, b=2]}]\n',
      'loading KV pairs: literal sources [a b=2]: invalid literal source a, expected key=value',
    ],
    [
      'a patch without a target',
      'patches: [{patch: \'[{"op":"remove","path":"/a"}]\'}]\n',
      'must specify a target for JSON patch [patch: "[{\\"op\\":\\"remove\\",\\"path\\":\\"/a\\"}]"]',
    ],
    [
      'an empty patch',
      'patches: [{target: {kind: Pod}}]\n',
      'trouble configuring builtin PatchTransformer with config: `\ntarget:\n  kind: Pod\n`: must specify one of patch and path in\ntarget:\n  kind: Pod\n',
    ],
    [
      'its own folder',
      'resources: [..]\n',
      "accumulating resources: accumulation err='accumulating resources from '..': '/work' must resolve to a file': cycle detected: candidate root '/work' contains visited root '/work/k'",
    ],
    [
      'no such order',
      'resources: []\nsortOptions: {order: up}\n',
      "the field 'sortOptions.order' must be one of [fifo, legacy]",
    ],
    ['a field that is not simulated', 'transformers: []\n', "the kustomization's field transformers is not simulated"],
  ])('%s', (_, text, error) => {
    expect(buildKustomization(processWith({ '/work/k/kustomization.yaml': text }), 'k')).toMatchObject({
      ok: false,
      error: { text: error },
    });
  });

  it('names generated objects by their content, lets components patch, and replaces', () => {
    const built = buildKustomization(
      processWith({
        '/work/k/pod.yaml': POD,
        '/work/c/kustomization.yaml':
          'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{target: {kind: Pod}, patch: \'[{"op":"add","path":"/spec/nodeName","value":"n"}]\'}]\n',
        '/work/k/kustomization.yaml':
          'resources: [pod.yaml]\ncomponents: [../c]\nnamePrefix: z-\nconfigMapGenerator: [{name: c1, literals: [a=b]}]\n' +
          'replacements: [{source: {kind: Pod, fieldPath: spec.nodeName}, targets: [{select: {kind: ConfigMap}, fieldPaths: ["metadata.annotations.node"], options: {create: true}}]}]\n',
      }),
      'k',
    );
    expect(built.ok && built.value.text).toBe(
      'apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  annotations:\n    node: "n"\n  name: z-c1-4h2mbtbbt6\n---\n' +
        'apiVersion: v1\nkind: Pod\nmetadata:\n  name: z-web\nspec:\n  containers:\n  - image: nginx:1\n    name: c\n  nodeName: "n"\n',
    );
  });

  it('says which fields are old', () => {
    const built = buildKustomization(
      processWith({ '/work/k/pod.yaml': POD, '/work/k/kustomization.yaml': 'bases: []\nresources: [pod.yaml]\n' }),
      'k',
    );
    expect(built.ok && built.value.warnings).toMatch(/^# Warning: 'bases' is deprecated\. Please use 'resources'/);
  });
});
