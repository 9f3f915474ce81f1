import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const PKI = '/etc/kubernetes/pki/etcd';
const SETTINGS = `export ETCDCTL_ENDPOINTS=https://127.0.0.1:2379 ETCDCTL_CACERT=${PKI}/ca.crt ETCDCTL_CERT=${PKI}/server.crt ETCDCTL_KEY=${PKI}/server.key`;

function open(): (script: string) => string {
  const profile = findProfile('kubeadm');
  invariant(profile, 'the profile exists');
  const workstation = openWorkstation({ profile, seed: 'etcd-values', files: {} });
  const run = (script: string): string => {
    const { stdout, stderr, unsupported } = workstation.run(script, { timeoutMs: 300_000 });
    workstation.settle();
    expect(unsupported).toEqual([]);
    return stdout + stderr;
  };
  run(`${SETTINGS}; e() { sudo -E etcdctl "$@"; }`);
  return run;
}

const CONFIGURATION = `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - aescbc: {keys: [{name: key1, secret: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=}]}
  - identity: {}`;

describe('values in etcd', () => {
  it('shows Secrets as they lie there: plain, until the API server is told to encrypt them and they are written again', () => {
    const run = open();
    const value = (name: string): string =>
      run(`e get /registry/secrets/default/${name} --print-value-only | tr -c '[:print:]' .`);
    run('kubectl create secret generic x --from-literal=password=s3cret');
    expect(value('x')).toMatch(
      /^k8s\.\.\.\.\.v1\.\.Secret\.+.\.+x\.+default.*FieldsV1:.*"f:data":.*password\.\.s3cret\.\.Opaque\.+"\.\.$/,
    );
    run(`sudo mkdir /etc/kubernetes/enc; printf '%s\\n' '${CONFIGURATION}' | sudo tee /etc/kubernetes/enc/enc.yaml
sudo sed -i 's#^    - --etcd-servers=.*#&\\n    - --encryption-provider-config=/etc/kubernetes/enc/enc.yaml#; s#^    volumeMounts:#&\\n    - {name: enc, mountPath: /etc/kubernetes/enc}#; s#^  volumes:#&\\n  - {name: enc, hostPath: {path: /etc/kubernetes/enc}}#' /etc/kubernetes/manifests/kube-apiserver.yaml
sleep 60; kubectl create secret generic y --from-literal=password=s3cret`);
    expect(value('y')).toMatch(/^k8s:enc:aescbc:v1:key1:(?!.*s3cret)/);
    expect(value('x')).toContain('s3cret');
    expect(run('kubectl get secrets -o json | kubectl replace -f -')).toBe('secret/x replaced\nsecret/y replaced\n');
    expect(value('x')).toMatch(/^k8s:enc:aescbc:v1:key1:/);
    expect(run('kubectl get secret x -o jsonpath={.data.password}')).toBe('czNjcmV0');
  });

  it.each([
    [
      'e put name alice; e put name bob --prev-kv; e get name; e del name; e get name',
      'OK\nOK\nname\nalice\nname\nbob\n1\n',
    ],
    [
      'e put a/1 x; e put a/2 y; e put b z; e get a/ --prefix --order=DESCEND; e get a b --keys-only; e get a --from-key --limit=1 --print-value-only',
      'OK\nOK\nOK\na/2\ny\na/1\nx\na/1\n\na/2\n\nx\n',
    ],
    ['e get --prefix --from-key a', 'Error: `--prefix` and `--from-key` cannot be set at the same time, choose one\n'],
    ['echo piped | e put k; e get k -w fields | grep Value', 'OK\n"Value" : "piped\\n"\n'],
    [
      'L=$(e lease grant 20 | cut -d" " -f2); e put k v --lease=$L; sleep 25; e get k; e lease timetolive $L | cut -d" " -f3-',
      'OK\nalready expired\n',
    ],
    ['e put k v --lease=1f', 'Error: etcdserver: requested lease not found\n'],
    [
      '(sudo -E timeout 5 etcdctl watch foo --prefix) & sleep 1; e put foo1 bar >/dev/null; e del foo1 >/dev/null; wait',
      'PUT\nfoo1\nbar\nDELETE\nfoo1\n\n',
    ],
    [
      `e put k 1; printf 'val("k") = "2"\\n\\nput k 3\\n\\nput k 4\\nget k\\n\\n' | e txn`,
      'OK\nFAILURE\n\nOK\n\nk\n4\n',
    ],
    [
      'sudo -E etcdctl --cacert=x get k 2>&1 | cut -d, -f4',
      '"msg":"conflicting environment variable is shadowed by corresponding command-line flag (either unset environment variable or disable flag))"\n',
    ],
    ['e compaction 999999', 'Error: etcdserver: mvcc: required revision is a future revision\n'],
  ])('%s', (script, shown) => {
    expect(open()(script)).toBe(shown);
  });
});
