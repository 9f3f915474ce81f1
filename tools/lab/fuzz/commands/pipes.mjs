// Commands whose output is another's input: manifests written out, changed and given back, names piped to xargs.
import { CREATING } from './create.mjs';

const SUBSTITUTIONS = [
  's/replicas: 1/replicas: 3/',
  's/image: .*/image: redis:7/',
  's/app: /tier: /',
  's/name: web/name: web2/',
  's/type: ClusterIP/type: NodePort/',
  's/^  namespace: default//',
  '/creationTimestamp/d',
  '/uid:/d',
  '/resourceVersion:/d',
  's/kind: Deployment/kind: DaemonSet/',
  '/status:/,$d',
  's/MODE: .*/MODE: 7/',
  's/strategy/stratgy/',
];
const GIVE_BACK = [
  'apply -f -',
  'apply -f -',
  'replace -f -',
  'create -f -',
  'apply --server-side -f -',
  'replace --force -f -',
  'apply --dry-run=server -f -',
  'diff -f -',
  'delete -f -',
];

/** `kubectl create …` as YAML on its standard output. */
const generated = (r, world) => {
  const verb = r.pick(['create', 'create', 'create', 'run', 'expose', 'autoscale']);
  const [head, ...tail] = CREATING[verb](r, world)
    .replace(/ --dry-run\S*| -o \w+| --save-config/g, '')
    .split(' -- ');
  return [`${head} --dry-run=client -o yaml`, ...tail].join(' -- ');
};

function manifest(r, world) {
  const file = `g${r.int(1, 99)}.yaml`;
  const form = r.weighted({ pipe: 5, file: 4, sed: 3 });
  if (form === 'pipe') return `${generated(r, world)} | kubectl ${r.pick(GIVE_BACK)}`;
  if (form === 'file')
    return `${generated(r, world)} > ${file} && kubectl ${r.pick(['apply', 'create', 'diff', 'apply --dry-run=server', 'replace'])} -f ${file}`;
  return `${generated(r, world)} > ${file}; sed -i '${r.pick(SUBSTITUTIONS)}' ${file}; kubectl ${r.pick(['apply', 'create'])} -f ${file}; cat ${file}`;
}

function again(r, world) {
  const kind = world.kind();
  const what = r.pick([
    `${world.word(kind)} ${world.name(kind)}`,
    `${world.word(kind)} ${world.name(kind)}`,
    `${world.word(world.kind(['deployment', 'service', 'configmap', 'job']))}`,
    'deploy,svc',
    'cm,secret -l app=web',
  ]);
  if (/^(node|no|ns|namespaces?|clusterrole)/.test(what)) return `kubectl get ${what} -o name | head -3`;
  const format = r.mostly('yaml', ['json'], 0.25);
  if (r.chance(0.5))
    return `kubectl get ${what} -o ${format} | sed '${r.pick(SUBSTITUTIONS)}' | kubectl ${r.pick(GIVE_BACK)}`;
  const file = `h${r.int(1, 99)}.${format}`;
  return `kubectl get ${what} -o ${format} > ${file}; ${r.mostly('', [`kubectl delete ${what};`, `kubectl delete -f ${file};`], 0.4)} sed -i '${r.pick(SUBSTITUTIONS)}' ${file}; kubectl ${r.pick(['apply', 'replace', 'create', 'replace --force', 'apply --server-side', 'diff'])} -f ${file}`;
}

const names = (r, world) => {
  const kind = world.kind();
  return r.pick([
    `kubectl get ${world.word(kind)} -o name | xargs -r kubectl ${r.pick(['describe', 'label --overwrite', 'get', 'annotate x=y'])} ${r.pick(['', 'a=b'])}`,
    `for p in $(kubectl get ${world.word(world.kind(['pod', 'deployment', 'configmap']))} -o jsonpath='{.items[*].metadata.name}'); do echo "- $p"; done`,
    `kubectl get deploy --no-headers | awk '{print $1}' | xargs -r kubectl scale deploy --replicas=1`,
    `kubectl get secret ${world.name('secret')} -o jsonpath='{.data.password}' | base64 -d`,
    `kubectl get secret ${world.name('secret')} -o go-template='{{range $k,$v := .data}}{{$k}}: {{$v|base64decode}}{{"\\n"}}{{end}}'`,
    `kubectl get all -o name | sort | head -5`,
    `kubectl get ${world.word(kind)} | grep -c ${world.name(kind)}`,
    `kubectl get ${world.word(kind)} -o wide --no-headers | wc -l`,
    `kubectl describe ${world.reference(kind)} | grep -A3 -i ${r.pick(['labels', 'events', 'image', 'selector'])}`,
    `kubectl get ${world.reference(kind)} -o yaml | grep -E "${r.pick(['name:|image:', 'app:', 'replicas', 'type'])}"`,
  ]);
};

export const PIPING = { manifest, again, names };
