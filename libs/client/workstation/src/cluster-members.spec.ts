import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

function open(name: string): (script: string) => string {
  const profile = findProfile(name);
  invariant(profile, 'the profile exists');
  const workstation = openWorkstation({ profile, seed: 'members', files: {} });
  return (script) => {
    const { stdout, stderr, unsupported } = workstation.run(script, { timeoutMs: 300_000 });
    workstation.settle();
    expect(unsupported).toEqual([]);
    return stdout + stderr;
  };
}

describe('nodes that join and leave', () => {
  it('minikube adds and deletes', () => {
    const run = open('minikube');
    expect(run('minikube node add')).toMatch(
      /^\* Adding node m02 to cluster minikube as \[worker\]\n[^]*\* Successfully added m02 to minikube!\n/,
    );
    run('kubectl create deployment web --image=nginx --replicas=4; sleep 10');
    expect(run('minikube node list')).toBe('minikube\t192.168.49.2\nminikube-m02\t192.168.49.3\n');
    expect(run('kubectl get pods -o wide --no-headers | grep -c m02')).not.toBe('0\n');
    expect(run('minikube ssh -n minikube-m02 hostname')).toBe('minikube-m02\n');
    expect(run('minikube node delete m02')).toMatch(/\* Node m02 was successfully deleted\.\n$/);
    expect(run('kubectl get nodes -o name')).toBe('node/minikube\n');
    expect(run('kubectl get pods --no-headers')).toMatch(/^(web-\S+ +1\/1 +Running .*\n){4}$/);
    expect(run('minikube node delete m07')).toMatch(
      /X Exiting due to GUEST_NODE_DELETE: deleting node: retrieve: Could not find node m07\n/,
    );
  });

  it('minikube shows a folder to while its mount lives', () => {
    const run = open('minikube');
    expect(
      run(
        'mkdir data; echo hi >data/f; minikube mount data:/data >/dev/null & sleep 5; cat /data/f; kill %1; wait; ls /data',
      ),
    ).toMatch(/^hi\nls: cannot access '\/data'/);
    expect(run('minikube mount data')).toMatch(
      /mount argument "data" must be in form: <source directory>:<target directory>/,
    );
  });

  it('installers make new clusters with as many workers as they are asked for', () => {
    const minikube = open('minikube');
    expect(minikube('minikube start --nodes 3')).toContain(
      '* Starting "minikube-m03" worker node in "minikube" cluster\n',
    );
    expect(minikube('kubectl get nodes --no-headers').match(/ Ready /g)).toHaveLength(3);
    const k3d = open('k3d');
    k3d('k3d cluster create --agents 1');
    expect(k3d('kubectl get nodes -o name')).toBe('node/k3d-k3s-default-agent-0\nnode/k3d-k3s-default-server-0\n');
    const kind = open('kind');
    kind(`cat > kind.yaml <<E
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
- role: control-plane
  kubeadmConfigPatches:
  - |
    kind: InitConfiguration
    nodeRegistration: {kubeletExtraArgs: {node-labels: "ingress-ready=true"}}
  extraPortMappings:
  - {containerPort: 30080, hostPort: 8080}
- role: worker
  labels: {tier: front}
E
kind create cluster --config kind.yaml`);
    expect(kind('kubectl get nodes -o name -l ingress-ready=true; kubectl get nodes -o name -l tier=front')).toBe(
      'node/kind-control-plane\nnode/kind-worker\n',
    );
    kind(
      'kubectl create deployment web --image=nginx; kubectl create service nodeport web --tcp=80:80 --node-port=30080',
    );
    expect(kind('curl -s localhost:8080 | head -1')).toBe('<!DOCTYPE html>\n');
    expect(kind('docker ps --filter name=control-plane --format "{{.Ports}}"')).toBe(
      '0.0.0.0:8080->30080/tcp, 127.0.0.1:32768->6443/tcp\n',
    );
  });

  it('k3d creates', () => {
    const run = open('k3d');
    expect(run('k3d node create extra --cluster k3s-default')).toMatch(
      /INFO\[0002\] Successfully created 1 node\(s\)! +\n$/,
    );
    expect(run('sleep 20; kubectl get nodes --no-headers')).toMatch(/^k3d-extra-0 +Ready /);
    run('k3d node delete k3d-extra-0; sleep 60');
    expect(run('kubectl get nodes --no-headers')).toMatch(/^k3d-extra-0 +NotReady /);
  });

  it('eksctl has its cloud start and end', () => {
    const run = open('eks');
    const scale = (nodes: number): string =>
      run(
        `eksctl scale nodegroup --cluster workshop --nodes ${nodes} --name $(eksctl get nodegroup --cluster workshop | tail -1 | cut -f2); sleep 100`,
      );
    const before = Number(run('kubectl get nodes -o name | wc -l'));
    expect(scale(before + 1)).toMatch(/ \[ℹ\] {2}initiated scaling of nodegroup\n/);
    expect(Number(run('kubectl get nodes -o name | wc -l'))).toBe(before + 1);
    scale(before);
    expect(Number(run('kubectl get nodes -o name | wc -l'))).toBe(before);
  });
});
