import { findProfile } from '@seatrial/cluster';
import { expect, it } from 'vitest';
import { openWorkstation, type StepResult } from './workstation.js';

const PKI = '/etc/kubernetes/pki/etcd';

function open(): (command: string) => StepResult {
  const profile = findProfile('kubeadm');
  if (!profile) throw new Error('no profile');
  const workstation = openWorkstation({ profile, seed: 'etcd-administration' });
  const flags = `--endpoints=https://127.0.0.1:2379 --cacert=${PKI}/ca.crt --cert=${PKI}/server.crt --key=${PKI}/server.key`;
  return (command) => workstation.run(command.replaceAll('etcdctl', `sudo etcdctl ${flags}`));
}

it('announces a member, changes its address and takes it away again', () => {
  const run = open();
  expect(run('etcdctl member add n4 --peer-urls=https://10.0.0.9:2380 --learner').stdout).toMatch(
    /^Member [ \da-f]{16} added as learner to cluster [ \da-f]{16}\n\nETCD_NAME="n4"\nETCD_INITIAL_CLUSTER="node1=https:\/\/172\.18\.0\.2:2380,n4=https:\/\/10\.0\.0\.9:2380"\nETCD_INITIAL_ADVERTISE_PEER_URLS="https:\/\/10\.0\.0\.9:2380"\nETCD_INITIAL_CLUSTER_STATE="existing"\n$/,
  );
  const added = run('etcdctl member list | grep unstarted | cut -d, -f1').stdout.trim();
  expect(run('etcdctl member add n5 --peer-urls=https://10.0.0.9:2380').stderr).toBe(
    'Error: etcdserver: Peer URLs already exists\n',
  );
  expect(run(`etcdctl member promote ${added}`).stderr).toBe(
    'Error: etcdserver: can only promote a learner member which is in sync with leader\n',
  );
  expect(run(`etcdctl member update ${added} --peer-urls=https://10.0.0.8:2380`).exit).toBe(0);
  expect(run('etcdctl member list').stdout).toContain(`${added}, unstarted, , https://10.0.0.8:2380, , true\n`);
  expect(run(`etcdctl member remove ${added}`).stdout).toMatch(/^Member [ \da-f]{16} removed from cluster /);
  const own = run('etcdctl member list | cut -d, -f1').stdout.trim();
  expect(run(`etcdctl member remove ${own}`).stderr).toBe(
    'Error: etcdserver: re-configuration failed due to not enough started members\n',
  );
  expect(run('etcdctl member remove xyz')).toMatchObject({
    exit: 128,
    stderr: 'Error: bad member ID arg (strconv.ParseUint: parsing "xyz": invalid syntax), expecting ID in Hex\n',
  });
});

it('says in JSON what members there are and how they are', () => {
  const run = open();
  const list = JSON.parse(run('etcdctl member list -w json').stdout) as { members: { name: string }[] };
  expect(list.members.map(({ name }) => name)).toEqual(['node1']);
  const [status] = JSON.parse(run('etcdctl endpoint status -w json').stdout) as { Status: { version: string } }[];
  expect(status.Status.version).toBe('3.6.6');
});

it('keeps users and roles of its own', () => {
  const run = open();
  run('etcdctl role add app; etcdctl role grant-permission app readwrite /app/ --prefix; etcdctl user add jane:pw');
  expect(run('etcdctl user grant-role jane app; etcdctl user get jane').stdout).toBe(
    'Role app is granted to user jane\nUser: jane\nRoles: app\n',
  );
  expect(run('etcdctl role get app').stdout).toBe(
    'Role app\nKV Read:\n\t[/app/, /app0) (prefix /app/)\nKV Write:\n\t[/app/, /app0) (prefix /app/)\n',
  );
  expect(run('etcdctl user get nobody')).toMatchObject({ exit: 1, stderr: 'Error: etcdserver: user name not found\n' });
  expect(run('etcdctl role delete app; etcdctl user get jane').stdout).toBe('Role app deleted\nUser: jane\nRoles:\n');
  expect(run('etcdctl user add').exit).toBe(128);
});

it('deletes objects past the API server, whose watchers see it', () => {
  const run = open();
  run('kubectl run web --image=nginx; kubectl wait --for=condition=Ready pod/web');
  run('kubectl patch pod web --type=merge -p \'{"metadata":{"finalizers":["example.com/keep"]}}\'');
  expect(run('etcdctl del /registry/pods/default/web').stdout).toBe('1\n');
  expect(run('kubectl get pod web').stderr).toBe('Error from server (NotFound): pods "web" not found\n');
});
