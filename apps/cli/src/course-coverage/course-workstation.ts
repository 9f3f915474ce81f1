import { configureProfile, findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { openWorkstation, type Workstation } from '@seatrial/workstation';

/** Where a command is tried. */
export interface Setting {
  readonly name: string;
  readonly open: () => Workstation;
}

const deployment = (name: string, image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n  labels:\n    app: ${name}\nspec:\n  selector:\n    matchLabels:\n      app: ${name}\n  template:\n    metadata:\n      labels:\n        app: ${name}\n    spec:\n      containers:\n      - name: ${name}\n        image: ${image}\n`;

/** kind's workers in the notes. */
const NOTED_WORKERS = 5;
/** Files that the commands name. */
const FILES: Readonly<Record<string, string>> = {
  'Desktop/nginx.yaml': deployment('nginx', 'nginx'),
  'docker-compose.yml': 'services:\n  redis:\n    image: redis\n',
  'dockercoins.yml': 'services:\n  redis:\n    image: redis\n',
  'foo.yaml': deployment('foo', 'nginx'),
  'kind-config.yaml':
    'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n' +
    '- role: worker\n'.repeat(NOTED_WORKERS),
  'kubernetes/deployment.yaml': deployment('ecsdemo-frontend', 'nginx'),
  'kubernetes/service.yaml':
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: ecsdemo-frontend\nspec:\n  selector:\n    app: ecsdemo-frontend\n  ports:\n  - port: 80\n',
  'pingpong.yaml': deployment('pingpong', 'alpine'),
  'rng.yml': deployment('rng', 'dockercoins/rng:v0.1'),
};

const DIRECTORIES = 'mkdir -p ~/environment/ecsdemo-frontend ~/dockercoins/stacks';

/** What the notes have running before their commands: DockerCoins, httpenv, pingpong, elastic. */
const DEPLOYMENTS = [
  ['redis', 'redis', 6379],
  ['hasher', 'dockercoins/hasher:v0.1', 80],
  ['rng', 'dockercoins/rng:v0.1', 80],
  ['webui', 'dockercoins/webui:v0.1', 80],
  ['worker', 'dockercoins/worker:v0.1', 0],
  ['httpenv', 'jpetazzo/httpenv', 8888],
  ['elastic', 'elasticsearch:2', 9200],
  ['hello-minikube', 'k8s.gcr.io/echoserver:1.4', 8080],
  ['ecsdemo-frontend', 'nginx', 80],
  ['ecsdemo-crystal', 'nginx', 80],
] as const;

function workstation(profileName: string): Workstation {
  const found = findProfile(profileName);
  invariant(found, `the profile ${profileName}`);
  const profile = configureProfile(found, profileName === 'kind' ? { workers: NOTED_WORKERS } : {});
  invariant(profile.ok, 'its settings');
  const opened = openWorkstation({ profile: profile.value, seed: 'course-coverage', files: FILES });
  opened.run(DIRECTORIES);
  return opened;
}

function withoutServices(): Workstation {
  const opened = workstation('kubeadm');
  for (const [name, image] of DEPLOYMENTS) opened.run(`kubectl create deployment ${name} --image=${image}`);
  opened.run('kubectl create deployment pingpong --image=alpine -- ping 1.1.1.1');
  opened.run('kubectl run idpod --image=nginx; kubectl set image deployment/worker worker=dockercoins/worker:v0.2');
  opened.settle();
  return opened;
}

function withServices(): Workstation {
  const opened = withoutServices();
  for (const [name, , port] of DEPLOYMENTS)
    if (port > 0) opened.run(`kubectl expose deployment ${name} --port=${port}`);
  opened.settle();
  opened.run('IP=$(kubectl get service elastic -o jsonpath={.spec.clusterIP}); USERNAME=dockercoins');
  return opened;
}

/** As the notes leave it before they call localhost. */
function withForwarding(): Workstation {
  const opened = withServices();
  opened.run('kubectl proxy &\nsleep 1');
  opened.run('kubectl port-forward svc/redis 10000:6379 &\nsleep 1');
  return opened;
}

/** An installer's own cluster, with the deployment that its part of the notes makes. */
function ownCluster(profile: string): Workstation {
  const opened = workstation(profile);
  opened.run('kubectl create deployment hello-minikube --image=k8s.gcr.io/echoserver:1.4');
  opened.run('kubectl expose deployment hello-minikube --port=8080 --type=NodePort');
  opened.settle();
  return opened;
}

const EMPTY: Setting = { name: 'empty cluster', open: () => workstation('kubeadm') };
const DEPLOYED: Setting = { name: 'deployments', open: withoutServices };
const SERVED: Setting = { name: 'deployments and services', open: withServices };
const FORWARDED: Setting = { name: 'kubectl proxy and port-forward', open: withForwarding };

const PROFILE_TOOLS: Readonly<Record<string, string>> = {
  aws: 'eks',
  eksctl: 'eks',
  kind: 'kind',
  minikube: 'minikube',
};

/** The settings that a command is tried in, in order of preference. */
export function settingsFor(script: string): Setting[] {
  const [tool] = script.replace(/^sudo /, '').split(/\s/);
  const profile = /kind-control-plane/.test(script) ? 'kind' : PROFILE_TOOLS[tool];
  if (profile !== undefined)
    return [
      { name: `profile ${profile}`, open: () => ownCluster(profile) },
      { name: `profile ${profile}`, open: () => workstation(profile) },
      EMPTY,
    ];
  return /localhost|^fg$/.test(script) ? [FORWARDED] : [SERVED, DEPLOYED, EMPTY];
}

/** Where the tools' own help is asked for. */
export function plainWorkstation(): Workstation {
  return EMPTY.open();
}
