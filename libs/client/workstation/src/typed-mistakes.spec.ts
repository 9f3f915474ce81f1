import { recordedProfile } from '@seatrial/cluster';
import { expect, it } from 'vitest';
import { openWorkstation } from './index.js';

const HEADLESS = 'apiVersion: v1\nkind: Service\nmetadata: {name: ext}\nspec: {clusterIP: None, ports: [{port: 80}]}\n';
const LIST =
  'apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, dat: {x: y}}]\n';
const DAEMONS = `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {nodeSelector: {disk: none}, containers: [{name: main, image: nginx}]}
`;
const MIXED = `apiVersion: v1
kind: ConfigMap
metadata: {name: x, annotations: {a: true}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: y}
spec: {replicas: two}
`;
const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: plain text}\n';
const KUSTOMIZED = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, annotations: {note: true}}\ndata: {a: yes}\n';
const TWICE = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: t}\ndata: {a: b}\n';
const files = {
  'scalars/kustomization.yaml': 'resources: [c.yaml]\n',
  'scalars/c.yaml': KUSTOMIZED,
  'twice.yaml': `${TWICE}---\n${TWICE}`,
  'good-secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: eA==}\n',
  'nameless.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {labels: {a: b}}\nspec: {ports: [{port: 80}]}\n',
  'empty.yaml': '',
  'labelled.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: u, labels: {a: b}}\n',
  'volume.yaml': 'apiVersion: v1\nkind: PersistentVolume\nmetadata: true\n',
  'secret.yaml': SECRET,
  'headless.yaml': HEADLESS,
  'list.yaml': LIST,
  'daemons.yaml': DAEMONS,
  'mixed.yaml': MIXED,
  'role.yaml':
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n',
  'unversioned.yaml': 'kind: ResourceQuota\nmetadata: {name: q}\n',
  'base/kustomization.yaml': 'resources: [service.yaml]\nlabels: [{pairs: {team: a}, includeSelectors: true}]\n',
  'base/service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n',
};

function open(): (command: string) => string {
  const workstation = openWorkstation({ profile: recordedProfile, seed: 'typed-mistakes', files, internet: false });
  return (command) => {
    const { stdout, stderr } = workstation.run(command);
    workstation.settle();
    return stdout + stderr;
  };
}

/** Random sessions at a real control plane of v1.35.4 (tools/lab/fuzz) found these. */
it.each([
  ['kubectl cordon node/node2 node/node2', /^node\/node2 cordoned\nnode\/node2 (already )?cordoned\n$/],
  ['kubectl cordon svc/kubernetes', 'error: expected resource of type node, got "/v1, Resource=services"\n'],
  ['kubectl cordon pod/web pod/web', 'Error from server (NotFound): pods "web" not found\n'],
  ['kubectl events --for=x/y', `the server doesn't have a resource type "x"\n`],
  ['kubectl run a -image=nginx', "error: unknown shorthand flag: 'm' in -mage=nginx\nSee 'kubectl run --help' for usage.\n"],
  ['kubectl scale deploy x --replicas=1 --current-replicas=-2', 'error: The --current-replicas must specify an integer of -1 or greater\n'],
  ['kubectl patch deploy x --type=yaml', 'error: must specify --patch or --patch-file containing the contents of the patch\n'],
  [`kubectl patch ns default --type=merge -p '{"a":'`, 'Error from server (BadRequest): error decoding patch: unexpected end of JSON input\n'],
  [`kubectl get pod '{"a"}'`, 'Error from server (NotFound): pods "{\\"a\\"}" not found\n'],
  ['kubectl get -f unversioned.yaml', 'Error from server (NotFound): the server could not find the requested resource\n'],
  ['kubectl wait --for=create -f role.yaml', 'Error from server (NotFound): clusterroles.rbac.authorization.k8s.io "r" not found\n'],
  ['kubectl diff -f role.yaml | head -1', /^diff -u -N \/tmp\/LIVE-\d+\/rbac.authorization.k8s.io.v1.ClusterRole..r /],
  ['kubectl diff -f mixed.yaml', /^error: unable to decode "mixed.yaml": json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.annotations of type string\n$/],
  ['kubectl list', 'error: unknown command "list" for "kubectl"\n\nDid you mean this?\n\tget\n\twait\n'],
  ['kubectl apply -f list.yaml', 'error: error validating "list.yaml": error validating data: ValidationError(ConfigMap): unknown field "dat" in io.k8s.api.core.v1.ConfigMap; if you choose to ignore these errors, turn validation off with --validate=false\n'],
  ['kubectl kustomize base | grep -A1 selector', '  selector:\n    team: a\n'],
  ["kubectl apply -f headless.yaml; kubectl get svc ext -o jsonpath='{.spec.ipFamilyPolicy} {.spec.ipFamilies}'", 'service/ext created\nRequireDualStack ["IPv4","IPv6"]'],
  ['kubectl expose -f secret.yaml --port=80', 'error: unable to decode "secret.yaml": illegal base64 data at input byte 5\n'],
  [`kubectl get svc -o go-template='{{index .items 0}}' | grep -c managedFields`, '1\n'],
  ["kubectl create svc nodeport n --tcp=80 --tcp=81 --dry-run=server -o jsonpath='{.spec.clusterIP} {.spec.ports[*].nodePort}'", '10.96.0.0 32769 32770'],
  ["kubectl create svc clusterip n --tcp=80 --clusterip=10.96.0.1 --dry-run=server", 'service/n created (server dry run)\n'],
  ['kubectl kustomize scalars', 'apiVersion: v1\ndata:\n  a: "yes"\nkind: ConfigMap\nmetadata:\n  annotations:\n    note: "true"\n  name: c\n'],
  ['kubectl replace --force -f empty.yaml', 'No resources found\nerror: no objects passed to replace\n'],
  ['kubectl replace --force -f nameless.yaml', 'error: error when deleting "nameless.yaml": resource name may not be empty\n'],
  ['kubectl create -f nameless.yaml', /^The Service "" is invalid: spec.clusterIPs: Invalid value: \[""\]: failed to allocate IP: IPAddress.networking.k8s.io "10.96.\d+.\d+" is invalid: spec.parentRef.name: Required value\n$/],
  ['kubectl rollout history -f volume.yaml', 'error: unable to decode "volume.yaml": json: cannot unmarshal bool into Go struct field PersistentVolume.metadata of type v1.ObjectMeta\n'],
  ['kubectl diff -f twice.yaml | grep -c "^diff"', '1\n'],
  ['kubectl diff -f good-secret.yaml | sed -n 4,5p', '@@ -1 +1,10 @@\n-null\n'],
  ['kubectl apply -f twice.yaml; kubectl label cm t a=b; kubectl diff --prune -l a=b -f labelled.yaml 2>&1 | grep -c "^-kind: ConfigMap"', 'configmap/t created\nconfigmap/t unchanged\nconfigmap/t labeled\n1\n'],
  ['kubectl apply -f twice.yaml; kubectl apply --prune --all -f role.yaml 2>/dev/null', 'configmap/t created\nconfigmap/t unchanged\nclusterrole.rbac.authorization.k8s.io/r created\n'],
  ["kubectl get priorityclass system-node-critical -o jsonpath='{.metadata.generation}'", '1'],
  [`echo x | sed '1,'`, "sed: -e expression #1, char 2: unexpected \`,'\n"],
  ['kubectl get pods, yaml', 'error: arguments in resource/name form must have a single resource and name\n'],
  ['kubectl get svc,ep kubernetes -l a=b', 'error: selectors and the all flag cannot be used when passing resource/name arguments\n'],
  ['kubectl get pods --context=ghost', 'Error in configuration: context was not found for specified context: ghost\n'],
  ['kubectl get pods -n db --context=ghost', 'error: context "ghost" does not exist\n'],
  ['kubectl apply -f role.yaml --context=ghost', 'error: context "ghost" does not exist\n'],
  ['kubectl run x --image=a --context=ghost', 'error: context "ghost" does not exist\n'],
  ['kubectl rollout status deploy/x --context=ghost', 'Error in configuration: context was not found for specified context: ghost\n'],
  ['kubectl create cm c; kubectl label cm c c a=b', 'configmap/c created\nconfigmap/c labeled\nconfigmap/c not labeled\n'],
  ['kubectl diff -f mixed.yaml --kubeconfig=nope', 'error: stat nope: no such file or directory\n'],
  ['kubectl create deploy d --image=a; kubectl get deploy d -o yaml | sed "s/replicas: 1/replicas: 3/" | kubectl apply --server-side -f -', /^deployment.apps\/d created\nerror: Apply failed with 1 conflict: conflict with "kubectl-create" using apps\/v1: .spec.replicas\n/],
  ['kubectl create cm c; kubectl get cm c -o yaml > c.yaml; kubectl delete cm c; kubectl apply --server-side -f c.yaml', /uid mismatch: the provided object specified uid \S+, and no existing object was found\n/],
  ['kubectl get ns --dry-run= 2>/dev/null; kubectl create ns x --dry-run=', /^error: Invalid dry-run value \(\). Must be "none", "server", or "client".\n$/],
  [`echo '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Servic","metadata":{"name":"a"}}]}' | kubectl create -f -`, 'unable to recognize no matches for kind "Servic" in version "v1"\n'],
  ['kubectl apply -f twice.yaml >/dev/null; sed "s/kind: ConfigMap/kind: configmap/" twice.yaml | kubectl apply -f - | tail -1', /GroupVersionKind: "\/v1, Kind=configmap"\nName: "t"[^]*\n\nfor: precondition failed for: map\[kind:configmap metadata:map/],
  ['kubectl apply -f twice.yaml >/dev/null; sed "s/kind: ConfigMap/kind: configmap/" twice.yaml | kubectl diff -f - 2>&1 | head -2; echo ${PIPESTATUS[1]}', 'error: error when patching "STDIN": creating patch with:\noriginal:\n2\n'],
  ['kubectl run w --image=nginx; sleep 5; timeout 2 kubectl attach w -it 2>&1 </dev/null | head -1', 'pod/w created\nerror: Unable to use a TTY - container w did not allocate one\n'],
  ['kubectl create role r --verb=list --resource=deployments.app,hpa.auto -o jsonpath="{.rules[*].apiGroups}" --dry-run=client', '["apps"] ["autoscaling"]'],
  ['kubectl debug node/node2 --image=busybox:1.36 --profile=general -- true >/dev/null; kubectl get pods -l app.kubernetes.io/managed-by=kubectl-debug -o jsonpath="{.items[*].spec.nodeName}"', 'node2'],
  [`echo '{"apiVersion":"apps/v1","kind":"ControllerRevision","metadata":{"name":"r"},"revision":1,"data":{"a":1}}' | kubectl create -f -; kubectl patch controllerrevision r --type=merge -p '{"data":{"a":2}}'`, 'controllerrevision.apps/r created\nThe ControllerRevision "r" is invalid: data: Invalid value: {"a":2}: field is immutable\n'],
  ['kubectl describe csinode node2 | tail -2; kubectl get csinode node2 -o yaml | tail -1', 'Spec:\nEvents:  <none>\n  drivers: null\n'],
  ['kubectl proxy >/dev/null & sleep 1; curl -s localhost:8001/apis/apps/v1/deploymnts | jq -c [.reason,.details]; curl -s localhost:8001/apis/aps/v1/deployments', '["NotFound",{}]\n404 page not found\n'],
  ['kubectl run w --image=nginx; sleep 5; kubectl exec w -- sh -c "echo a; sleep 1; echo b; echo c" | head -1; echo ${PIPESTATUS[0]}', 'pod/w created\na\n141\n'],
  ["bash -c 'cd /; env | grep -c ^OLDPWD'", '1\n'],
  ['kubectl run e --image=hashicorp/http-echo:1.0 -- -text=x; sleep 5; curl -si $(kubectl get pod e -o jsonpath={.status.podIP}):5678 | grep ^Content', 'pod/e created\nContent-Length: 2\r\nContent-Type: text/plain; charset=utf-8\r\n'],
  ['kubectl run r --image=redis:7; sleep 5; kubectl exec r -- redis-cli get a b', "pod/r created\nERR wrong number of arguments for 'get' command\n\n"],
] as const)('%s', (command, said) => {
  if (typeof said === 'string') expect(open()(command)).toBe(said);
  else expect(open()(command)).toMatch(said);
}); // prettier-ignore

it('a pod that a daemon set adopts before it has a node stays', () => {
  const say = open();
  say('kubectl apply -f daemons.yaml; kubectl taint nodes --all x=y:NoSchedule');
  say('kubectl run stray --image=nginx --labels=app=agent');
  expect(say('kubectl get pod stray --no-headers')).toMatch(/^stray +0\/1 +Pending/);
});
