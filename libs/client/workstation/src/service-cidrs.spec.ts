import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const EXTRA = `apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata: {name: extra}
spec: {cidrs: [10.97.0.0/28]}
`;

it('a further range of services gives addresses out, and stays while one is taken', () => {
  const profile = findProfile('kubeadm');
  invariant(profile, 'the profile exists');
  const workstation = openWorkstation({ profile, seed: 'cidrs', files: { 'extra.yaml': EXTRA } });
  const run = (script: string): string => {
    const { stdout, stderr } = workstation.run(script, { timeoutMs: 300_000 });
    return stdout + stderr;
  };
  const ready = `kubectl get servicecidr extra -o jsonpath='{.status.conditions[0].status} {.status.conditions[0].reason}'`;
  run('kubectl apply -f extra.yaml; sleep 1');
  expect(run(ready)).toBe('True ');
  const service = `kubectl create service clusterip pinned --tcp=80 --dry-run=client -o json | jq '.spec.clusterIP="10.97.0.5"'`;
  expect(run(`${service} | kubectl apply -f -`)).toBe('service/pinned created\n');
  run('kubectl delete servicecidr extra --wait=false; sleep 1');
  expect(run(ready)).toBe('False Terminating');
  run('kubectl delete svc pinned; sleep 12');
  expect(run('kubectl get servicecidr -o name')).toBe('servicecidr.networking.k8s.io/kubernetes\n');
  expect(run(`sed 's#10.97.0.0/28#10.97.0.9/28#' extra.yaml | kubectl apply -f -`)).toContain(
    'spec.cidrs[0]: Invalid value: "10.97.0.9/28": must not have bits set beyond the prefix length',
  );
  expect(run(`kubectl patch servicecidr kubernetes --type=merge -p '{"spec":{"cidrs":["10.98.0.0/16"]}}'`)).toContain(
    'spec.cidrs[0]: Invalid value: "10.98.0.0/16": field is immutable',
  );
});
