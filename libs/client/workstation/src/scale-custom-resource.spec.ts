import { findProfile } from '@seatrial/cluster';
import { expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const DEFINITION = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gizmos.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: gizmos, singular: gizmo, kind: Gizmo}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
    subresources:
      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.selector}
`;

const SCALED = `
apiVersion: example.com/v1
kind: Gizmo
metadata: {name: one}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: gizmos}
spec:
  scaleTargetRef: {apiVersion: example.com/v1, kind: Gizmo, name: one}
  maxReplicas: 3
`;

it('an autoscaler says why it has no scale of a custom resource', () => {
  const profile = findProfile('kubeadm');
  if (!profile) throw new Error('no profile');
  const workstation = openWorkstation({
    profile,
    seed: 'gizmos',
    files: { 'crd.yaml': DEFINITION, 'scaled.yaml': SCALED },
  });
  workstation.run(
    'kubectl apply -f crd.yaml; sleep 3; kubectl apply -f scaled.yaml; sleep 35; kubectl delete -f crd.yaml; sleep 75',
  );
  const { stdout } = workstation.run('sleep 40; kubectl events --for hpa/gizmos | grep FailedGetScale');
  const message = (why: string): RegExp =>
    new RegExp(`FailedGetScale .* ${why.replaceAll('(', '\\(').replaceAll(')', '\\)')}\n`);
  expect(stdout).toMatch(message('Internal error occurred: the spec replicas field ".spec.replicas" does not exist'));
  expect(stdout).toMatch(message('the server could not find the requested resource (get gizmos.example.com one)'));
  expect(stdout).toMatch(message('no matches for kind "Gizmo" in group "example.com"'));
});
