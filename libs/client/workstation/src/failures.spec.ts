import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;

function run(script: string): string {
  const { stdout, stderr } = workstation.run(script, { timeoutMs: 3_600_000 });
  return stdout + stderr;
}
const pods = (): string =>
  run(
    "kubectl get pods -o custom-columns=:.metadata.name,:.spec.nodeName,:.status.phase,:.metadata.deletionTimestamp --no-headers | sed -E 's/ +/ /g'",
  );
const ready = (): string =>
  run('kubectl get node node2 -o jsonpath=\'{.status.conditions[?(@.type=="Ready")].status}\'');

beforeEach(() => {
  const profile = findProfile('kubeadm');
  invariant(profile, 'there is a kubeadm cluster');
  workstation = openWorkstation({ profile, seed: 'failures' });
  run('kubectl run solo --image=busybox --overrides=\'{"spec":{"nodeName":"node2"}}\' -- sleep 9999; sleep 5');
});

describe.each(['powered-off', 'cut-off', 'kubelet-stopped'] as const)('a node that is %s', (failure) => {
  it('is not ready after 40 s, loses its pods after 300 s more, and comes back', () => {
    const { failures } = workstation.cluster;
    failures.begin('node2', failure);
    const how = {
      'cut-off': 'i/o timeout',
      'kubelet-stopped': 'connect: connection refused',
      'powered-off': 'connect: no route to host',
    }[failure];
    expect(run('kubectl logs solo')).toBe(
      `Error from server: Get "https://172.18.0.3:10250/containerLogs/default/solo/solo": dial tcp 172.18.0.3:10250: ${how}\n`,
    );
    expect(run('kubectl exec solo -- ls')).toBe(
      `Error from server: error dialing backend: dial tcp 172.18.0.3:10250: ${how}\n`,
    );
    expect(run('sleep 35') + ready()).toBe('True');
    expect(run('sleep 15') + ready()).toBe('Unknown');
    expect(run('kubectl get node node2 -o jsonpath={.spec.taints[*].key}')).toBe(
      'node.kubernetes.io/unreachable node.kubernetes.io/unreachable',
    );
    expect(run('sleep 285') + pods()).toMatch(/^solo node2 Running <none>\n$/);
    expect(run('sleep 15') + pods()).toMatch(/^solo node2 Running 2026-/);
    failures.end('node2', failure);
    expect(run('sleep 60') + ready() + pods()).toBe('True');
    expect(run('kubectl get node node2 -o jsonpath={.spec.taints}')).toBe('');
  });
});

describe('nodes in containers', () => {
  it.each([
    ['kind', 'docker stop kind-worker', 'docker start kind-worker', 'kind-worker'],
    [
      'k3d',
      'k3d node stop k3d-k3s-default-agent-0',
      'k3d node start k3d-k3s-default-agent-0',
      'k3d-k3s-default-agent-0',
    ],
  ])('of %s stop and start with them', (name, stop, start, node) => {
    const profile = findProfile(name);
    invariant(profile, 'the profile exists');
    workstation = openWorkstation({ profile, seed: 'containers' });
    const state = `kubectl get node ${node} -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}'`;
    expect(run(`${stop} >stopped; sleep 60; ${state}`)).toBe('Unknown');
    expect(run(`${start} >started; sleep 30; ${state}`)).toBe('True');
  });
});

describe('failures', () => {
  it('of a node that boots again count as restarts', () => {
    run('ssh root@node2 reboot; sleep 40');
    expect(
      run(
        "kubectl get pod solo -o jsonpath='{.status.containerStatuses[0].restartCount} {.status.containerStatuses[0].lastState.terminated.exitCode}'",
      ),
    ).toBe('1 255');
    expect(run('kubectl get events --field-selector reason=Rebooted -o name')).toContain('event/node2.');
  });

  it('of the network of a node leave its pods alone on it', () => {
    run('kubectl run web --image=nginx --overrides=\'{"spec":{"nodeName":"node2"}}\'; sleep 5');
    const address = run('kubectl get pod web -o jsonpath={.status.podIP}');
    expect(run(`curl -s -o /dev/null -w '%{http_code}' -m 2 http://${address}`)).toBe('200');
    workstation.cluster.failures.begin('node2', 'cut-off');
    expect(run(`curl -s -o /dev/null -w '%{http_code}' -m 2 http://${address}`)).toBe('000');
    expect(run('ssh root@node2')).toBe('ssh: connect to host node2 port 22: No route to host\n');
  });

  it('of a registry stop what has to be pulled', () => {
    workstation.cluster.failures.setRegistryDown('docker.io', true);
    run('kubectl run a --image=nginx:1.25; kubectl run b --image=nginx; sleep 40');
    expect(pods()).toMatch(/^a \S+ Running[^]*\nb \S+ Pending/);
    expect(
      run("kubectl get events --field-selector involvedObject.name=b,reason=Failed -o jsonpath='{.items[0].message}'"),
    ).toContain('registry-1.docker.io/v2/library/nginx/manifests/latest": dial tcp');
    workstation.cluster.failures.setRegistryDown('docker.io', false);
    expect(run('sleep 60') + pods()).toMatch(/\nb \S+ Running/);
  });

  it('of a disk evict pods and keep new ones away until five minutes after', () => {
    run('kubectl run web --image=nginx --overrides=\'{"spec":{"nodeName":"node2"}}\'');
    run('ssh root@node2 fallocate -l 230G /var/big; sleep 45');
    expect(run('kubectl get node node2 -o jsonpath={.spec.taints[*].key}')).toBe('node.kubernetes.io/disk-pressure');
    expect(run("kubectl get pod web -o jsonpath='{.status.reason} {.status.message}'")).toMatch(
      /^Evicted The node was low on resource: ephemeral-storage\. Threshold quantity: \d+, available: 0\. Container web was using 28Ki, request is 0, has larger consumption of ephemeral-storage\. $/,
    );
    run('kubectl run late --image=nginx --overrides=\'{"spec":{"nodeName":"node2"}}\'; sleep 3');
    expect(run("kubectl get pod late -o jsonpath='{.status.reason}: {.status.message}'")).toBe(
      'Evicted: Pod was rejected: The node had condition: [DiskPressure]. ',
    );
    run('ssh root@node2 rm /var/big; sleep 320');
    expect(run('kubectl get node node2 -o jsonpath={.spec.taints}')).toBe('');
  });

  it('of memory evict the pod that is furthest over its request', () => {
    run(
      'kubectl run hungry --image=polinux/stress --overrides=\'{"spec":{"nodeName":"node2"}}\' -- stress --vm 1 --vm-bytes 500M --vm-hang 1; sleep 5',
    );
    workstation.cluster.failures.take('node2', 'memory', 22_950 * 1024 * 1024);
    run('sleep 15');
    expect(run("kubectl get pod hungry -o jsonpath='{.status.message}'")).toMatch(
      /^The node was low on resource: memory\. Threshold quantity: 100Mi, available: \d+(Ki|Mi)\. Container hungry was using 500Mi, request is 0, has larger consumption of memory\. $/,
    );
    expect(pods()).toMatch(/solo node2 Running <none>/);
  });

  it('of the clock make what was due late', () => {
    run(
      'kubectl create cronjob tick --image=busybox --schedule="*/5 * * * *" -- true; sudo date -s "+62 minutes"; sleep 30',
    );
    expect(run('kubectl get jobs -o name').trim().split('\n')).toHaveLength(1);
  });
});

describe('the node lifecycle controller', () => {
  const noExecute = (node: string): string =>
    run(`kubectl get node ${node} -o jsonpath='{.spec.taints[?(@.effect=="NoExecute")].key}'`);

  it('taints one node of a zone every ten seconds, and none when no node is ready', () => {
    const { failures } = workstation.cluster;
    failures.begin('node2', 'kubelet-stopped');
    failures.begin('node3', 'kubelet-stopped');
    run('sleep 52');
    expect([noExecute('node2'), noExecute('node3')].sort()).toEqual(['', 'node.kubernetes.io/unreachable']);
    run('sleep 10');
    expect([noExecute('node2'), noExecute('node3')]).toEqual(Array(2).fill('node.kubernetes.io/unreachable'));
    failures.begin('node1', 'kubelet-stopped');
    run('sleep 60');
    expect(['node1', 'node2', 'node3'].map(noExecute)).toEqual(['', '', '']);
    expect(run("kubectl get nodes -o jsonpath='{.items[*].spec.taints[*].effect}'")).toBe(
      Array(4).fill('NoSchedule').join(' '),
    );
  });

  it('keeps the labels of old in step', () => {
    run(
      'kubectl label node node2 beta.kubernetes.io/os- ; kubectl label node node2 beta.kubernetes.io/arch=x --overwrite; sleep 1',
    );
    expect(run('kubectl get node node2 -L beta.kubernetes.io/os,beta.kubernetes.io/arch --no-headers')).toMatch(
      /linux +amd64\n$/,
    );
  });
});

describe('a node made by hand', () => {
  it('gets a range of pod addresses, and another when it is made again', () => {
    const make = `echo '{"apiVersion":"v1","kind":"Node","metadata":{"name":"fake"}}' | kubectl create -f - -o name; sleep 1; kubectl get node fake -o jsonpath='{.spec.podCIDR} {.spec.podCIDRs}'`;
    expect(run(make)).toBe('node/fake\n10.244.3.0/24 ["10.244.3.0/24"]');
    expect(run(`kubectl delete node fake; ${make}`)).toContain('10.244.4.0/24');
  });
});

describe('taint eviction', () => {
  it('takes finished pods too, and follows tolerations that are added', () => {
    run(
      'kubectl run done --image=busybox --restart=Never --overrides=\'{"spec":{"nodeName":"node2"}}\' -- true; sleep 4',
    );
    const toleration =
      '[{"op":"add","path":"/spec/tolerations/-","value":{"key":"out","operator":"Exists","effect":"NoExecute","tolerationSeconds":20}}]';
    run(`kubectl patch pod solo --type=json -p '${toleration}'; kubectl taint node node2 out=1:NoExecute; sleep 5`);
    expect(pods()).toMatch(/^solo node2 Running <none>\n$/);
    const forEver = '[{"op":"add","path":"/spec/tolerations/0","value":{"key":"out","operator":"Exists"}}]';
    run(`kubectl patch pod solo --type=json -p '${forEver}'; sleep 60`);
    expect(pods()).toMatch(/^solo node2 Running <none>\n$/);
    expect(
      run("kubectl get events --field-selector reason=TaintManagerEviction -o jsonpath='{.items[*].message}'"),
    ).toBe('Marking for deletion Pod default/done Cancelling deletion of Pod default/solo');
  });
});

describe('the pod garbage collector', () => {
  it('ends what never got a node, and what has lost it', () => {
    run(
      'kubectl run ghost --image=nginx --overrides=\'{"spec":{"nodeName":"nowhere"}}\'; kubectl run big --image=nginx --overrides=\'{"metadata":{"finalizers":["example.com/keep"]},"spec":{"nodeSelector":{"a":"b"}}}\'',
    );
    run('kubectl delete pod big --wait=false; sleep 25');
    expect(pods()).toMatch(/^big <none> Failed 2026-\S+\nghost nowhere Pending <none>\nsolo /);
    expect(run('sleep 40') + pods()).not.toContain('ghost');
  });
});
