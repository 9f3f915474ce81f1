import { configureProfile, findProfile, type ClusterSettings } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const PKI = '/etc/kubernetes/pki/etcd';
const ETCDCTL = `sudo ETCDCTL_API=3 etcdctl --endpoints=https://127.0.0.1:2379 --cacert=${PKI}/ca.crt --cert=${PKI}/server.crt --key=${PKI}/server.key`;
const MANIFESTS = '/etc/kubernetes/manifests';

const CRD = (plural: string, kind: string): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${plural}.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: ${plural}, singular: ${kind.toLowerCase()}, kind: ${kind}}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`;

function open(name = 'kubeadm', settings: ClusterSettings = {}) {
  const found = findProfile(name);
  invariant(found, 'the profile exists');
  const profile = configureProfile(found, settings);
  invariant(profile.ok, 'the settings fit');
  const files = { 'crons.yaml': CRD('crons', 'Cron'), 'tabs.yaml': CRD('tabs', 'Tab') };
  const workstation = openWorkstation({ profile: profile.value, seed: 'etcd', files });
  return (script: string): string => {
    const { stdout, stderr, unsupported } = workstation.run(script, { timeoutMs: 600_000 });
    workstation.settle();
    expect(unsupported).toEqual([]);
    return stdout + stderr;
  };
}

describe('a snapshot of etcd that is restored', () => {
  const run = open();
  let before = '';
  let revision = 0;

  it('is saved with what is there', () => {
    run(
      'kubectl create deployment web --image=nginx --replicas=2; kubectl create configmap kept --from-literal=a=1; kubectl expose deployment web --port=80',
    );
    before = run(
      'kubectl get pods,services,configmaps -o name; kubectl get services -o jsonpath="{.items[*].spec.clusterIP}"; kubectl get deploy,configmaps -o jsonpath="{.items[*].metadata.uid}"',
    );
    revision = Number(run('kubectl get --raw /api/v1/configmaps?limit=1 | jq -r .metadata.resourceVersion'));
    expect(run(`${ETCDCTL} snapshot save /opt/backup.db 2>/dev/null`)).toBe(
      'Snapshot saved at /opt/backup.db\nServer version 3.6.0\n',
    );
    expect(run('sudo etcdutl snapshot status /opt/backup.db -w table')).toMatch(
      /\| +HASH +\| REVISION \| TOTAL KEYS \| TOTAL SIZE \| VERSION \|\n\+[-+]+\+\n\| +[0-9a-f]+ \| +\d+ \| +\d+ \| +5\.6 MB \| +3\.6\.0 \|/,
    );
  });

  it('is put into a data directory by etcdutl, not by this release’s etcdctl', () => {
    run('kubectl delete deployment web; kubectl delete configmap kept; kubectl create deployment later --image=httpd');
    expect(run('kubectl get deployments -o name')).toBe('deployment.apps/later\n');
    expect(run(`${ETCDCTL} snapshot restore /opt/backup.db --data-dir /var/lib/etcd-restore`)).toMatch(
      /^NAME:\n {2}snapshot - Manages etcd node snapshots\n[^]*Error: unknown flag: --data-dir\n\n$/,
    );
    expect(run('sudo etcdutl snapshot restore /opt/backup.db --data-dir /var/lib/etcd-restore')).toMatch(
      /\tinfo\tsnapshot\/v3_snapshot\.go:333\trestored snapshot\t\{"path": "\/opt\/backup\.db", /,
    );
    expect(run('sudo etcdutl snapshot restore /opt/backup.db --data-dir /var/lib/etcd-restore')).toBe(
      'Error: data-dir "/var/lib/etcd-restore" not empty or could not be read\n',
    );
    expect(run('kubectl get deployments -o name')).toBe('deployment.apps/later\n');
  });

  it('is what the API shows once etcd starts on it', () => {
    run(`sudo sed -i 's#path: /var/lib/etcd$#path: /var/lib/etcd-restore#' ${MANIFESTS}/etcd.yaml; sleep 40`);
    expect(run('kubectl get deployments -o name')).toBe('deployment.apps/web\n');
    expect(
      run(
        'kubectl get pods,services,configmaps -o name; kubectl get services -o jsonpath="{.items[*].spec.clusterIP}"; kubectl get deploy,configmaps -o jsonpath="{.items[*].metadata.uid}"',
      ),
    ).toBe(before);
    expect(run('kubectl get nodes --no-headers')).toMatch(/^(node\d +Ready .*\n){3}$/);
    expect(run('kubectl get pods -n kube-system -l component=etcd --no-headers')).toMatch(/1\/1 +Running/);
    expect(
      run(
        'sudo crictl ps -a --name httpd -q; ssh root@node2 crictl ps --name httpd -q; ssh root@node3 crictl ps --name httpd -q',
      ),
    ).toBe('');
    const now = Number(run('kubectl get --raw /api/v1/configmaps?limit=1 | jq -r .metadata.resourceVersion'));
    expect(now).toBeGreaterThan(revision);
    expect(now).toBeLessThan(revision + 200);
  });

  it('is a store to go on with', () => {
    expect(run('kubectl scale deployment web --replicas=3; kubectl rollout status deployment web')).toMatch(
      /successfully rolled out/,
    );
    expect(run('kubectl create service nodeport more --tcp=80; kubectl run one --image=nginx --expose --port=80')).toBe(
      'service/more created\nservice/one created\npod/one created\n',
    );
    expect(run('kubectl get pod one --no-headers')).toMatch(/^one +1\/1 +Running/);
    expect(
      run("kubectl run c --rm -it --restart=Never --image=busybox -- wget -qO- web | grep -c 'Welcome to nginx'"),
    ).toMatch(/^1|2\n/);
    expect(run('kubectl get deployment web -o jsonpath={.metadata.managedFields[*].manager}')).toMatch(
      /kubectl-create/,
    );
  });

  it('gives way to the old directory again', () => {
    run(`sudo sed -i 's#path: /var/lib/etcd-restore$#path: /var/lib/etcd#' ${MANIFESTS}/etcd.yaml; sleep 40`);
    expect(run('kubectl get deployments -o name')).toBe('deployment.apps/later\n');
    expect(run('kubectl get pods --no-headers')).toMatch(/^later-\S+ +1\/1 +Running/);
  });
});

describe('the other ways of the drill', () => {
  it('takes the manifests out and the old directory’s place', () => {
    const run = open('kind');
    run(`kubectl create configmap kept --from-literal=a=1; ${ETCDCTL} snapshot save backup.db`);
    run('kubectl delete configmap kept; kubectl create configmap later');
    run(`sudo mkdir /etc/kubernetes/out; sudo mv ${MANIFESTS}/*.yaml /etc/kubernetes/out/; sleep 20`);
    expect(run('kubectl get nodes')).toMatch(/^The connection to the server .* was refused/);
    run(
      'sudo mv /var/lib/etcd /var/lib/etcd.old; sudo etcdutl --write-out=table snapshot restore backup.db --data-dir=/var/lib/etcd',
    );
    run(`sudo mv /etc/kubernetes/out/*.yaml ${MANIFESTS}/; sleep 40`);
    expect(run('kubectl get configmaps -o name')).toBe('configmap/kept\nconfigmap/kube-root-ca.crt\n');
  });

  it('brings kinds, ports and sets back', () => {
    const run = open();
    run(
      'kubectl apply -f crons.yaml; sleep 1; kubectl create service nodeport s --tcp=80 --node-port=30100; kubectl create serviceaccount a',
    );
    run('echo "{apiVersion: example.com/v1, kind: Cron, metadata: {name: c}}" | kubectl apply -f -');
    run(`${ETCDCTL} snapshot save backup.db`);
    run('kubectl delete crd crons.example.com; kubectl apply -f tabs.yaml; kubectl delete service s');
    run(
      'kubectl create service nodeport t --tcp=80 --node-port=30100; kubectl create namespace gone; kubectl run p -n gone --image=nginx',
    );
    run('sudo etcdutl snapshot restore backup.db --data-dir /var/lib/b --bump-revision 1000000 --mark-compacted');
    run(`sudo sed -i 's#path: /var/lib/etcd$#path: /var/lib/b#' ${MANIFESTS}/etcd.yaml; sleep 40`);
    expect(run('kubectl get crons -o name')).toBe('cron.example.com/c\n');
    expect(run('kubectl get tabs')).toBe('error: the server doesn\'t have a resource type "tabs"\n');
    expect(run('kubectl create service nodeport t --tcp=80 --node-port=30100')).toMatch(
      /provided port is already allocated/,
    );
    expect(run('kubectl get pods -n gone')).toBe('No resources found in gone namespace.\n');
    expect(Number(run('kubectl create configmap x -o jsonpath={.metadata.resourceVersion}'))).toBeGreaterThan(
      1_000_000,
    );
  });

  it('needs most members of etcd', () => {
    const run = open('kubeadm', { controlPlanes: 3, workers: 1 });
    const all = [2, 3, 4].map((last) => `node${last - 1}=https://172.18.0.${last}:2380`).join(',');
    run(`kubectl create configmap kept; ${ETCDCTL} snapshot save backup.db; kubectl delete configmap kept`);
    const restore = (node: string): string =>
      `ssh root@${node} 'etcdutl snapshot restore /tmp/backup.db --data-dir /var/lib/b --name ${node} --initial-cluster ${all}; sed -i "s#path: /var/lib/etcd\\$#path: /var/lib/b#" ${MANIFESTS}/etcd.yaml'`;
    for (const node of ['node1', 'node2', 'node3']) run(`sudo cat backup.db | ssh root@${node} 'cat > /tmp/backup.db'`);
    run(`${restore('node1')}; sleep 30`);
    expect(run('kubectl get configmap kept')).toMatch(/etcdserver: request timed out/);
    run(`${restore('node2')}; sleep 30`);
    expect(run('kubectl get configmap kept -o name')).toBe('configmap/kept\n');
    run(`${restore('node3')}; sleep 30`);
    expect(run('kubectl get configmap kept -o name; kubectl get nodes --no-headers')).toMatch(
      /kept\n(node\d +Ready .*\n){4}$/,
    );
  });

  it('is an empty cluster when the new directory is', () => {
    const run = open();
    run('kubectl create deployment web --image=nginx');
    run(`sudo sed -i 's#/var/lib/etcd$#/var/lib/nothing#' ${MANIFESTS}/etcd.yaml; sleep 40`);
    expect(run('kubectl get all')).toMatch(/^NAME +TYPE .*\nservice\/kubernetes +ClusterIP +10\.96\.0\.1 .*\n$/);
    expect(run('kubectl get nodes')).toBe('No resources found\n');
  });

  it('has its refusals', () => {
    const run = open();
    run(
      `${ETCDCTL} snapshot save backup.db; (echo; sudo cat backup.db) >backup2.db; sudo cp /var/lib/etcd/member/snap/db live.db`,
    );
    expect(run('sudo etcdutl snapshot restore backup2.db --data-dir a')).toMatch(/Error: expected sha256 /);
    expect(run('sudo etcdutl snapshot restore live.db --data-dir b')).toMatch(
      /Error: snapshot missing hash but --skip-hash-check=false\n/,
    );
    expect(run('sudo etcdutl snapshot restore none.db --data-dir b')).toMatch(
      /Error: open none\.db: no such file or directory\n/,
    );
    expect(run('sudo etcdutl snapshot restore backup.db --name n1')).toBe(
      'Error: couldn\'t find local name "n1" in the initial cluster configuration\n',
    );
    expect(run('etcdutl snapshot status')).toBe('Error: snapshot status requires exactly one argument\n');
  });
});
