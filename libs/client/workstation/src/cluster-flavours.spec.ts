import { configureProfile, findProfile, type ClusterSettings } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

function open(profileName: string, settings: ClusterSettings = {}) {
  const profile = configureProfile(findProfile(profileName)!, settings);
  if (!profile.ok) throw new Error(profile.error);
  const workstation = openWorkstation({ profile: profile.value, seed: 'flavours', files: {} });
  const { simulation } = workstation.cluster;
  return {
    run: (script: string) => {
      const result = workstation.run(script);
      workstation.settle();
      return result.stdout + result.stderr;
    },
    wait: (seconds: number) => {
      simulation.runUntil(simulation.now() + seconds * 1000);
    },
  };
}

describe('what an installer leaves', () => {
  it.each([
    ['kubeadm', ['etcd-node1', 'kube-apiserver-node1', 'kube-proxy-', 'kube-flannel-ds-', 'coredns-'], ''],
    ['kind', ['etcd-kind-control-plane', 'kindnet-', 'kube-proxy-', 'local-path-provisioner-'], 'standard (default)'],
    ['minikube', ['etcd-minikube', 'kube-proxy-', 'storage-provisioner'], 'standard (default)'],
    ['k3d', ['svclb-traefik-', 'traefik-', 'local-path-provisioner-'], 'local-path (default)'],
    ['eks', ['aws-node-', 'kube-proxy-', 'coredns-'], 'gp2 (default)'],
  ] as const)('%s', (profile, pods, storageClass) => {
    const { run } = open(profile);
    const listed = run('kubectl get pods -A --no-headers');
    for (const name of pods) expect(listed).toContain(` ${name}`);
    expect(listed.split('\n').filter((line) => line !== '' && !line.includes('Running'))).toEqual([]);
    expect(run('kubectl get storageclass --no-headers')).toContain(storageClass || 'No resources found');
  });

  it.each([
    ['kubeadm', 2, /^https:\/\/172\.18\.0\.2:6443 172\.18\.0\.2:6443$/],
    ['minikube', 1, /^https:\/\/192\.168\.49\.2:8443 192\.168\.49\.2:8443$/],
    ['k3d', 1, /^https:\/\/172\.19\.0\.2:6443 172\.19\.0\.2:6443$/],
  ] as const)('%s serves its API and its DNS as often and where it does', (profile, replicas, served) => {
    const { run } = open(profile);
    expect(run("kubectl get deployment coredns -n kube-system -o jsonpath='{.status.readyReplicas}'")).toBe(
      String(replicas),
    );
    expect(
      run(
        "kubectl config view -o jsonpath='{.clusters[0].cluster.server} '; kubectl get endpoints kubernetes -o jsonpath='{.subsets[0].addresses[0].ip}:{.subsets[0].ports[0].port}' 2>/dev/null",
      ),
    ).toMatch(served);
  });

  it('gives load balancers what the flavour has', () => {
    const create =
      'kubectl create deployment web --image=nginx; kubectl expose deployment web --type=LoadBalancer --port=8080 --target-port=80';
    const address = (profile: string, settings?: ClusterSettings) => {
      const { run } = open(profile, settings);
      run(create);
      return run('kubectl get service web --no-headers').split(/\s+/)[3];
    };
    expect(address('kubeadm')).toBe('<pending>');
    expect(address('kubeadm', { loadBalancer: true })).toBe('172.18.255.1');
    expect(address('minikube')).toBe('<pending>');
    expect(address('k3d')).toBe('172.19.0.2,172.19.0.3,172.19.0.4');
    expect(address('eks')).toMatch(/^a[0-9a-f]{15}.*\.{3}$|elb\.amazonaws\.com$/);
  });
});

describe('a cluster without a network plugin', () => {
  const { run, wait } = open('kubeadm', { cni: false });

  it('has nodes that are not ready, and says why', () => {
    expect(run('kubectl get nodes')).toMatch(/node1 +NotReady[^]*node3 +NotReady/);
    expect(run('kubectl describe node node2')).toContain(
      'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
    );
    expect(run('kubectl get pods -n kube-system')).toMatch(/coredns-\S+ +0\/1 +Pending/);
    expect(run("kubectl get nodes -o jsonpath='{.items[*].spec.taints[*].effect}'")).toBe(
      Array(4).fill('NoSchedule').join(' '),
    );
  });

  it.each([
    [
      'https://raw.githubusercontent.com/projectcalico/calico/v3.30.3/manifests/calico.yaml',
      'daemonset.apps/calico-node created',
    ],
  ])('comes up with %s', (url, line) => {
    expect(run(`kubectl apply -f ${url}`)).toContain(line);
    wait(30);
    expect(run('kubectl get nodes')).not.toContain('NotReady');
    expect(run('kubectl get pods -n kube-system')).toMatch(/coredns-\S+ +1\/1 +Running/);
  });
});

describe('kube-proxy', () => {
  it('leaves its rules when it goes: old services answer, new ones do not', () => {
    const { run } = open('kubeadm');
    run('kubectl create deployment web --image=nginx; kubectl expose deployment web --name=old --port=80');
    const get = (service: string) =>
      run(
        `curl -s -o /dev/null -m 3 -w '%{http_code}' $(kubectl get service ${service} -o jsonpath={.spec.clusterIP})`,
      );
    expect(get('old')).toBe('200');
    run('kubectl delete daemonset kube-proxy -n kube-system');
    run('kubectl expose deployment web --name=new --port=80');
    expect([get('old'), get('new')]).toEqual(['200', '000']);
  });
});
