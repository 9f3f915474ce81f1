import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

/** A pod that uses a claim; `place` is a member of its spec. */
const pod = (name: string, place: string, command: string, claim = 'data'): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  terminationGracePeriodSeconds: 1
  ${place}
  containers:
  - {name: c, image: busybox, command: [sh, -c, "${command}"], volumeMounts: [{name: v, mountPath: /data}]}
  volumes: [{name: v, persistentVolumeClaim: {claimName: ${claim}}}]
`;
const claim = (name: string, extra = ''): string => `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: ${name}}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 4Gi}}${extra}}
`;

let workstation: Workstation;

function open(profile: string, files: Readonly<Record<string, string>>): void {
  const found = findProfile(profile);
  invariant(found, 'the profile exists');
  workstation = openWorkstation({ profile: found, seed: 'storage', files });
}

/** Runs a script, waits for the cluster, and gives what was printed. */
function run(script: string): string {
  const { stdout, stderr } = workstation.run(script, { timeoutMs: 900_000 });
  workstation.settle();
  return stdout + stderr;
}

const messages = (name: string, reason: string): string =>
  run(
    `kubectl get events --field-selector involvedObject.name=${name},reason=${reason} -o jsonpath='{.items[*].message}'`,
  );

describe('volumes of a CSI driver', () => {
  const nodes = ['ip-192-168-45-17', 'ip-192-168-12-201'].map((name) => `${name}.us-east-2.compute.internal`);

  beforeEach(() => {
    open('eks', {
      'claim.yaml': claim('data'),
      'a.yaml': pod('a', `nodeSelector: {kubernetes.io/hostname: ${nodes[0]}}`, 'echo kept > /data/f; sleep 3600'),
      'b.yaml': pod('b', `nodeName: ${nodes[1]}`, 'cat /data/f; sleep 3600'),
    });
    run(`kubectl label node ${nodes[1]} --overwrite topology.kubernetes.io/zone=us-east-2b`); // a volume stays in its zone
    run('kubectl apply -f claim.yaml -f a.yaml');
  });

  it('are made in the zone of the chosen node, attached, and said to be in use', () => {
    const volume = run('kubectl get pvc data -o jsonpath={.spec.volumeName}');
    expect(messages('a', 'SuccessfulAttachVolume')).toBe(`AttachVolume.Attach succeeded for volume "${volume}" `);
    expect(
      run("kubectl get volumeattachments -o jsonpath='{.items[0].spec.nodeName} {.items[0].status.attached}'"),
    ).toBe(`${nodes[0]} true`);
    expect(run(`kubectl get node ${nodes[0]} -o jsonpath={.status.volumesInUse}`)).toContain('ebs.csi.aws.com^vol-0');
    expect(
      run(
        `kubectl get pv ${volume} -o jsonpath='{.spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values[0]} {.metadata.finalizers}'`,
      ),
    ).toBe(
      'us-east-2b ["external-provisioner.volume.kubernetes.io/finalizer","kubernetes.io/pv-protection","external-attacher/ebs-csi-aws-com"]',
    );
  });

  it('move to another node once the first has let them go, with what they hold', () => {
    const volume = run('kubectl get pvc data -o jsonpath={.spec.volumeName}');
    run('kubectl apply -f b.yaml');
    expect(messages('b', 'FailedAttachVolume')).toBe(
      `Multi-Attach error for volume "${volume}" Volume is already used by pod(s) a`,
    );
    run('kubectl delete pod a; sleep 140');
    expect(messages('b', 'SuccessfulAttachVolume')).toContain(volume);
    expect(run('kubectl logs b')).toBe('kept\n');
    expect(run('kubectl delete pod b; kubectl delete pvc data; sleep 40; kubectl get pv,volumeattachments')).toContain(
      'No resources found\n',
    );
  });

  it.each([
    ['after six minutes', 'kubectl delete pod a --force', 'sleep 330', 'sleep 180'],
    [
      'at once when the node is out of service',
      `kubectl taint node ${nodes[0]} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute`,
      'true',
      'sleep 150',
    ],
  ])('leave a lost node %s', (_when, cause, before, after) => {
    workstation.cluster.failures.begin(nodes[0], 'powered-off');
    run('sleep 60; kubectl apply -f b.yaml; kubectl delete pod a --wait=false; sleep 1');
    run(cause);
    if (before !== 'true')
      expect(run(`${before}; kubectl get volumeattachments -o jsonpath={.items[*].spec.nodeName}`)).toBe(nodes[0]);
    expect(run(`${after}; kubectl get volumeattachments -o jsonpath={.items[*].spec.nodeName}`)).toBe(nodes[1]);
    expect(run('sleep 120; kubectl logs b')).toBe('kept\n');
  });

  it('grow, first at the provider, then on the node', () => {
    expect(
      run(
        `kubectl patch pvc data -p '{"spec":{"resources":{"requests":{"storage":"8Gi"}}}}'; sleep 5; kubectl get pvc data -o jsonpath='{.status.capacity.storage} {.status.conditions[0].type}'; kubectl get pv -o jsonpath='{.items[0].spec.capacity.storage}'`,
      ),
    ).toBe('persistentvolumeclaim/data patched\n4Gi FileSystemResizePending8Gi');
    expect(run("sleep 60; kubectl get pvc data -o jsonpath='{.status.capacity.storage}{.status.conditions}'")).toBe(
      '8Gi',
    );
    expect(messages('a', 'FileSystemResizeSuccessful')).toMatch(
      /^MountVolume.NodeExpandVolume succeeded for volume "pvc-.*" ip-/,
    );
  });
});

const crd = (kind: string, scope: string): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${kind.toLowerCase()}${kind.endsWith('s') ? 'e' : ''}s.snapshot.storage.k8s.io, annotations: {api-approved.kubernetes.io: "https://github.com/kubernetes-csi/external-snapshotter/pull/814"}}
spec:
  group: snapshot.storage.k8s.io
  scope: ${scope}
  names: {kind: ${kind}, plural: ${kind.toLowerCase()}${kind.endsWith('s') ? 'e' : ''}s}
  versions: [{name: v1, served: true, storage: true, subresources: {status: {}}, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
---
`;

describe('snapshots', () => {
  it('keep what a volume held, and fill new volumes; without their controller nothing happens', () => {
    const source = (kind: string, group: string, name: string): string =>
      `, dataSource: {${group}kind: ${kind}, name: ${name}}`;
    open('eks', {
      'crds.yaml':
        crd('VolumeSnapshot', 'Namespaced') +
        crd('VolumeSnapshotContent', 'Cluster') +
        crd('VolumeSnapshotClass', 'Cluster'),
      'snap.yaml': `apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshotClass
metadata: {name: csi}
driver: ebs.csi.aws.com
deletionPolicy: Delete
---
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshot
metadata: {name: snap}
spec: {volumeSnapshotClassName: csi, source: {persistentVolumeClaimName: data}}
`,
      'claim.yaml': claim('data'),
      'a.yaml': pod('a', '', 'echo first > /data/f; sleep 3600'),
      'restored.yaml': `${claim('restored', source('VolumeSnapshot', 'apiGroup: snapshot.storage.k8s.io, ', 'snap'))}---\n${pod('r', '', 'cat /data/f; sleep 3600', 'restored')}`,
      'clone.yaml': `${claim('clone', source('PersistentVolumeClaim', '', 'data'))}---\n${pod('k', '', 'cat /data/f; sleep 3600', 'clone')}`,
    });
    run('kubectl apply -f crds.yaml -f claim.yaml -f a.yaml; kubectl apply -f snap.yaml; sleep 10');
    expect(run('kubectl get volumesnapshot snap -o jsonpath={.status}')).toBe('');
    run(
      'kubectl create deployment snapshot-controller --image=registry.k8s.io/sig-storage/snapshot-controller:v8.3.0; sleep 10',
    );
    expect(run('kubectl get volumesnapshot snap -o jsonpath="{.status.readyToUse} {.status.restoreSize}"')).toBe(
      'true 4Gi',
    );
    run("kubectl exec a -- sh -c 'echo second > /data/f'; kubectl apply -f restored.yaml -f clone.yaml; sleep 10");
    expect(run('kubectl logs r; kubectl logs k')).toBe('first\nsecond\n');
    expect(run('kubectl delete volumesnapshot snap; kubectl get volumesnapshotcontents')).toContain(
      'No resources found',
    );
  });
});

describe('provisioners of directories', () => {
  it('leave the volume on the node of the first consumer', () => {
    open('kind', { 'all.yaml': `${claim('data')}---\n${pod('a', '', 'echo kept > /data/f; sleep 3600')}` });
    run('kubectl apply -f all.yaml');
    expect(run("kubectl get pv -o jsonpath='{.items[0].spec.hostPath.path}'")).toMatch(
      /^\/var\/local-path-provisioner\/pvc-.*_default_data$/,
    );
    expect(messages('data', 'ProvisioningSucceeded')).toMatch(/^Successfully provisioned volume pvc-/);
    expect(run('kubectl get volumeattachments')).toBe('No resources found\n');
  });
});

describe('the reclaim policy Recycle', () => {
  it('empties a volume by a pod, and makes it available again', () => {
    open('kubeadm', {
      'volume.yaml': `apiVersion: v1
kind: PersistentVolume
metadata: {name: old}
spec: {capacity: {storage: 4Gi}, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Recycle, storageClassName: manual, hostPath: {path: /mnt/old}}
`,
      'claim.yaml': claim('data', ', storageClassName: manual'),
    });
    run(
      'for n in node2 node3; do ssh root@$n "mkdir -p /mnt/old; echo x > /mnt/old/f"; done; kubectl apply -f volume.yaml -f claim.yaml',
    );
    run('kubectl delete pvc data; sleep 10');
    expect(run("kubectl get pv old -o jsonpath='{.status.phase}{.spec.claimRef}'; kubectl get pods -o name")).toBe(
      'Available',
    );
    expect(messages('old', 'VolumeRecycled')).toBe('Volume recycled');
    expect(run('(ssh root@node2 ls /mnt/old; ssh root@node3 ls /mnt/old) | wc -l').trim()).toBe('1');
  });
});

describe('a volume of mode Block', () => {
  const blocks = (path: string): string => `apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
  capacity: {storage: 4Gi}
  accessModes: [ReadWriteOnce]
  volumeMode: Block
  storageClassName: raw
  local: {path: ${path}}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node2]}]}]}}
---
${claim('data', ', storageClassName: raw, volumeMode: Block')}---
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
  - {name: c, image: busybox, command: [sleep, '3600'], volumeDevices: [{name: v, devicePath: /dev/xvda}]}
  volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]
`;

  it('is a device in the container, and its events say where it is mapped', () => {
    open('kubeadm', { 'all.yaml': blocks('/opt/disk') });
    run('ssh root@node2 fallocate -l 10M /opt/disk; kubectl apply -f all.yaml');
    expect(run('kubectl exec a -- sh -c "echo hi > /dev/xvda"; ssh root@node2 head -c 2 /opt/disk')).toBe('hi');
    expect(messages('a', 'SuccessfulMountVolume')).toMatch(
      /^MapVolume\.MapPodDevice succeeded for volume "disk" globalMapPath "\/var\/lib\/kubelet\/plugins\/kubernetes\.io\/local-volume\/volumeDevices\/disk" MapVolume\.MapPodDevice succeeded for volume "disk" volumeMapPath "\/var\/lib\/kubelet\/pods\/\S+\/volumeDevices\/kubernetes\.io~local-volume"$/,
    );
  });

  it.each([
    ['/srv/a/b', 'EvalHostSymlinks failed for volume "disk" : lstat /srv/a: no such file or directory'],
    ['/opt', 'MapBlockVolume failed for volume "disk" : blkUtil.MapDevice failed. devicePath: /opt, globalMapPath:'],
  ])('at %s cannot be mapped', (path, message) => {
    open('kubeadm', { 'all.yaml': blocks(path) });
    run('kubectl apply -f all.yaml');
    expect(messages('a', 'FailedMapVolume')).toContain(`MapVolume.${message}`);
  });
});

describe('volumes that a kubelet cannot mount', () => {
  const host = (name: string, mount: string): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  containers:
  - {name: c, image: busybox, command: [sleep, "999"], volumeMounts: [{name: v, ${mount}}]}
  volumes: [{name: v, hostPath: {path: /tmp/not/there}}]
`;

  it('parts of a directory that nobody has made', () => {
    open('kubeadm', {
      'part.yaml': host('part', 'mountPath: /v, subPath: x'),
      'all.yaml': host('all', 'mountPath: /v'),
    });
    run('kubectl apply -f part.yaml');
    expect(messages('part', 'Failed')).toMatch(/^Error: stat \/tmp\/not\/there: no such file or directory/);
    run('kubectl apply -f all.yaml');
    expect(run('kubectl get pod all -o jsonpath="{.status.phase}"')).toBe('Running');
  });

  it.each([
    ['', 'drwxrwxrwx root root'],
    ['securityContext: {fsGroup: 2000, runAsUser: 1000}', 'drwxrwsrwx root 2000'],
  ])('parts of an empty volume with its rights: %s', (context, rights) => {
    open('kubeadm', {
      'part.yaml': `apiVersion: v1
kind: Pod
metadata: {name: part}
spec:
  containers:
  - {name: c, image: busybox, command: [sleep, "999"], volumeMounts: [{name: v, mountPath: /v, subPath: a/b}]}
  volumes: [{name: v, emptyDir: {}}]
  ${context}
`,
    });
    run('kubectl apply -f part.yaml');
    expect(run(`kubectl exec part -- sh -c 'touch /v/x; ls -ld /v' | awk '{print $1,$3,$4}'`)).toBe(`${rights}\n`);
  });

  it('mount options on a node’s own disk', () => {
    const spec = 'capacity: {storage: 4Gi}, accessModes: [ReadWriteOnce], mountOptions: [hard], hostPath: {path: /tmp}';
    const volume = `apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: disk}\nspec: {${spec}}\n`;
    open('kubeadm', { 'pod.yaml': pod('one', '', 'sleep 999'), 'all.yaml': `${claim('data')}---\n${volume}` });
    run('kubectl apply -f all.yaml -f pod.yaml');
    expect(messages('one', 'FailedMount')).toContain(
      'MountVolume.MountOptionSupport check failed for volume "disk" : mount options are not supported for this volume type',
    );
  });
});

it('says of a pod that is gone that its volumes could not be bound', () => {
  open('kubeadm', {
    'late.yaml':
      'apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: late}\nprovisioner: example.com/disk\nvolumeBindingMode: WaitForFirstConsumer\n',
    'data.yaml': claim('data', ', storageClassName: late'),
    'use.yaml': pod('use', '', 'sleep 9'),
  });
  run('kubectl apply -f late.yaml -f data.yaml -f use.yaml');
  run('kubectl delete pod use');
  expect(messages('use', 'FailedScheduling')).toBe(
    'running PreBind plugin "VolumeBinding": binding volumes: pod does not exist any more: pod "use" not found',
  );
});
