import { findProfile } from '@seatrial/cluster';
import { expect, it } from 'vitest';
import { openWorkstation } from './index.js';

const CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: boats.sea.example.com }
spec:
  group: sea.example.com
  scope: Namespaced
  names: { plural: boats, singular: boat, kind: Boat, shortNames: [bt] }
  versions:
    - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }
`;

it('kubectl remembers what a server offered until it misses something', () => {
  const profile = findProfile('kubeadm');
  if (!profile) throw new Error('no profile');
  const workstation = openWorkstation({ profile, seed: 'discovery', files: { 'crd.yaml': CRD } });
  const say = (command: string): string => {
    const { stdout, stderr } = workstation.run(command);
    workstation.settle();
    return stdout + stderr;
  };
  say('kubectl apply -f crd.yaml');
  expect(say('kubectl get bt')).toBe('No resources found in default namespace.\n');
  say('kubectl delete crd boats.sea.example.com');
  const gone = 'the server could not find the requested resource';
  expect(say('kubectl get boats')).toBe(
    `Error from server (NotFound): Unable to list "sea.example.com/v1, Resource=boats": ${gone} (get boats.sea.example.com)\n`,
  );
  expect(say('kubectl get boat anna')).toBe(`Error from server (NotFound): ${gone} (get boats.sea.example.com anna)\n`);
  expect(say('kubectl get nothing')).toBe('error: the server doesn\'t have a resource type "nothing"\n');
  expect(say('kubectl get boats')).toBe('error: the server doesn\'t have a resource type "boats"\n');
});
