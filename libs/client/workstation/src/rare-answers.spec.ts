import { findProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;
const typed = (command: string): ReturnType<Workstation['run']> => workstation.run(command);
const stdout = (command: string): string => typed(command).stdout;

const volume = (name: string, source: string): string =>
  `apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: ${name}}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], ${source}}\n`;

beforeAll(() => {
  workstation = openWorkstation({
    profile: findProfile('kubeadm')!,
    seed: 'rare-answers',
    files: {
      'volumes.yaml': [
        volume('azure', 'azureFile: {secretName: s, shareName: h}'),
        volume('ceph', 'cephfs: {monitors: ["a:1", "b:1"], secretRef: {name: a, namespace: b}}'),
        volume('cinder', 'cinder: {volumeID: p}'),
        volume('flex', 'flexVolume: {driver: a/d, options: {k: v}}'),
        volume('gluster', 'glusterfs: {endpoints: e, path: p}'),
      ].join('---\n'),
      'attachment.yaml':
        'apiVersion: storage.k8s.io/v1\nkind: VolumeAttachment\nmetadata: {name: mine}\nspec: {attacher: d.example, nodeName: node2, source: {persistentVolumeName: nope}}\n',
      'maps.yaml':
        '{apiVersion: v1, kind: ConfigMap, metadata: {name: one}, data: {k: v}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: two}}\n',
    },
  });
});

describe('volumes of plugins that are rarely met', () => {
  it('are warned of', () => {
    expect(typed('kubectl apply -f volumes.yaml').stderr).toBe(
      'Warning: spec.cephfs: deprecated in v1.28, non-functional in v1.31+\nWarning: spec.glusterfs: deprecated in v1.25, non-functional in v1.26+\n',
    );
  });

  it.each([
    ['azure', 'AzureFile', 'SecretNamespace:  \n    ShareName:        h\n'],
    ['ceph', 'CephFS', 'Monitors:    [a:1 b:1]\n'],
    ['ceph', 'CephFS', 'SecretRef:   &SecretReference{Name:a,Namespace:b,}\n'],
    ['cinder', 'Cinder', 'SecretRef:  nil\n'],
    ['flex', 'FlexVolume', 'Options:    map[k:v]\n'],
    ['gluster', 'Glusterfs', 'EndpointsNamespace:  <unset>\n'],
  ])('%s is described', (name, type, line) => {
    const text = stdout(`kubectl describe pv ${name}`);
    expect(text).toMatch(new RegExp(`Type: +${type} \\(`));
    expect(text).toContain(line);
  });

  it('attach as somebody asked, and stay so', () => {
    typed('kubectl apply -f attachment.yaml');
    workstation.settle();
    expect(stdout('kubectl get volumeattachment mine --no-headers').split(/\s+/, 5)).toEqual([
      'mine',
      'd.example',
      'nope',
      'node2',
      'false',
    ]);
  });
});

it('flow schemas come by their precedence', () => {
  const numbers = stdout("kubectl get flowschema --no-headers | awk '{print $3}'").trim().split('\n').map(Number);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
});

describe('apply set-last-applied and edit-last-applied', () => {
  it('look at all objects before they change any', () => {
    typed('kubectl apply -f maps.yaml; kubectl apply set-last-applied -f maps.yaml; sed -i "s/k: v/k: w/" maps.yaml');
    expect(stdout('kubectl apply set-last-applied -f maps.yaml')).toBe(
      'set-last-applied two: no changes required.\nconfigmap/one configured\n',
    );
    expect(typed('kubectl apply set-last-applied -f maps.yaml -o wide')).toMatchObject({ stdout: '', exit: 1 });
  });

  it('have a header of their own', () => {
    expect(stdout('EDITOR=cat kubectl apply edit-last-applied cm one')).toMatch(
      /^# Please edit the 'last-applied-configuration' annotations below\.\n# Lines beginning with a '#' will be ignored, and an empty file will abort the edit\.\n#\n/,
    );
  });
});

describe('plugins', () => {
  beforeAll(() => {
    typed('mkdir bin; export PATH=$PWD/bin:$PATH');
    for (const name of ['kubectl-get', 'kubectl-create-thing', 'kubectl-hello'])
      typed(`printf '#!/bin/sh\\necho plugin "$@"\\n' > bin/${name}; chmod +x bin/${name}`);
  });

  it('may add to create', () => {
    expect(stdout('kubectl create thing a')).toBe('plugin a\n');
    expect(typed('kubectl create other a').exit).toBe(1);
  });

  it('are warned of where they hide or are hidden', () => {
    expect(typed('kubectl plugin list').stderr).toBe(
      '  - warning: kubectl-create-thing overwrites existing command: "kubectl create"\n  - warning: kubectl-get overwrites existing command: "kubectl get"\nerror: 2 plugin warnings were found\n',
    );
  });
});

it('a certificate is approved as it is now, and shown as it was', () => {
  typed(
    `openssl req -new -newkey rsa:2048 -nodes -keyout k.key -subj "/CN=ann" -out k.csr 2> /dev/null; printf 'apiVersion: certificates.k8s.io/v1\\nkind: CertificateSigningRequest\\nmetadata: {name: ann}\\nspec: {request: %s, signerName: kubernetes.io/kube-apiserver-client, usages: [client auth]}\\n' $(base64 -w0 k.csr) | kubectl apply -f -`,
  );
  expect(stdout('kubectl certificate approve ann ann -o name')).toBe(
    'certificatesigningrequest.certificates.k8s.io/ann\ncertificatesigningrequest.certificates.k8s.io/ann\n',
  );
  expect(stdout("kubectl get csr ann -o jsonpath='{.status.conditions[*].type}'")).toBe('Approved');
});

it.each([
  [
    'kubectl alpha',
    'These commands correspond to alpha features that are not enabled in Kubernetes clusters by default.\n\nAvailable Commands:\n  kuberc        Manage kuberc configuration files\n\nUse "kubectl alpha <command> --help" for more information about a given command.\n',
  ],
])('%s', (command, text) => {
  expect(stdout(command)).toBe(text);
});

it('--raw wants a path', () => {
  expect(typed("kubectl get --raw 'http://x y'").stderr).toBe(
    'error: --raw must be a valid URL path: parse "http://x y": invalid character " " in host name\n',
  );
});
