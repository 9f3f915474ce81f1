// create, run, expose, autoscale.
import { IMAGES } from '../world.mjs';

const dry = (r) =>
  r.weighted({
    '': 80,
    ' --dry-run=client -o yaml': 8,
    ' --dry-run=server': 4,
    ' --dry-run=client': 4,
    ' -o name': 2,
    ' -o yaml': 1,
    ' --dry-run=server -o yaml': 2,
    ' --save-config': 1,
    ' --dry-run -o yaml': 1,
  });
const cron = (r) =>
  r.mostly(
    `"${r.pick(['0 3 * * *', '*/30 4 * * *', '@weekly'])}"`,
    ['"* * *"', '"99 * * * *"', '@yearly', '"daily"'],
    0.12,
  );

const LITERALS = ['MODE=dev', 'user=ana', 'password=s3cret', 'url=http://x/?a=b', 'PORT=8080'];

/** `--from-…` of a config map or a secret. */
function sources(r, world) {
  const kind = r.weighted({ literal: 6, file: 2, keyed: 1, env: 2, folder: 0.5, wrong: 1 });
  if (kind === 'file') return `--from-file=${world.file('txt', 'hello\nworld\n')}`;
  if (kind === 'keyed') return `--from-file=${r.pick(['app.conf', 'a b', 'KEY'])}=${world.file('conf', 'a=1\n')}`;
  if (kind === 'env')
    return `--from-env-file=${world.file('env', r.mostly('A=1\nB=two words\n# note\nC=\n', ['A =1\n', '1A=x\n', 'novalue\n', 'A=1\nA=2\n'], 0.3))}`;
  if (kind === 'folder') return '--from-file=.';
  if (kind === 'wrong')
    return r.pick([
      '--from-literal=MODE',
      '--from-literal==x',
      '--from-file=missing.txt',
      '--from-literal=a=1 --from-literal=a=2',
      '--from-env-file=nope.env',
      '--from-literal="a b=c"',
      '--from-literal',
      '',
    ]);
  const chosen = r.some(LITERALS, 0.4);
  return (chosen.length > 0 ? chosen : LITERALS.slice(0, 1)).map((each) => `--from-literal=${each}`).join(' ');
}

const verbsFlag = (r) =>
  r.mostly(
    `--verb=${r.pick(['get,list,watch', 'get', '*', 'create,delete', 'list --verb=get'])}`,
    ['', '--verb=lst', '--verb=', '--verbs=get'],
    0.08,
  );
const resourceFlag = (r) =>
  r.mostly(
    `--resource=${r.pick(['pods', 'deployments.apps', 'pods,services', 'pods/log', 'po', 'secrets --resource-name=db', '*', 'nodes', 'deploy'])}`,
    ['', '--resource=pod', '--resource=foos', '--resource=deployments.batch', '--non-resource-url=/healthz'],
    0.12,
  );
const hard = (r) =>
  r.mostly(
    `--hard=${r.pick(['pods=3', 'cpu=1,memory=1Gi', 'services=2,configmaps=5', 'count/deployments.apps=2', 'requests.storage=5Gi'])}`,
    [
      '',
      '--hard=pods',
      '--hard=pods=x',
      '--hard=pods=-1',
      '--hard pods=2 --scopes=BestEffort',
      '--hard=pods=2 --scopes=Foo',
    ],
    0.2,
  );
const after = (r) => r.weighted({ '': 7, ' -- sleep 60': 2, ' -- sh -c "echo hi; sleep 5"': 1, ' --': 0.2 });

/** create SUBCOMMAND NAME …, by kind. */
const CREATE = {
  deployment: (r, w, name) =>
    `deployment ${name} --image=${r.mostly(r.pick(IMAGES), ['', 'NGINX', 'nginx --image=redis'], 0.05)}${r.weighted({ '': 6, ' --replicas=2': 2, ' --replicas=3 --port=80': 2, ' --port 8080': 1, ' --replicas=-1': 0.2, ' --replicas=two': 0.2, ' -r 2': 0.3 })}${after(r)}`,
  job: (r, w, name) =>
    r.chance(0.3)
      ? `job ${name} --from=cronjob/${w.name('cronjob')}`
      : `job ${name} --image=${r.pick(IMAGES)}${after(r)}`,
  cronjob: (r, w, name) =>
    `cronjob ${name} --image=busybox --schedule=${cron(r)}${r.mostly('', [' --restart=Never', ' --restart=Always'], 0.2)}${after(r)}`,
  configmap: (r, w, name) =>
    `${r.pick(['configmap', 'cm'])} ${name} ${sources(r, w)}${r.mostly('', [' --append-hash'], 0.05)}`,
  secret: (r, w, name) => {
    const type = r.weighted({ generic: 6, tls: 1, 'docker-registry': 2 });
    if (type === 'tls')
      return `secret tls ${name} --cert=${r.mostly(w.file('crt', 'not a certificate\n'), ['missing.crt', ''])} --key=${w.file('key', 'no key\n')}`;
    if (type === 'docker-registry')
      return `secret docker-registry ${name} ${r.mostly('--docker-username=ana --docker-password=x --docker-email=ana@example.com', ['--docker-username=ana', '', '--docker-server=r.example.com --docker-username=a --docker-password=b'], 0.4)}`;
    return `secret ${r.mostly('generic ', [''], 0.06)}${name} ${sources(r, w)}${r.mostly('', [' --type=kubernetes.io/basic-auth', ' --type=my/type', ' --type=kubernetes.io/tls'], 0.12)}`;
  },
  service: (r, w, name) =>
    `${r.pick(['service', 'svc'])} ${r.mostly(r.pick(['clusterip', 'nodeport', 'loadbalancer', 'externalname']), ['', 'ClusterIP', 'node-port'], 0.06)} ${name} ${r.pick(['--tcp=80', '--tcp=80:8080', '--tcp=80:http', '--tcp=5000-5001:80', '--external-name=db.example.com', '--tcp=80 --node-port=30080', '--clusterip=None', '', '--tcp=x', '--tcp=80,443'])}`,
  ingress: (r, w, name) =>
    `ingress ${name} ${r.mostly(`--rule="${r.pick(['shop.example.com/*=web:80', '/=web:80', 'a.example.com/api=api:http', 'shop.example.com/=web:80,tls=cert', '*.example.com/x*=web:80'])}"`, ['--default-backend=web:80', '--rule=shop.example.com', '--rule="foo/bar=web"', '', '--rule="/a=web:80" --class=nginx', '--default-backend=web', '--rule="/a=web:80" --annotation=a=b'], 0.35)}`,
  namespace: (r, w, name) => `${r.pick(['namespace', 'ns'])} ${name}`,
  serviceaccount: (r, w, name) => `${r.pick(['serviceaccount', 'sa'])} ${name}`,
  role: (r, w, name) => `role ${name} ${verbsFlag(r)} ${resourceFlag(r)}`,
  clusterrole: (r, w, name) =>
    `clusterrole ${name} ${r.mostly(`${verbsFlag(r)} ${resourceFlag(r)}`, ['--verb=get --non-resource-url=/logs/*', '--aggregation-rule=rbac.example.com/a=true', '--verb=get --non-resource-url=logs', '--aggregation-rule=a=b --verb=get'], 0.2)}`,
  rolebinding: (r, w, name) =>
    `rolebinding ${name} ${r.mostly(r.pick([`--role=${w.name('role')}`, '--clusterrole=view', `--clusterrole=${w.name('clusterrole')}`]), ['', '--role=a --clusterrole=view'], 0.06)} ${r.mostly(r.pick(['--user=ana', '--group=devs', `--serviceaccount=default:${w.name('serviceaccount')}`, '--user=ana --user=eva']), ['--serviceaccount=web', '', '--serviceaccount=a:b:c'], 0.1)}`,
  clusterrolebinding: (r, w, name) =>
    `clusterrolebinding ${name} --clusterrole=${r.pick(['view', 'cluster-admin', w.name('clusterrole')])} ${r.mostly(r.pick(['--user=ana', '--group=devs', '--serviceaccount=default:default']), ['--serviceaccount=default', '--role=x'], 0.1)}`,
  resourcequota: (r, w, name) => `${r.pick(['quota', 'resourcequota'])} ${name} ${hard(r)}`,
  poddisruptionbudget: (r, w, name) =>
    `${r.pick(['pdb', 'poddisruptionbudget'])} ${name} ${r.mostly('--selector=app=web', ['', '--selector=a=b=c', '--selector="app in (a,b)"'], 0.12)} ${r.pick(['--min-available=1', '--max-unavailable=50%', '--min-available=1 --max-unavailable=1', '', '--min-available=x', '--min-available=-1'])}`,
  priorityclass: (r, w, name) =>
    `${r.pick(['priorityclass', 'pc'])} ${name} ${r.mostly('--value=1000', ['', '--value=x', '--value=2000000000', '--value=5 --global-default', '--value=1 --description="low one"', '--value=1 --preemption-policy=Never', '--value=1 --preemption-policy=never'], 0.4)}`,
};

function create(r, world) {
  const kind = r.weighted({
    deployment: 10,
    configmap: 5,
    secret: 5,
    service: 4,
    job: 2,
    cronjob: 3,
    ingress: 2,
    namespace: 3,
    serviceaccount: 2,
    role: 3,
    clusterrole: 2,
    rolebinding: 3,
    clusterrolebinding: 1,
    resourcequota: 2,
    poddisruptionbudget: 2,
    priorityclass: 2,
  });
  const name = world.newName(kind);
  const suffix = dry(r);
  const command = `kubectl create ${CREATE[kind](r, world, name)}`;
  const [head, ...tail] = command.split(' -- ');
  if (!suffix.includes('dry-run')) world.add(kind, name);
  return [head + suffix + world.space(), ...tail].join(' -- ');
}

const RUN_FLAGS = [
  '--port=80',
  '--labels=app=web,tier=front',
  '-l app=api',
  '--env=MODE=dev',
  '--env="A=b c"',
  '--restart=Never',
  '--restart=OnFailure',
  '--expose --port=80',
  '--command',
  '--image-pull-policy=IfNotPresent',
  '--annotations=a=b',
  '--privileged',
  '--restart=Maybe',
  '--env=MODE',
  '--labels=app',
  '--port=x',
  '--expose',
  '--requests=cpu=1',
  '--image-pull-policy=Sometimes',
  '--port=0',
  `--overrides='{"spec":{"nodeName":"ghost"}}'`,
  `--overrides='{"apiVersion":"v1","spec":{"terminationGracePeriodSeconds":5}}'`,
  `--overrides='{bad'`,
];

function run(r, world) {
  const name = world.newName('pod');
  const flags = r.some(RUN_FLAGS, 0.08).filter((flag) => !flag.includes('nodeName'));
  world.add('pod', name);
  if (flags.some((flag) => flag.startsWith('--expose'))) world.add('service', name);
  return `kubectl run ${name} ${r.mostly(`--image=${r.pick(IMAGES)}`, ['', r.pick(IMAGES), '--image'], 0.06)} ${flags.join(' ')}${dry(r)}${world.space()}${after(r)}`;
}

function expose(r, world) {
  const kind = world.kind([
    'deployment',
    'pod',
    'service',
    'replicaset',
    'statefulset',
    'configmap',
    'replicationcontroller',
  ]);
  const flags = r.some(
    [
      '--type=NodePort',
      '--target-port=8080',
      '--name=web-svc',
      '--protocol=UDP',
      '--type=LoadBalancer',
      '--cluster-ip=None',
      '--type=nodeport',
      '--target-port=http',
      '--selector=app=web',
      '--labels=a=b',
      '--session-affinity=ClientIP',
      '--external-ip=1.2.3.4',
      '--load-balancer-ip=x',
      '--generator=x',
    ],
    0.1,
  );
  if (flags.includes('--name=web-svc')) world.add('service', 'web-svc');
  return `kubectl expose ${world.reference(kind)} ${r.mostly(`--port=${r.pick([80, 8080])}`, ['', '--port=http', '--port=0', '--port=80,443', '--port=99999'], 0.2)} ${flags.join(' ')}${dry(r)}`;
}

const autoscale = (r, world) =>
  `kubectl autoscale ${world.reference(world.kind(['deployment', 'statefulset', 'replicaset', 'pod']))} ${r.mostly(r.pick(['--min=1 --max=5', '--max=4', '--min=2 --max=6 --cpu-percent=60', '--max=3 --cpu=70%', '--max=3 --memory=200Mi', '--max=3 --cpu=500m --memory=80%', '--max=5 --name=scaler']), ['', '--min=5 --max=2', '--max=0', '--max=x', '--max=3 --cpu-percent=high', '--max=3 --cpu=x', '--max=3 --cpu-percent=0', '--max=3 --cpu=60% --cpu-percent=50'], 0.2)}${dry(r)}`;

const token = (r, world) =>
  `kubectl create token ${world.name('serviceaccount')} ${r.pick(['--duration=5m', '--duration=10m --audience=x --dry-run=client', '--duration=x', '--bound-object-kind=Foo', '--bound-object-kind=Pod'])}${r.pick([' >/dev/null', ' | wc -l', ''])}`;

export const CREATING = { create, run, expose, autoscale, token };
