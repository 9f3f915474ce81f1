// set, label, annotate, patch, scale, taint, cordon, rollout, edit, delete.
import { IMAGES, WORKLOADS, listable } from '../world.mjs';

const TEMPLATED = ['deployment', 'statefulset', 'daemonset', 'replicaset', 'cronjob', 'job', 'pod'];
const tail = (r) =>
  r.weighted({
    '': 85,
    ' --dry-run=client': 3,
    ' --dry-run=server': 3,
    ' -o name': 2,
    ' --dry-run=client -o yaml': 3,
    ' -o yaml': 1,
    ' --local -o yaml': 1,
    ' -o wide': 0.5,
    ' --record': 0.5,
  });
/** The container that generators and manifests call so. */
const containerOf = (r, world) => r.pick(['nginx', 'httpd', 'redis', 'busybox', 'main', '*', world.pickName ?? 'web']);

const SET = {
  image: (r, w) =>
    `image ${w.reference(w.kind(TEMPLATED))} ${r.mostly(`${containerOf(r, w)}=${r.pick(IMAGES)}`, ['nginx', 'nginx=', '=redis', '', `main=redis nginx=nginx:1.28`], 0.12)}`,
  env: (r, w) =>
    `env ${w.reference(w.kind(TEMPLATED))} ${r.pick(['MODE=prod', 'A=1 B=2', 'MODE-', '--list', `--from=configmap/${w.name('configmap')}`, `--from=secret/${w.name('secret')} --prefix=DB_`, '-c main A=1', 'MODE=x --overwrite=false', '-e A=2', 'A', '--from=configmap', '--from=pod/x', '-c ghost A=1', '--keys=MODE --from=cm/web', '--list --resolve', '"1A=x"', 'A- B=3'])}`,
  resources: (r, w) =>
    `resources ${w.reference(w.kind(TEMPLATED))} ${r.pick(['--limits=cpu=200m,memory=128Mi', '--requests=cpu=100m', '--limits=cpu=1 --requests=cpu=500m', '-c=main --limits=memory=64Mi', '', '--limits=cpu', '--requests=memory=abc', '--limits=cpu=0', '--requests=cpu=2 --limits=cpu=1', '--limits=cpu=0,memory=0'])}`,
  serviceaccount: (r, w) =>
    `${r.pick(['serviceaccount', 'sa'])} ${w.reference(w.kind(TEMPLATED))} ${r.mostly(w.name('serviceaccount'), ['', 'a b', 'A_b'], 0.1)}`,
  selector: (r, w) =>
    `selector ${w.reference(w.kind(['service', 'deployment', 'replicaset']))} ${r.mostly(`app=${r.pick(['web', 'api'])}`, ['', 'app', "'app in (a,b)'", 'app=a,tier=b', '"app=a b"'], 0.3)}`,
  subject: (r, w) =>
    `subject ${w.reference(w.kind(['rolebinding', 'clusterrolebinding', 'role']))} ${r.mostly(r.pick(['--user=eva', '--group=ops', '--serviceaccount=default:web']), ['', '--serviceaccount=web', '--user=eva --user=eva'], 0.2)}`,
};
const set = (r, world) =>
  `kubectl set ${SET[r.weighted({ image: 6, env: 6, resources: 4, serviceaccount: 2, selector: 2, subject: 2 })](r, world)}${tail(r)}${world.space()}`;

const about = (r, world) =>
  r.weighted({ one: 10, selected: 1.5, all: 1, two: 1 }) === 'one'
    ? world.reference(world.kind())
    : r.pick([
        `${world.word(listable(world))} -l ${world.selector()}`,
        `${world.word(listable(world))} --all`,
        `${world.word('pod')} ${world.name('pod')} ${world.name('pod')}`,
        `deploy,svc --all`,
        `pod/${world.name('pod')} svc/${world.name('service')}`,
      ]);

const pairs = (r, world) => {
  const [key, value] = world.label();
  return r.mostly(
    r.pick([
      `${key}=${value}`,
      `${key}=${value}`,
      `${key}-`,
      `${key}=${value} --overwrite`,
      `${key}=${value} new=yes`,
      `${key}=`,
    ]),
    [
      '',
      key,
      'a b=c',
      `${key}=${value} ${key}-`,
      '"x y=z"',
      'app=a=b',
      `-l ${key} x=y`,
      '--list',
      'a/b/c=d',
      '"app=bad value"',
      '=x',
      '--resource-version=1 a=b',
      `${key}=${value} --overwrite --resource-version=999999999`,
    ],
    0.22,
  );
};
const label = (r, world) => `kubectl label ${about(r, world)} ${pairs(r, world)}${tail(r)}${world.space()}`;
const annotate = (r, world) =>
  `kubectl annotate ${about(r, world)} ${r.mostly(r.pick(['note="a b c"', 'note-', 'kubernetes.io/change-cause="new image"', 'owner=ana --overwrite', 'example.com/x=1', 'a=1 b=2']), ['', 'note', '"bad key=x"', '--list', 'a- a=b', '_x=1'], 0.2)}${tail(r)}${world.space()}`;

const image = (r) => ({
  template: { spec: { containers: [{ name: r.pick(['nginx', 'main', 'web']), image: r.pick(IMAGES) }] } },
});
const PATCHES = [
  (r) => ({ spec: { replicas: r.int(0, 4) } }),
  (r) => ({ spec: image(r) }),
  (r) => ({ metadata: { labels: { app: r.pick(['web', 'api']), old: null } } }),
  () => ({ metadata: { annotations: { note: 'x' } } }),
  () => ({ spec: { type: 'NodePort' } }),
  () => ({ spec: { ports: [{ port: 80, targetPort: 9000 }] } }),
  () => ({ data: { MODE: 'patched', user: null } }),
  () => ({ spec: { template: { metadata: { labels: { app: 'other' } } } } }),
  () => ({ spec: { suspend: true } }),
  () => ({ spec: { replicas: 'three' } }),
  () => ({ spec: { strategy: { type: 'Recreate' } } }),
  () => ({ spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }),
  () => ({ spec: { containers: [{ name: 'main', image: 'redis:7' }] } }),
  () => ({ spec: { hard: { pods: '9' } } }),
  () => ({ spec: { unschedulable: true } }),
  () => ({ spec: { unknownField: 1 } }),
  () => ({ spec: { template: { spec: { containers: [{ name: 'main', $patch: 'delete' }] } } } }),
  () => ({ spec: { template: { spec: { containers: [{ image: 'redis' }] } } } }),
  () => ({ metadata: { name: 'renamed' } }),
  () => ({ metadata: { finalizers: ['example.com/hold'] } }),
  () => ({ spec: null }),
  () => ({ spec: { selector: { app: 'x' } } }),
  () => ({ secrets: [{ name: 'x' }] }),
  () => ({ rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }),
  () => ({ roleRef: { name: 'other' } }),
  () => ({ spec: { maxReplicas: 8 } }),
  () => ({ spec: { tolerations: [{ key: 'a', operator: 'Exists' }] } }),
  () => ({ status: { replicas: 9 } }),
];
const JSON_PATCHES = [
  [{ op: 'replace', path: '/spec/replicas', value: 2 }],
  [{ op: 'add', path: '/metadata/labels/env', value: 'dev' }],
  [{ op: 'remove', path: '/metadata/labels/app' }],
  [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'redis:7' }],
  [{ op: 'test', path: '/spec/replicas', value: 99 }],
  [{ op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'extra', image: 'busybox' } }],
  [{ op: 'move', path: '/data/b', from: '/data/MODE' }],
  [{ op: 'copy', path: '/metadata/labels/copy', from: '/metadata/labels/app' }],
  [{ op: 'replace', path: 'spec/replicas', value: 2 }],
  [{ op: 'change', path: '/spec/replicas', value: 2 }],
  [{ op: 'add', path: '/spec/tolerations/0', value: {} }],
  { spec: { replicas: 1 } },
  [],
];
const quoted = (value) => `'${JSON.stringify(value)}'`;

function patch(r, world) {
  const type = r.weighted({ '': 6, strategic: 1, merge: 4, json: 3, apply: 0.3 });
  const body = type === 'json' ? quoted(r.pick(JSON_PATCHES)) : quoted(r.pick(PATCHES)(r));
  const text = r.mostly(
    body,
    ['{"spec":', "'spec: {replicas: 2}'", 'x', "''", "'{}'", "'[]'", "'spec:\n  replicas: 3'", body.slice(1, -1)],
    0.12,
  );
  const sub = r.weighted({
    '': 20,
    ' --subresource=scale': 1,
    ' --subresource=status': 1,
    ' --subresource=foo': 0.3,
    ' --subresource=resize': 0.3,
  });
  return `kubectl patch ${world.reference(world.kind())}${type === '' ? '' : ` --type=${r.mostly(type, ['Merge', 'yaml', 'strategic-merge'], 0.03)}`}${sub} ${r.mostly('-p', ['--patch', '', '--patch-file'], 0.1)} ${text}${tail(r)}${world.space()}`;
}

const scale = (r, world) =>
  `kubectl scale ${r.mostly(world.reference(world.kind(['deployment', 'replicaset', 'statefulset', 'replicationcontroller', 'job', 'pod'])), ['deploy --all', `deploy -l ${world.selector()}`, `deploy ${world.name('deployment')} ${world.name('deployment')}`, '--all deploy,sts'], 0.15)} ${r.mostly(`--replicas=${r.int(0, 4)}`, ['', '--replicas=-1', '--replicas=two', '--replicas', '-r 2', '--replicas=2 --current-replicas=1', '--replicas=1 --current-replicas=-2', '--replicas=3 --timeout=1s', '--replicas=2 --resource-version=1'], 0.25)}${tail(r)}${world.space()}`;

const taint = (r, world) =>
  `kubectl taint ${r.pick(['node', 'nodes', 'no'])} ${r.mostly(world.name('node'), ['--all', '-l disk=ssd', 'node1 node2', ''], 0.15)} ${r.mostly(r.pick(['gpu=yes:NoSchedule', 'gpu:NoExecute', 'gpu-', 'gpu:NoSchedule-', 'gpu=no:NoSchedule --overwrite', 'disk=old:PreferNoSchedule']), ['gpu=yes', 'gpu', 'gpu=yes:noschedule', '', 'a=b:NoSchedule a=c:NoSchedule', 'gpu=yes:NoSchedule gpu-', 'nope-', 'a b', 'a=b=c:NoSchedule', ':NoSchedule', 'gpu=yes:NoSchedule-'], 0.25)}${tail(r)}`;
const cordon = (r, world) =>
  `kubectl ${r.pick(['cordon', 'uncordon'])} ${r.mostly(world.name('node'), ['', '-l disk=ssd', 'node1 node2', 'node9', 'nodes node1', 'node/node1', 'node1 -l a=b', 'pod/web'], 0.3)}${r.mostly('', [' --dry-run=client', ' --dry-run=server'], 0.1)}`;

const rollout = (r, world) => {
  const what = r.mostly(
    world.reference(world.kind(['deployment', 'statefulset', 'daemonset'])),
    [
      world.reference(world.kind()),
      'deploy',
      '',
      `deploy -l ${world.selector()}`,
      `deploy/${world.name('deployment')} deploy/${world.name('deployment')}`,
    ],
    0.15,
  );
  const how = r.weighted({
    history: 5,
    'history --revision=': 3,
    undo: 4,
    'undo --to-revision=': 2,
    pause: 2,
    resume: 2,
    restart: 4,
    'status --timeout=1s': 3,
    'status --watch=false': 2,
    'status --revision=1 --watch=false': 0.5,
    'undo --dry-run=server': 0.5,
    'undo --dry-run=client': 0.5,
    'history -o yaml --revision=1': 0.3,
    histroy: 0.2,
    'undo --to-revision=0': 0.2,
  });
  return `kubectl rollout ${how.endsWith('=') ? how + r.mostly(r.int(1, 3), [-1, 'x', 9, 0], 0.2) : how} ${what}${world.space()}`;
};

const EDITS = [
  's/nginx/httpd/',
  's/replicas: .*/replicas: 3/',
  's/replicas: .*/replicas: lots/',
  's/app: web/app: api/',
  '/^kind:/d',
  's/name: main/name: Main/',
  's/  labels:/ labels:/',
  's/type: .*/type: NodePort/',
  's/MODE: .*/MODE: edited/',
  's/xyz/xyz/',
  's/apiVersion: .*/apiVersion: v9/',
  's/^spec:/spec2:/',
  's/image:/imag:/',
  '$d',
  's/restartPolicy: .*/restartPolicy: Sometimes/',
  's/port: 80/port: 81/',
  '/resourceVersion/d',
  's/  name: .*/  name: other/',
  '1,$d',
];
const edit = (r, world) =>
  `${r.pick(['EDITOR', 'KUBE_EDITOR'])}="sed -i '${r.pick(EDITS)}'" kubectl edit ${r.mostly(world.reference(world.kind()), ['deploy', world.word('configmap')], 0.06)}${r.weighted({ '': 20, ' --save-config': 1, ' -o json': 1, ' --output-patch': 1, ' --subresource=status': 0.5, ' --validate=false': 1, ' --windows-line-endings': 0.2 })}${world.space()}`;

function remove(r, world) {
  const kind = r.mostly(world.kind(), ['namespace'], 0.02);
  const form = r.weighted({ one: 10, flags: 4, selector: 2, all: 1.2, several: 2, odd: 1 });
  const flags = r.pick([
    '--now',
    '--wait=false',
    '--cascade=orphan',
    '--cascade=foreground',
    '--ignore-not-found',
    '-o name',
    '--grace-period=0 --force',
    '--dry-run=client',
    '--dry-run=server',
    '--force',
    '--grace-period=5',
    '--cascade=maybe',
    '--timeout=5s',
    '--interactive',
    '--cascade=false',
    '--dry-run=client -o yaml',
  ]);
  const name = world.name(kind);
  if (kind === 'node') return 'kubectl delete node node9';
  if ((form === 'one' || form === 'flags') && !flags.includes('dry')) world.remove(kind, name);
  if (form === 'one') return `kubectl delete ${world.word(kind)} ${name}${world.space()}`;
  if (form === 'flags') return `kubectl delete ${world.word(kind)}/${name} ${flags}${world.space()}`;
  if (form === 'selector')
    return `kubectl delete ${r.pick(['pod', 'deploy', 'cm', 'deploy,svc', 'job'])} -l ${world.selector()}`;
  if (form === 'all')
    return `kubectl delete ${r.pick(['pods', 'deploy', 'job', 'cj', 'ing', 'pdb', 'rs'])} --all${world.space()}`;
  if (form === 'several')
    return `kubectl delete ${r.pick([`${world.word(kind)} ${name} ${world.name(kind)}`, `deploy/${world.name('deployment')} svc/${world.name('service')}`, `deploy,svc ${world.name('service')}`])}`;
  return `kubectl delete ${r.pick(['', world.word(kind), `${name}`, `${world.word(kind)} --all -l app=web`, `${world.word(kind)}/${name} ${world.word(kind)}/${name}`, 'all', `${world.word(kind)} ${name} --all`, '-f missing.yaml', 'pods --field-selector=status.phase=Pending', 'pods --field-selector=spec.foo=x', 'deploy --field-selector=status.phase=Pending'])}`;
}

const drain = (r, world) =>
  `kubectl drain ${r.mostly(world.name('node'), ['', 'node9', '-l a=b'], 0.1)} ${r.pick(['--ignore-daemonsets', '--dry-run=client', '--force --ignore-daemonsets', '', '--ignore-daemonset', '--timeout=1s --ignore-daemonsets', '--dry-run=server --ignore-daemonsets'])}`;

export const CHANGING = { set, label, annotate, patch, scale, taint, cordon, rollout, edit, delete: remove, drain };
export { WORKLOADS };
