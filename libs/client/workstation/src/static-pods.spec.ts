import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

const WEB = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: nginx}]}
`;

function open(profile: string): (script: string) => string {
  const found = findProfile(profile);
  invariant(found, 'the profile exists');
  const workstation: Workstation = openWorkstation({ profile: found, seed: 'static', files: { 'web.yaml': WEB } });
  return (script) => {
    const { stdout, stderr } = workstation.run(script, { timeoutMs: 300_000 });
    return stdout + stderr;
  };
}

const FOLDER = '/etc/kubernetes/manifests';

describe("a node's static pods", () => {
  const run = open('kubeadm');
  const id = "kubectl get pod web-node1 -o jsonpath='{.status.containerStatuses[0].containerID}'";
  const image = "kubectl get pod web-node1 -o jsonpath='{.spec.containers[0].image}'";

  it('run, and have a mirror in the API', () => {
    run(`sudo cp web.yaml ${FOLDER}/; sleep 5`);
    expect(run('kubectl get pod web-node1 --no-headers')).toMatch(/^web-node1 +1\/1 +Running +0 +5s\n$/);
    expect(run("kubectl get pod web-node1 -o jsonpath='{.metadata.ownerReferences[0].kind}'")).toBe('Node');
  });

  it('go on when the mirror is deleted, which comes back', () => {
    const before = run(id);
    expect(run('kubectl delete pod web-node1')).toBe('pod "web-node1" deleted from default namespace\n');
    expect(run(`sleep 1; ${id}`)).toBe(before);
  });

  it('change and end with their files', () => {
    run(`sudo sed -i s/nginx/httpd/ ${FOLDER}/web.yaml; sleep 5`);
    expect(run(image)).toBe('httpd');
    expect(run(`sudo rm ${FOLDER}/web.yaml; sleep 5; kubectl get pods`)).toBe(
      'No resources found in default namespace.\n',
    );
  });

  it('come from the folder that the settings name when the kubelet starts', () => {
    const setting = '/var/lib/kubelet/config.yaml';
    run("ssh root@node2 'mkdir -p /srv/pods; cat > /srv/pods/web.yaml' < web.yaml");
    run(`ssh root@node2 'sed -i "s#^staticPodPath:.*#staticPodPath: /srv/pods#" ${setting}'; sleep 5`);
    expect(run('kubectl get pods -o name')).toBe('');
    run('ssh root@node2 systemctl restart kubelet; sleep 5');
    expect(run('kubectl get pods -o name')).toBe('pod/web-node2\n');
    run('ssh root@node2 rm /srv/pods/web.yaml; sleep 5');
    expect(run('kubectl get pods -o name')).toBe('');
  });

  it('outlive a restart of the kubelet', () => {
    run(`sudo cp web.yaml ${FOLDER}/; sleep 5`);
    const before = run(id);
    expect(run(`sudo systemctl stop kubelet; sleep 5; sudo systemctl start kubelet; sleep 3; ${id}`)).toBe(before);
  });
});

describe('a control plane of static pods', () => {
  const run = open('kind');

  it.each([
    [
      'kube-scheduler',
      'kubectl run w --image=nginx; sleep 5; kubectl get pod w --no-headers',
      /w +0\/1 +Pending/,
      /w +1\/1 +Running/,
    ],
    [
      'kube-controller-manager',
      'kubectl create deployment d --image=nginx; sleep 5; kubectl get deployment d --no-headers',
      /d +0\/1 +0/,
      /d +1\/1/,
    ],
    [
      'kube-apiserver',
      'kubectl get nodes',
      /The connection to the server 172.18.0.2:6443 was refused/,
      /control-plane/,
    ],
    ['etcd', 'kubectl get nodes', /The connection to the server 172.18.0.2:6443 was refused/, /control-plane/],
  ])('works as long as %s runs', (name, script, without, after) => {
    run(`sudo mv ${FOLDER}/${name}.yaml .; sleep 5`);
    expect(run(script)).toMatch(without);
    const look = script.split('; ').at(-1) ?? '';
    expect(run(`sudo mv ${name}.yaml ${FOLDER}/; sleep 12; ${look}`)).toMatch(after);
    expect(run(`kubectl get pods -n kube-system -l component=${name} --no-headers`)).toMatch(/1\/1 +Running/);
  });
});

describe('a component of the control plane with wrong settings', () => {
  const edit = (file: string, from: string, to: string): string =>
    `ssh root@node1 "sed -i 's#${from}#${to}#' ${FOLDER}/${file}.yaml"`;
  const words = "ssh root@node1 'crictl logs $(crictl ps -a --name kube-apiserver -q | head -1) 2>&1 | tail -1'";

  it.each([
    ['--secure-port=', '--secure-portt=', /^Error: unknown flag: --secure-portt\n$/],
    [
      '=Node,RBAC',
      '=Node,RBACC',
      /run\.go:72\] "command failed" err="authorization-mode \\"RBACC\\" is not a valid mode"\n$/,
    ],
    [
      'pki/ca.crt',
      'pki/nope.crt',
      /"command failed" err="open \/etc\/kubernetes\/pki\/nope\.crt: no such file or directory"\n$/,
    ],
  ])('is down with %s turned into %s, says why, and comes back', (from, to, expected) => {
    const run = open('kubeadm');
    run(`${edit('kube-apiserver', from, to)}; sleep 40`);
    expect(run('kubectl get nodes')).toContain('The connection to the server 172.18.0.2:6443 was refused');
    expect(run(words)).toMatch(expected);
    expect(run(`${edit('kube-apiserver', to, from)}; sleep 60; kubectl get nodes`)).toMatch(/node1 +Ready/);
  });

  it('without its kubeconfig does nothing', () => {
    const run = open('kubeadm');
    run(
      `${edit('kube-scheduler', 'scheduler.conf', 'schedulr.conf')}; sleep 30; kubectl run web --image=nginx; sleep 3`,
    );
    expect(run('kubectl get pod web --no-headers')).toMatch(/Pending/);
    expect(run('kubectl logs -n kube-system kube-scheduler-node1')).toContain(
      'err="invalid configuration: no configuration has been provided',
    );
  });
});
