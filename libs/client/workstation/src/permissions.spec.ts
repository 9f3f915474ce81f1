import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

function sitDown(): Workstation {
  const profile = findProfile('kubeadm');
  invariant(profile, 'there is a kubeadm cluster');
  return openWorkstation({ profile, seed: 'permissions', files: { 'pod.yaml': POD } });
}

const POD = `
apiVersion: v1
kind: Pod
metadata: {name: demo}
spec:
  securityContext: {runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000}
  volumes:
  - {name: data, emptyDir: {}}
  - {name: host, hostPath: {path: /data, type: DirectoryOrCreate}}
  containers:
  - name: free
    image: busybox
    command: [sleep, '10000']
    volumeMounts: [{name: data, mountPath: /data}, {name: host, mountPath: /host}]
  - name: locked
    image: busybox
    command: [sleep, '10000']
    securityContext: {readOnlyRootFilesystem: true}
    volumeMounts: [{name: data, mountPath: /tmp}]
`;

const workstation = sitDown();

describe('files of the workstation', () => {
  it.each([
    [
      'cat /etc/shadow; ls /root; cd /root',
      "cat: /etc/shadow: Permission denied\nls: cannot open directory '/root': Permission denied\nbash: line 1: cd: /root: Permission denied\n",
    ],
    [
      'head -1 < /etc/shadow; echo x > /etc/x; echo $?',
      '1\nbash: line 1: /etc/shadow: Permission denied\nbash: line 1: /etc/x: Permission denied\n',
    ],
    [
      'mkdir /opt/x; rm /etc/passwd; mv /etc/passwd /tmp; cp /etc/shadow .',
      "mkdir: cannot create directory ‘/opt/x’: Permission denied\nrm: cannot remove '/etc/passwd': Permission denied\nmv: cannot move '/etc/passwd' to '/tmp/passwd': Permission denied\ncp: cannot open '/etc/shadow' for reading: Permission denied\n",
    ],
    [
      'chmod 777 /etc; chown root pod.yaml',
      "chmod: changing permissions of '/etc': Operation not permitted\nchown: changing ownership of 'pod.yaml': Operation not permitted\n",
    ],
    [
      'printf "#!/bin/bash\\necho ran\\n" > s.sh; ./s.sh; echo $?; chmod +x s.sh; ./s.sh',
      '126\nran\nbash: line 1: ./s.sh: Permission denied\n',
    ],
    [
      'chmod 0 s.sh; cat s.sh; bash s.sh; echo $?; rm -f s.sh',
      '126\ncat: s.sh: Permission denied\nbash: s.sh: Permission denied\n',
    ],
    [
      'mkdir d; touch d/a; chmod 555 d; touch d/b; rm -rf d; chmod 755 d; rm -r d; ls',
      "pod.yaml\ntouch: cannot touch 'd/b': Permission denied\nrm: cannot remove 'd/a': Permission denied\n",
    ],
    [
      'sudo head -1 /etc/shadow; echo hi | sudo tee /etc/motd; echo ho >> /etc/motd',
      'root:*:20000:0:99999:7:::\nhi\nbash: line 1: /etc/motd: Permission denied\n',
    ],
    [
      'touch /tmp/mine; sudo touch /tmp/its; rm -f /tmp/mine /tmp/its',
      "rm: cannot remove '/tmp/its': Operation not permitted\n",
    ],
    [
      'kubectl get nodes --kubeconfig /etc/kubernetes/admin.conf',
      'error: error loading config file "/etc/kubernetes/admin.conf": open /etc/kubernetes/admin.conf: permission denied\n',
    ],
    ['sudo kubectl get nodes --kubeconfig /etc/kubernetes/admin.conf -o name | head -1', 'node/node1\n'],
    ['[ -r /etc/shadow ] || [ -w /etc/passwd ] || [ -x /etc/passwd ] || echo none; cat <(echo pipe)', 'none\npipe\n'],
  ])('%s', (script, expected) => {
    const { stdout, stderr } = workstation.run(script);
    expect(stdout + stderr).toBe(expected);
  });
});

describe('files of a pod', () => {
  it('are the users and groups that its security context names', () => {
    workstation.run('kubectl apply -f pod.yaml && kubectl wait pod demo --for=condition=Ready');
    const inside = (container: string, script: string): string => {
      const { stdout, stderr } = workstation.run(`kubectl exec demo -c ${container} -- sh -c '${script}'`);
      return stdout + stderr;
    };
    expect(inside('free', 'ls -ld /data; echo hi > /data/f; ls -l /data | tail -1')).toMatch(
      /^drwxrwsrwx .* root +2000 .*\/data\n-rw-r--r-- .* 1000 +2000 .* f\n$/,
    );
    expect(inside('free', 'touch /x; echo y > /etc/y; echo z > /host/z')).toBe(
      "touch: /x: Permission denied\nsh: can't create /etc/y: Permission denied\nsh: can't create /host/z: Permission denied\ncommand terminated with exit code 1\n",
    );
    expect(inside('locked', 'touch /x; echo ok > /tmp/o; cat /tmp/o; rm /bin/ls; true')).toMatch(
      /^ok\ntouch: \/x: Read-only file system\nrm: .*'\/bin\/ls': Read-only file system\n$/,
    );
  });
});
