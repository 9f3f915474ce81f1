import { findProfile } from '@seatrial/cluster';
import { expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const config = (servers: number): string =>
  `kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n${'- role: control-plane\n'.repeat(servers)}- role: worker\n`;

function create(servers: number) {
  const files = { 'ha.yaml': config(servers) };
  const workstation = openWorkstation({ profile: findProfile('kind')!, seed: 'kind-control-planes', files });
  const run = (command: string) => workstation.run(command, { timeoutMs: 300_000 });
  return { run, created: run('kind create cluster --name ha --config ha.yaml') };
}

const READY = 'kubectl get nodes --no-headers | awk \'{print $1 "=" $2}\'';

it('kind makes several control planes with a balancer in front', () => {
  const { run, created } = create(3);
  expect(created).toMatchObject({ exit: 0, unsupported: [] });
  expect(created.stderr).toMatch(/✓ Preparing nodes 📦 📦 📦 📦 \n[^]*✓ Configuring the external load balancer ⚖️\n/u);
  expect(created.stderr).toMatch(/✓ Joining more control-plane nodes 🎮\n[^]*✓ Joining worker nodes 🚜\n/u);
  expect(run('kind get nodes --name ha').stdout).toBe(
    'ha-control-plane\nha-control-plane2\nha-control-plane3\nha-external-load-balancer\nha-worker\n',
  );
  expect(run('sleep 20; kubectl get pods -n kube-system -l component=etcd --no-headers | wc -l').stdout).toBe('3\n');
  const api = "kubectl config view --minify -o jsonpath='{.clusters[0].cluster.server}'";
  expect(run(`docker port ha-control-plane | grep -c $(${api} | grep -o '[0-9]*$')`).stdout).toBe('0\n');
});

it('the API outlives one of three control planes, not two', () => {
  const { run } = create(3);
  run('sleep 20; docker stop ha-control-plane');
  expect(run(`sleep 60; ${READY}`).stdout).toBe(
    'ha-control-plane=NotReady\nha-control-plane2=Ready\nha-control-plane3=Ready\nha-worker=Ready\n',
  );
  expect(run('docker stop ha-control-plane2; sleep 5; kubectl get nodes')).toMatchObject({ exit: 1 });
  expect(run(`docker start ha-control-plane2; sleep 30; ${READY}`).stdout).toContain('ha-control-plane3=Ready\n');
  expect(run('kubectl --context kind-kind get nodes').exit).toBe(0);
});

it('more than five nobody has on one machine', () => {
  expect(create(7).created).toMatchObject({ exit: 1, unsupported: ['kind create cluster (with 7 control planes)'] });
});

it.each([
  ['minikube', 'minikube start --ha', 'minikube start --ha (this one has 1 control plane)'],
  ['minikube', 'minikube start -p other --ha', 'minikube start -p other (--ha)'],
  ['k3d', 'k3d cluster create other --servers 3', 'k3d cluster create other (--servers=3)'],
])('%s: %s is not simulated', (profile, command, unsupported) => {
  const workstation = openWorkstation({ profile: findProfile(profile)!, seed: 'kind-control-planes' });
  expect(workstation.run(command)).toMatchObject({ exit: 1, unsupported: [unsupported] });
});
