import { configureProfile, findProfile, type ClusterSettings } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const ETCDCTL =
  'sudo etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key';

function open(profileName: string, settings: ClusterSettings) {
  const profile = configureProfile(findProfile(profileName)!, settings);
  if (!profile.ok) throw new Error(profile.error);
  const workstation = openWorkstation({ profile: profile.value, seed: 'control-planes', files: {} });
  const { cluster } = workstation;
  const nodes = profile.value.nodes.map(({ name }) => name);
  const wait = (seconds: number) => {
    cluster.simulation.runUntil(cluster.simulation.now() + seconds * 1000);
  };
  return {
    cluster,
    nodes,
    run: (script: string) => {
      const result = workstation.run(script);
      workstation.settle();
      return result;
    },
    lose: (index: number) => {
      cluster.network.setNodeReachable(nodes[index], false);
      cluster.kubelets.get(nodes[index])!.powerOff();
      wait(60);
    },
    bringBack: (index: number) => {
      cluster.network.setNodeReachable(nodes[index], true);
      cluster.kubelets.get(nodes[index])!.start();
      wait(30);
    },
  };
}

describe('three control planes', () => {
  const { run, lose, bringBack } = open('kubeadm', { controlPlanes: 3, workers: 1 });

  it('keeps the API without one of them', () => {
    expect(run('kubectl config view -o jsonpath={.clusters[0].cluster.server}').stdout).toMatch(
      /^https:\/\/[a-z].*:6443$/,
    );
    lose(2);
    expect(run('kubectl create deployment web --image=nginx')).toMatchObject({ exit: 0 });
    expect(run('kubectl get nodes').stdout).toMatch(/node1 +Ready[^]*node3 +NotReady/);
    expect(run("kubectl get endpointslice kubernetes -o jsonpath='{.endpoints[*].addresses}'").stdout).toBe(
      '["172.18.0.2","172.18.0.3"]',
    );
    expect(run(`${ETCDCTL} member list`).stdout).toMatch(
      /^[0-9a-f]{16}, started, node1, https:\/\/172\.18\.0\.2:2380, /m,
    );
  });

  it('refuses everything that needs etcd without its quorum, in etcd’s words', () => {
    lose(1);
    const refused = run('kubectl create deployment other --image=nginx');
    expect(refused).toMatchObject({
      exit: 1,
      stderr: 'error: failed to create deployment: etcdserver: request timed out\n',
    });
    expect(run('kubectl get nodes')).toMatchObject({
      exit: 1,
      stderr: 'Error from server: etcdserver: request timed out\n',
    });
    expect(run(`${ETCDCTL} endpoint status -w table`).stdout).toMatch(/\| etcdserver: no leader \|/);
    expect(run(`${ETCDCTL} endpoint health`)).toMatchObject({
      exit: 1,
      stderr:
        'https://127.0.0.1:2379 is unhealthy: failed to commit proposal: context deadline exceeded\nError: unhealthy cluster\n',
    });
  });

  it('recovers when a member comes back', () => {
    bringBack(1);
    expect(run('kubectl get nodes').stdout).toMatch(/node2 +Ready/);
    expect(run('kubectl scale deployment web --replicas=2')).toMatchObject({ exit: 0 });
    expect(run('kubectl get deployment web --no-headers').stdout).toMatch(/^web +2\/2 /);
    expect(run(`${ETCDCTL} endpoint status -w table`).stdout).toMatch(/\| +true \| +false \| +3 \|/);
  });
});

describe('what an exercise may set', () => {
  it.each([
    [
      'kind',
      { controlPlanes: 3, workers: 1 },
      'kind-control-plane,kind-control-plane2,kind-control-plane3,kind-worker',
    ],
    ['k3d', { workers: 0 }, 'k3d-k3s-default-server-0'],
    ['minikube', { workers: 2 }, 'minikube,minikube-m02,minikube-m03'],
    ['eks', { workers: 1 }, 'ip-192-168-12-201.us-east-2.compute.internal'],
  ] as const)('%s with %o', (name, settings, nodes) => {
    const profile = configureProfile(findProfile(name)!, settings);
    expect(profile.ok && profile.value.nodes.map((node) => node.name).join(',')).toBe(nodes);
  });

  it.each([
    ['eks', { controlPlanes: 3 }, /^controlPlanes: the provider runs/],
    ['k3d', { controlPlanes: 3 }, /^controlPlanes: several servers of k3s/],
    ['kubeadm', { controlPlanes: 9 }, /^controlPlanes: must be from 1 to 7/],
    ['kubeadm', { workers: 5000 }, /^workers: /],
  ] as const)('%s refuses %o', (name, settings, error) => {
    const profile = configureProfile(findProfile(name)!, settings);
    expect(profile.ok ? '' : profile.error).toMatch(error);
  });
});
