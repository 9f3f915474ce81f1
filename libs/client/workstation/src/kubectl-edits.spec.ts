import { findProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;

beforeAll(() => {
  workstation = openWorkstation({ profile: findProfile('kubeadm')!, seed: 'kubectl-edits' });
  workstation.run('kubectl create deployment oak --image=nginx:1.25 --replicas=2; kubectl run box --image=nginx:1.25');
  workstation.settle();
});

const stdout = (command: string): string => workstation.run(command).stdout;

describe('kubectl edit', () => {
  it('of what is to be created creates nothing that was left alone', () => {
    workstation.run('kubectl create cm elm --from-literal=a=b --dry-run=client -o yaml > elm.yaml');
    const left = workstation.run('EDITOR=true kubectl create -f elm.yaml --edit');
    expect(left).toMatchObject({ stdout: '', stderr: 'Edit cancelled, no changes made.\n' });
    expect(stdout('EDITOR="sed -i s/elm/ash/" kubectl create -f elm.yaml --edit')).toBe('configmap/ash created\n');
  });

  it('notes its command with --record', () => {
    const edited = workstation.run(
      'KUBE_EDITOR="sed -i s/nginx:1.25/nginx:1.26/" kubectl edit deploy oak --record; kubectl rollout history deploy oak',
    );
    expect(edited.stderr).toBe('Flag --record has been deprecated, --record will be removed in the future\n');
    expect(edited.stdout).toContain('2         kubectl edit deploy oak --record=true\n');
  });

  it('lets unknown fields pass without validation', () => {
    expect(stdout('KUBE_EDITOR="sed -i s/replicas:/replicaz:/" kubectl edit deploy oak --validate=false')).toBe(
      'deployment.apps/oak edited\n',
    );
    expect(stdout("kubectl get deploy oak -o jsonpath='{.spec.replicas}'")).toBe('1');
  });
});

it('kubectl replace notes its command with --record', () => {
  workstation.run('kubectl create cm notes; kubectl get cm notes -o yaml > notes.yaml');
  expect(
    stdout(
      "kubectl replace -f notes.yaml --record 2> /dev/null; kubectl get cm notes -o jsonpath='{.metadata.annotations}'",
    ),
  ).toBe(
    'configmap/notes replaced\n{"kubernetes.io/change-cause":"kubectl replace --filename=notes.yaml --record=true"}',
  );
});

it('kubectl cp puts what is in FOLDER/. into the directory', () => {
  const copied = stdout(
    'mkdir -p site/css; echo hi > site/index.html; echo b > site/css/a.css; kubectl cp site/. box:/tmp; kubectl cp site box:/tmp; kubectl exec box -- ls /tmp /tmp/css; cd site; kubectl cp . box:/srv; kubectl exec box -- ls /srv; cd ..',
  );
  expect(copied).toBe('/tmp:\ncss\nindex.html\nsite\n\n/tmp/css:\na.css\ncss\nindex.html\n');
});

it('kubectl cordon says what the server refuses and does not fail', () => {
  const { stderr, exit } = workstation.run('kubectl cordon node3 --as=lou --as-group=system:nodes-readers');
  expect(stderr).toMatch(/^Error from server \(Forbidden\)/);
  expect(exit).toBe(1);
  workstation.run(
    'kubectl create clusterrole looker --verb=get,list --resource=nodes; kubectl create clusterrolebinding lou --clusterrole=looker --user=lou',
  );
  const refused = workstation.run('kubectl cordon node3 --as=lou');
  expect(refused.exit).toBe(0);
  expect(refused.stderr).toBe(
    'error: unable to cordon node "node3": nodes "node3" is forbidden: User "lou" cannot patch resource "nodes" in API group "" at the cluster scope\n',
  );
});

it('kubectl lists its commands in groups', () => {
  const { stdout } = workstation.run('kubectl');
  expect(stdout).toContain(
    '\nDeploy Commands:\n  rollout         Manage the rollout of a resource\n  scale           Set a new size for a deployment, replica set, or replication controller\n',
  );
  expect(stdout).not.toContain('Available Commands:');
  expect(stdout).not.toContain('  options ');
});

it('the API server gives logs as text and tables to those who accept them', () => {
  const at = '/api/v1/namespaces/default/pods/talks';
  workstation.run("kubectl run talks --image=busybox -- sh -c 'echo one; echo two; sleep 900'");
  workstation.settle();
  expect(stdout(`kubectl get --raw '${at}/log?tailLines=1'; kubectl get --raw ${at}/log`)).toBe('two\none\ntwo\n');
  expect(workstation.run(`kubectl get --raw '${at}/log?container=none'`).stderr).toContain(
    'container none is not valid for pod talks',
  );
  const table = stdout(
    `kubectl proxy --port=8011 > /dev/null & sleep 1; curl -s -H 'Accept: application/json;as=Table;g=meta.k8s.io;v=v1' localhost:8011${at} | jq -c '.kind, .rows[0].cells[0:3]'; kill %1`,
  );
  expect(table).toContain('"Table"\n["talks","1/1","Running"]\n');
});

it('a node whose container runtime is older than the question says nothing of its handlers', () => {
  expect(stdout('kubectl get node node2 -o json | jq -c \'.status | has("runtimeHandlers"), has("features")\'')).toBe(
    'false\nfalse\n',
  );
});

it('kubectl logs of all pods says nothing of the container that it chooses, and waits for a pod', () => {
  workstation.run(`kubectl apply -f - <<E
apiVersion: apps/v1
kind: Deployment
metadata: { name: pair }
spec:
  replicas: 2
  selector: { matchLabels: { app: pair } }
  template:
    metadata: { labels: { app: pair } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - { name: a, image: busybox, command: [sh, -c, echo hi; sleep 900] }
        - { name: b, image: busybox, command: [sleep, '900'] }
E`);
  workstation.settle();
  const all = workstation.run('kubectl logs deploy/pair --all-pods');
  expect(all.stderr).toBe('');
  expect(all.stdout).toMatch(/^(?:\[pod\/pair-[a-z0-9-]+\/a\] hi\n){2}$/);
  workstation.run('kubectl scale deploy pair --replicas=0');
  workstation.settle();
  expect(workstation.run('kubectl logs deploy/pair --all-pods --pod-running-timeout=1s').stderr).toBe(
    'error: timed out waiting for the condition\n',
  );
});
