import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;

const URL = 'https://raw.githubusercontent.com/metallb/metallb/v0.15.2/config/manifests/metallb-native.yaml';
const pool = (name: string, addresses: string): string => `apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: {name: ${name}, namespace: metallb-system}
spec: {addresses: [${addresses}]}
`;
const FILES = {
  'pool.yaml': `${pool('first', '172.18.255.200-172.18.255.201')}---
apiVersion: metallb.io/v1beta1
kind: L2Advertisement
metadata: {name: all, namespace: metallb-system}
`,
  'bad.yaml': pool('bad', '10.0.0.0'),
  'twice.yaml': pool('twice', '172.18.255.0/24'),
};

function run(script: string): string {
  const { stdout, stderr } = workstation.run(script, { timeoutMs: 900_000 });
  workstation.settle();
  return stdout + stderr;
}

const messages = (name: string, reason: string): string =>
  run(
    `kubectl get events --field-selector involvedObject.name=${name},reason=${reason} -o jsonpath='{.items[*].message}'`,
  );

const external = (name: string): string =>
  run(`kubectl get svc ${name} -o jsonpath='{.status.loadBalancer.ingress[*].ip}'`);

describe('MetalLB', () => {
  beforeAll(() => {
    const profile = findProfile('kind');
    invariant(profile, 'the profile exists');
    workstation = openWorkstation({ profile, seed: 'metallb', files: FILES });
    run('kubectl create deployment web --image=nginx; kubectl expose deployment web --port=80 --type=LoadBalancer');
  });

  it('is not asked for pools before its webhook answers', () => {
    expect(run(`kubectl apply -f ${URL} >/dev/null; kubectl apply -f pool.yaml 2>&1 | head -1`)).toContain(
      'failed calling webhook "ipaddresspoolvalidationwebhook.metallb.io": failed to call webhook: Post "https://metallb-webhook-service.metallb-system.svc:443/validate-metallb-io-v1beta1-ipaddresspool?timeout=10s": dial tcp ',
    );
    run('kubectl wait -n metallb-system --for=condition=Available deploy/controller --timeout=90s; sleep 10');
    expect(run('kubectl get pods -n metallb-system --no-headers | grep -vc " 1/1 *Running "')).toBe('0\n');
    expect(external('web')).toBe('');
  });

  it('gives addresses of a pool and says which node announces them', () => {
    expect(run('kubectl apply -f pool.yaml')).toBe(
      'ipaddresspool.metallb.io/first created\nl2advertisement.metallb.io/all created\n',
    );
    expect(external('web')).toBe('172.18.255.200');
    expect(messages('web', 'IPAllocated')).toBe('Assigned IP ["172.18.255.200"]');
    expect(messages('web', 'nodeAssigned')).toMatch(/^announcing from node "[a-z0-9-]+" with protocol "layer2"$/);
    expect(run("kubectl get svc web -o jsonpath='{.metadata.annotations}'")).toContain(
      '"metallb.io/ip-allocated-from-pool":"first"',
    );
    expect(run('kubectl get ipaddresspools -n metallb-system')).toBe(
      'NAME    AUTO ASSIGN   AVOID BUGGY IPS   ADDRESSES\nfirst   true          false             ["172.18.255.200-172.18.255.201"]\n',
    );
  });

  it('keeps services waiting when the pool is exhausted, until one gives its address back', () => {
    run('kubectl expose deployment web --port=80 --type=LoadBalancer --name=two');
    run('kubectl expose deployment web --port=80 --type=LoadBalancer --name=three');
    expect([external('two'), external('three')]).toEqual(['172.18.255.201', '']);
    expect(messages('three', 'AllocationFailed')).toBe('Failed to allocate IP for "default/three": no available IPs');
    run('kubectl delete svc two');
    expect(external('three')).toBe('172.18.255.201');
  });

  it.each([
    ['metallb.io/loadBalancerIPs=10.9.9.9', '["10.9.9.9"] is not allowed in config'],
    ['metallb.io/address-pool=second', 'unknown pool "second"'],
  ])('refuses what no pool has: %s', (annotation, why) => {
    run(
      `kubectl create service loadbalancer asked --tcp=80 --dry-run=client -o yaml | kubectl annotate -f - --local -o yaml ${annotation} | kubectl apply -f -`,
    );
    expect(messages('asked', 'AllocationFailed')).toContain(`Failed to allocate IP for "default/asked": ${why}`);
    run('kubectl delete svc asked; kubectl delete events --all');
  });

  it('refuses pools that are wrong or overlap', () => {
    expect(run('kubectl apply -f bad.yaml')).toContain(
      'admission webhook "ipaddresspoolvalidationwebhook.metallb.io" denied the request: parsing address pool bad: invalid CIDR "10.0.0.0" in pool "bad": invalid CIDR "10.0.0.0"\n',
    );
    expect(run('kubectl apply -f twice.yaml')).toContain(
      'CIDR "172.18.255.0/24" in pool "twice" overlaps with already defined CIDR "172.18.255.200/31"\n',
    );
  });
});
