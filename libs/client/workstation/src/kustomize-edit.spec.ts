import { findProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const HEAD = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
const FILES = {
  'kustomization.yaml': 'resources: []\n',
  'web.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {b: c}}\nspec: {template: {spec: {containers: [{name: a, image: b}]}}}\n', // prettier-ignore
  'patch.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n',
  'old.yaml': 'resources:\n- web.yaml\ncommonLabels:\n  app: x\npatchesStrategicMerge:\n- patch.yaml\n- |-\n  apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: web, labels: {z: y}}\n', // prettier-ignore
  'made.yaml':
    'configMapGenerator:\n- name: x\n  literals: [a=b, c=d]\ngeneratorOptions: {disableNameSuffixHash: true}\n',
  'f.txt': 'text\n',
};
const open = () => openWorkstation({ profile: findProfile('kubeadm')!, seed: 'kustomize-edit', files: FILES });

/** What `kustomize edit` leaves, as kustomize 5.7.1 left it. */
describe('kustomize edit', () => {
  it.each([
    [
      'add configmap cm --from-literal=a=b --from-file=x=f.txt --disableNameSuffixHash',
      'configMapGenerator:\n- files:\n  - x=f.txt\n  literals:\n  - a=b\n  name: cm\n  options:\n    disableNameSuffixHash: true\n',
    ],
    ['add secret s --from-literal=a=b', 'secretGenerator:\n- literals:\n  - a=b\n  name: s\n  type: Opaque\n'],
    [
      'add patch --path patch.yaml --kind Deployment --name web',
      'patches:\n- path: patch.yaml\n  target:\n    kind: Deployment\n    name: web\n',
    ],
    ['add transformer web.yaml', 'transformers:\n- web.yaml\n'],
    ['add generator web.yaml', 'generators:\n- web.yaml\n'],
    ['add buildmetadata managedByLabel', 'buildMetadata:\n- managedByLabel\n'],
  ])('%s', (words, fields) => {
    const result = open().run(`kustomize edit ${words}; cat kustomization.yaml`);
    expect(result).toMatchObject({ stdout: HEAD + fields, stderr: '', exit: 0, unsupported: [] });
  });

  it('changes and removes what makes ConfigMaps', () => {
    const workstation = open();
    const set = workstation.run('mv made.yaml kustomization.yaml; kustomize edit set configmap x --from-literal=c=e; cat kustomization.yaml'); // prettier-ignore
    expect(set.stdout).toContain(
      '- literals:\n  - a=b\n  - c=e\n  name: x\n  options:\n    disableNameSuffixHash: true\n',
    );
    const removed = workstation.run('kustomize edit remove configmap x,y; cat kustomization.yaml');
    expect(removed.stdout).not.toContain('configMapGenerator');
    expect(removed.stderr).toMatch(/^\d{4}\/.* configmap y doesn't exist in kustomization file\n$/);
  });

  it('fixes the fields of earlier releases', () => {
    const { stdout, stderr, unsupported } = open().run('mv old.yaml kustomization.yaml; kustomize edit fix; cat kustomization.yaml'); // prettier-ignore
    expect(stdout).toMatch(/^\nFixed fields:\n {2}patchesJson6902 -> patches\n/);
    expect(stdout.slice(stdout.indexOf('resources:'))).toBe(
      `resources:\n- web.yaml\n${HEAD}labels:\n- includeSelectors: true\n  pairs:\n    app: x\npatches:\n- path: patch.yaml\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web, labels: {z: y}}\n`,
    );
    expect(stderr).toMatch(/^# Warning: 'commonLabels' is deprecated\./);
    expect(unsupported).toEqual([]);
  });

  it.each([
    ['add configmap cm', 'failed to validate flags: at least from-env-file, or from-file or from-literal must be set'],
    ['add configmap cm --from-literal=a', 'failed to create configmap: loading KV pairs: literal sources [a]: invalid literal source a, expected key=value'], // prettier-ignore
    ['set configmap q --from-literal=a=b', 'failed to create configmap: could not set new ConfigMap value: unable to find ConfigMap with name "q"'], // prettier-ignore
    ['remove secret s', 'no specified secret(s) were found in the kustomization.yaml file'],
    ['add patch', 'must provide either patch or path'],
    ['add buildmetadata q', 'invalid buildMetadata option: q'],
    ['add base nowhere', 'nowhere does not exist'],
  ])('%s fails', (words, error) => {
    const { stderr, exit } = open().run(`kustomize edit ${words}`);
    expect({ first: stderr.split('\n')[0], exit }).toEqual({ first: `Error: ${error}`, exit: 1 });
    expect(stderr).toContain(`\nUsage:\n  kustomize edit ${words.split(' ').slice(0, 2).join(' ')}`);
  });

  it('groups print their help', () => {
    expect(open().run('kustomize edit add').stdout).toMatch(/^Adds an item to the kustomization file\n\nUsage:\n/);
  });
});
