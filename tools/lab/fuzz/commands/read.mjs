// get, describe, wait, events, explain, auth, config, logs, api-resources.
import { CLUSTER_WIDE, KINDS, listable } from '../world.mjs';

const COLUMNS = [
  'NAME:.metadata.name',
  'NAME:.metadata.name,IMAGE:.spec.template.spec.containers[*].image',
  'N:metadata.name,L:.metadata.labels',
  'NAME:.metadata.name,R:.spec.replicas,A:.spec.nope',
  'NAME',
  'NAME:',
  'X:{.metadata.name}',
  'N:.metadata.name,P:.spec.ports[*].port',
  'K:.kind,V:.apiVersion,L:.metadata.labels.app',
  'N:.metadata.name,M:.spec.containers[0].resources',
];
const PATHS = [
  '{.metadata.name}',
  '{.items[*].metadata.name}',
  '{range .items[*]}{.metadata.name}{"\\n"}{end}',
  '{.spec.replicas}',
  '{.spec.template.spec.containers[0].image}',
  '{.items[0].metadata.labels}',
  '{.items[?(@.spec.replicas>1)].metadata.name}',
  '{.data}',
  '{.metadata.labels.app}',
  '{.items[*].spec.ports[0].port}',
  '{.metadata.name',
  '.metadata.name',
  '{.nope}',
  '{.items[99].metadata.name}',
  '{range .items[*]}{.kind}{"\\t"}{.metadata.name}{"\\n"}{end}',
  '{.metadata}',
  '{.spec}',
  '{..name}',
  "{.items[?(@.metadata.name=='web')].kind}",
  '{.data.MODE}',
  '{.items[-1:].metadata.name}',
  '{.items[0:2].metadata.name}',
  '{.spec.selector}',
  '{.items..image}',
  'metadata.name',
  '{.items[*].status.conditions[*].type}',
  "{.metadata['name','namespace']}",
  '{.items[?(@.metadata.labels.app)].metadata.name}',
];
const TEMPLATES = [
  '{{.metadata.name}}',
  '{{range .items}}{{.metadata.name}}{{"\\n"}}{{end}}',
  '{{.spec.replicas}}',
  '{{len .items}}',
  '{{if .spec.replicas}}yes{{else}}no{{end}}',
  '{{.nope}}',
  '{{.metadata.labels}}',
  '{{range $k,$v := .data}}{{$k}}={{$v}} {{end}}',
  '{{.metadata.name',
  '{{index .items 0}}',
  '{{.data.password | base64decode}}',
  '{{printf "%s-%v" .kind .spec.replicas}}',
  '{{.foo.bar}}',
  '{{range .items}}{{.metadata.name}} {{len .spec}}{{"\\n"}}{{end}}',
];
const quote = (r, text) => `'${text.replaceAll("'", "'\\''")}'`;

const output = (r) =>
  r.weighted({
    '': 30,
    ' -o wide': 10,
    ' -o yaml': 9,
    ' -o json': 2,
    ' -o name': 5,
    jsonpath: 9,
    columns: 5,
    template: 5,
    ' --show-labels': 4,
    ' -L app,tier': 3,
    sort: 6,
    ' --no-headers': 3,
    " -o jsonpath-as-json='{.items[*].metadata.name}'": 1,
    ' -o kyaml': 0.7,
    ' --show-kind': 2,
    ' --show-managed-fields -o yaml': 0.8,
    ' -o yml': 0.7,
    ' -o': 0.5,
    ' --output=wide --show-labels': 1,
    ' -o jsonpath': 0.4,
    ' -o custom-columns=': 0.3,
    ' -o jsonpath-file=f': 0.2,
    ' --label-columns=env': 1,
    ' -w --request-timeout=1s': 0,
  });

const SORTS = [
  '.metadata.name',
  '.metadata.creationTimestamp',
  '{.metadata.name}',
  '.spec.replicas',
  '.nope',
  '.metadata.labels.app',
  '.spec.type',
  'metadata.name',
  '.spec.ports[0].port',
  '.metadata',
  '{.spec',
];

function formatted(r) {
  const chosen = output(r);
  if (chosen === 'jsonpath') return ` -o jsonpath=${quote(r, r.pick(PATHS))}`;
  if (chosen === 'columns') return ` -o custom-columns=${r.mostly(quote(r, r.pick(COLUMNS)), [r.pick(COLUMNS)], 0.3)}`;
  if (chosen === 'template') return ` -o go-template=${quote(r, r.pick(TEMPLATES))}`;
  if (chosen === 'sort') return ` --sort-by=${r.pick(SORTS)}${r.mostly('', [' -o name', ' -o wide', ' -o yaml'], 0.2)}`;
  return chosen;
}

function what(r, world) {
  const form = r.weighted({ list: 8, one: 9, several: 2, types: 3, selector: 4, node: 1.5, slash: 1, fields: 1 });
  const kind = world.kind();
  if (form === 'one') return world.reference(kind);
  if (form === 'several') return `${world.word(kind)} ${world.name(kind)} ${world.name(kind)}`;
  if (form === 'types')
    return r.pick([
      'deploy,svc',
      'pods,deploy,rs',
      'all',
      'cm,secret',
      'deploy,rs,pods',
      'ing,svc,ep',
      'role,rolebinding',
      'pdb,hpa,quota',
      'sts,ds,job,cj',
      'pvc,pv',
      'deployments,foos',
      'ns,sc',
      'deploy/web svc/web',
      'deploy,svc web',
      'deploy/web,svc/web',
      'pods,',
      'sa,limits',
    ]);
  if (form === 'selector') return `${world.word(listable(world))} -l ${world.selector()}`;
  if (form === 'node') return r.pick(['nodes', 'node node2', 'no -l a=b', 'nodes --show-labels', 'node node9']);
  if (form === 'slash')
    return r.pick([
      `${world.word(kind)}/${world.name(kind)} ${world.word(kind)}/${world.name(kind)}`,
      `${world.word(kind)}/`,
      `/${world.name(kind)}`,
      `pod/a/b`,
    ]);
  if (form === 'fields')
    return r.pick([
      'pods --field-selector=status.phase=Pending',
      'pods --field-selector=metadata.name=web',
      'svc --field-selector=spec.type=NodePort',
      'deploy --field-selector=spec.replicas=2',
      'events --field-selector=reason=ScalingReplicaSet',
      'pods --field-selector=status.phase!=Running',
      'secrets --field-selector=type=Opaque',
      'pods --field-selector=spec.nodeName=',
      'ns --field-selector=status.phase=Active',
      'pods --field-selector=x',
      'jobs --field-selector=status.successful=1',
    ]);
  return world.word(listable(world));
}

const get = (r, world) =>
  `kubectl get ${what(r, world)}${formatted(r)}${r.mostly('', [' -A -l app=web', ' --ignore-not-found', ' --chunk-size=1', ' --server-print=false', ' -A -l nope=x', ' --all-namespaces -l env=dev', ' --output-watch-events'], 0.08)}${world.space()}`;

function describe(r, world) {
  const kind = world.kind();
  const form = r.weighted({ one: 12, all: 3, prefix: 2, selector: 2, several: 1, odd: 1 });
  if (form === 'one')
    return `kubectl describe ${world.reference(kind)}${r.mostly('', [' --show-events=false'], 0.2)}${world.space()}`;
  if (form === 'all') return `kubectl describe ${world.word(listable(world))}${world.space()}`;
  if (form === 'prefix') return `kubectl describe ${world.word(kind)} ${world.name(kind).slice(0, 2)}`;
  if (form === 'selector') return `kubectl describe ${world.word(listable(world))} -l ${world.selector()}`;
  if (form === 'several') return `kubectl describe ${world.word(kind)} ${world.name(kind)} ${world.name(kind)}`;
  return `kubectl describe ${r.pick(['', 'foo', `${world.name(kind)}`, `${world.word(kind)} -o yaml`, 'deploy,svc', `deploy/${world.name('deployment')} svc/${world.name('service')}`, 'all'])}`;
}

const wait = (r, world) => {
  const kind = world.kind(['deployment', 'pod', 'job', 'configmap', 'service', 'namespace']);
  return `kubectl wait ${r.mostly(world.reference(kind), [`${world.word(kind)} --all`, `${world.word(kind)} -l ${world.selector()}`, world.word(kind), ''], 0.2)} ${r.mostly(r.pick(['--for=condition=Ready', '--for=condition=available', '--for=delete', '--for=create', "--for=jsonpath='{.metadata.name}'=web", "--for=jsonpath='{.status.phase}'=Pending", "--for=jsonpath='{.spec.replicas}'", '--for=condition=PodScheduled=false', '--for=condition=Complete']), ['', '--for=ready', '--for=condition', '--for=jsonpath=x', "--for=jsonpath='{.a}=b'", '--for=Delete'], 0.15)} --timeout=1s${world.space()}`;
};
const events = (r, world) =>
  `kubectl ${r.pick([`events --for=${world.word('pod')}/${world.name('pod')}`, 'get events --field-selector=type=Warning -o name | wc -l', `events --for deployment/${world.name('deployment')}`, 'events --types=Normal --no-headers -o name | wc -l', 'events --types=Foo', 'events --for=web', 'events --for=x/y', `get events --field-selector=involvedObject.kind=Deployment -o custom-columns=R:.reason,M:.message`])}`;
const explain = (r, world) =>
  `kubectl explain ${r.mostly(`${world.word(r.pick(KINDS))}${r.pick(['', '.spec', '.metadata', '.spec.template.spec.containers', '.spec.containers.resources', '.status', '.spec.ports', '.nope', '.spec.replicas', '.data'])}`, ['', 'foo', 'deploy.spec.nope.x', 'pods --api-version=v1', 'deploy --api-version=apps/v2', 'hpa --api-version=autoscaling/v1', 'pod,svc', 'pods.spec.', '.spec'], 0.12)}${r.weighted({ '': 6, ' --recursive': 2, ' --output=plaintext-openapiv2': 0.5, ' --recursive --output=plaintext': 0.3 })}`;

const VERBS = ['get', 'list', 'create', 'delete', '*', 'watch', 'escalate', 'lst', 'use', 'impersonate'];
const AS = [
  '',
  '',
  ' --as=ana',
  ' --as=eva --as-group=devs',
  ' --as=system:serviceaccount:default:web',
  ' --as=system:serviceaccount:default:default',
];
const auth = (r, world) =>
  `kubectl auth ${r.weighted({ can: 10, list: 3, whoami: 1, odd: 1.5, reconcile: 2 }) === 'can' ? `can-i ${r.pick(VERBS)} ${r.mostly(r.pick(['pods', 'deployments.apps', 'secrets/db', 'pods --subresource=log', 'nodes', 'deploy/web', 'services -A', '/healthz', 'foo', 'svc', '*', 'roles', 'pods/exec', '*.*', 'deployments.batch']), [''], 0.05)}${r.pick(AS)}${r.mostly('', [' -q', ' -n dev', ' --list'], 0.1)}` : r.pick([`can-i --list${r.pick(AS)}`, 'whoami', `whoami -o yaml${r.pick(AS)}`, 'whoami -o json', 'can-i', 'can-i get', 'can-i get pods web extra', `whoami${r.pick(AS)}`, 'reconcile', `reconcile -f ${rbacFile(r, world)}${r.pick(['', ' --dry-run=client', ' --remove-extra-permissions', ' --remove-extra-subjects', ' -o name'])}`, 'can-I get pods', `can-i --list --no-headers${r.pick(AS)} -n ${world.name('namespace')}`])}`;

const RBAC = (name, verbs, subject) => `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: ${name}
rules:
- apiGroups: [""]
  resources: [pods]
  verbs: [${verbs}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: ${name}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${name}}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: User, name: ${subject}}
`;
const rbacFile = (r, world) => {
  const name = world.newName('role');
  world.add('role', name);
  world.add('rolebinding', name);
  return world.file('yaml', RBAC(name, r.pick(['get', 'get, list', 'watch']), r.pick(['ana', 'eva'])));
};

const config = (r, world) =>
  `kubectl config ${r.pick(['get-contexts', 'current-context', 'view', 'view --minify', 'use-context ghost', `set-context --current --namespace=${r.pick(['dev', 'default', world.name('namespace')])}`, 'get-contexts -o name', 'get-clusters', 'get-users', 'set-credentials ana --token=abc', 'set-credentials eva --username=eva --password=x', 'set-context dev --cluster=kubernetes --user=ana', 'delete-context dev', 'delete-user ana', 'rename-context dev test', 'set-cluster other --server=https://1.2.3.4:6443', 'delete-cluster other', "view -o jsonpath='{.contexts[*].name}'", "view -o jsonpath='{.clusters[0].cluster.server}'", 'unset users.ana', 'set contexts.dev.namespace x', 'unset current-context --kubeconfig=other', 'set-context', 'use-context', 'get-contexts dev', 'set-context --current', 'view --flatten=x', 'rename-context a b', 'set-cluster other --insecure-skip-tls-verify=true', 'delete-context', 'set-credentials', 'set-context dev --namespace=dev', 'get-contexts --no-headers', 'set preferences.colors true', 'set-credentials ana --client-certificate=missing.crt', 'foo', 'set users.x.y 1', 'view --raw=x', 'current-context x'])}`;

const other = (r, world) =>
  `kubectl ${r.pick([`logs ${world.name('pod')}`, `logs deploy/${world.name('deployment')}`, `exec ${world.name('pod')} -- ls`, `exec -it deploy/${world.name('deployment')} -- sh`, 'api-resources --api-group=apps', 'api-resources --namespaced=false --api-group=rbac.authorization.k8s.io -o name', 'api-resources --verbs=list --api-group=batch -o wide', 'api-versions | grep apps', 'version --client=x', 'cluster-info --foo', 'logs', `logs -l ${world.selector()}`, 'get --raw /version -o x', `get --raw /api/v1/namespaces/default/configmaps/${world.name('configmap')}x`, 'get --raw /healthz', 'get --raw /apis/apps/v2', `cp ${world.name('pod')}:/tmp/x x`, `top pod`, `port-forward svc/${world.name('service')} 80`, `attach ${world.name('pod')}`, `debug ${world.name('pod')} --image=busybox`, 'api-resources --sort-by=foo', 'api-resources --api-group=nope', 'completion', 'options | head -5', 'plugin list', `certificate approve x`, `get csr`, `logs ${world.name('pod')} -c nope`, `logs ${world.name('pod')} --previous`, `debug node/node1 -it --image=busybox --dry-run=client`, 'help foo', `set -h | head -3`, `exec ${world.name('pod')} ls`, `logs job/${world.name('job')}`, 'api-resources --categories=all --no-headers | head -5', `top node node1`])}`;

export const READING = { get, describe, wait, events, explain, auth, config, other };
export { CLUSTER_WIDE };
