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

  it.each([
    ['an unknown field', 'resource: [x]\n', 'invalid Kustomization: json: unknown field "resource"'],
    [
      'replicas of nothing',
      'replicas: [{name: app, count: 2}]\n',
      'resource with name app does not match a config with the following GVK [Deployment.[noVer].[noGrp] StatefulSet.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] ReplicationController.[noVer].[noGrp]]',
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
