// What a session has made so far, so that most commands are about something that is there.

/** Kinds by the words that students write for them; the first is the resource's name. */
export const WORDS = {
  pod: ['pods', 'pod', 'po'],
  deployment: ['deployments', 'deployment', 'deploy', 'deployments.apps', 'deployment.v1.apps'],
  replicaset: ['replicasets', 'replicaset', 'rs'],
  statefulset: ['statefulsets', 'statefulset', 'sts'],
  daemonset: ['daemonsets', 'daemonset', 'ds'],
  replicationcontroller: ['replicationcontrollers', 'rc'],
  job: ['jobs', 'job', 'jobs.batch'],
  cronjob: ['cronjobs', 'cronjob', 'cj'],
  service: ['services', 'service', 'svc'],
  configmap: ['configmaps', 'configmap', 'cm'],
  secret: ['secrets', 'secret'],
  ingress: ['ingresses', 'ingress', 'ing'],
  networkpolicy: ['networkpolicies', 'networkpolicy', 'netpol'],
  persistentvolumeclaim: ['persistentvolumeclaims', 'pvc'],
  persistentvolume: ['persistentvolumes', 'pv'],
  serviceaccount: ['serviceaccounts', 'serviceaccount', 'sa'],
  role: ['roles', 'role'],
  rolebinding: ['rolebindings', 'rolebinding'],
  clusterrole: ['clusterroles', 'clusterrole'],
  clusterrolebinding: ['clusterrolebindings', 'clusterrolebinding'],
  resourcequota: ['resourcequotas', 'quota', 'resourcequota'],
  limitrange: ['limitranges', 'limits', 'limitrange'],
  horizontalpodautoscaler: ['horizontalpodautoscalers', 'hpa'],
  poddisruptionbudget: ['poddisruptionbudgets', 'pdb'],
  priorityclass: ['priorityclasses', 'pc', 'priorityclass'],
  storageclass: ['storageclasses', 'sc'],
  namespace: ['namespaces', 'namespace', 'ns'],
  node: ['nodes', 'node', 'no'],
};
export const KINDS = Object.keys(WORDS);
export const WORKLOADS = ['deployment', 'replicaset', 'statefulset', 'daemonset', 'job', 'cronjob', 'pod'];
export const CLUSTER_WIDE = new Set([
  'persistentvolume',
  'clusterrole',
  'clusterrolebinding',
  'priorityclass',
  'storageclass',
  'namespace',
  'node',
]);
export const NAMES = 'web api db cache shop front worker cart mail auth redis-1 my-app'.split(' ');
export const IMAGES = ['nginx', 'nginx:1.27', 'httpd:2.4', 'redis:7', 'busybox:1.36', 'postgres:16-alpine', 'alpine'];
export const LABELS = {
  app: ['web', 'api', 'db', 'shop'],
  tier: ['front', 'back'],
  env: ['dev', 'prod', 'staging'],
  version: ['v1', 'v2'],
};

/** A kind of which the cluster has nothing of its own. */
export const listable = (world) =>
  world.kind(KINDS.filter((kind) => !['clusterrole', 'clusterrolebinding', 'node'].includes(kind)));

export class World {
  #made = new Map([['node', ['node1', 'node2', 'node3']]]);
  #files = 0;
  /** Files that the session starts with: name → text. */
  files = {};
  /** Manifests by file: [{kind, name}]. */
  manifests = new Map();

  constructor(random) {
    this.random = random;
    this.names = NAMES.filter(() => random.chance(0.45));
    if (this.names.length < 3) this.names = NAMES.slice(0, 4);
  }

  add(kind, name) {
    const list = this.#made.get(kind) ?? [];
    if (!list.includes(name)) this.#made.set(kind, [...list, name]);
    return name;
  }

  remove(kind, name) {
    this.#made.set(
      kind,
      this.made(kind).filter((each) => each !== name),
    );
  }

  made(kind) {
    return this.#made.get(kind) ?? [];
  }

  /** Kinds of which there is something. */
  kinds(among = KINDS) {
    const there = among.filter((kind) => this.made(kind).length > 0 && kind !== 'node');
    return there.length > 0 ? there : among;
  }

  /** A kind, mostly one of which there is something. */
  kind(among = KINDS) {
    return this.random.chance(0.9) ? this.random.pick(this.kinds(among)) : this.random.pick(among);
  }

  word(kind) {
    return this.random.pick(WORDS[kind]);
  }

  /** The name of one that was made, now and then of none. */
  name(kind) {
    const made = this.made(kind);
    if (made.length > 0 && !this.random.chance(0.06)) return this.random.pick(made);
    return this.random.pick([...this.names, 'ghost']);
  }

  /** A name for a new one, now and then one that is taken. */
  newName(kind) {
    const free = this.names.filter((name) => !this.made(kind).includes(name));
    if (free.length === 0 || this.random.chance(0.05)) return this.random.pick(this.names);
    return this.random.pick(free);
  }

  /** `kind/name` or `kind name`. */
  reference(kind) {
    const slash = this.random.chance(0.4);
    return `${this.word(kind)}${slash ? '/' : ' '}${this.name(kind)}`;
  }

  label() {
    const key = this.random.pick(Object.keys(LABELS));
    return [key, this.random.pick(LABELS[key])];
  }

  selector() {
    const [key, value] = this.label();
    const [other, second] = this.label();
    return this.random.pick([
      `${key}=${value}`,
      `${key}=${value}`,
      `${key}!=${value}`,
      key,
      `'!${key}'`,
      `'${key} in (${value},${second})'`,
      `'${key} notin (${value})'`,
      `${key}=${value},${other}=${second}`,
    ]);
  }

  /** ` -n NAMESPACE`, seldom. */
  space() {
    if (this.made('namespace').length > 0 && this.random.chance(0.12)) return ` -n ${this.name('namespace')}`;
    return this.random.chance(0.015) ? ' -n nowhere' : '';
  }

  file(extension, text) {
    const name = `f${++this.#files}.${extension}`;
    this.files[name] = text;
    return name;
  }
}
