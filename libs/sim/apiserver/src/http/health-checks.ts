/** The checks that every health path runs after its own, in their order (kube-apiserver v1.35). */
const HOOKS: readonly string[] = [
  'poststarthook/start-apiserver-admission-initializer',
  'poststarthook/generic-apiserver-start-informers',
  'poststarthook/priority-and-fairness-config-consumer',
  'poststarthook/priority-and-fairness-filter',
  'poststarthook/storage-object-count-tracker-hook',
  'poststarthook/start-apiextensions-informers',
  'poststarthook/start-apiextensions-controllers',
  'poststarthook/crd-informer-synced',
  'poststarthook/start-system-namespaces-controller',
  'poststarthook/start-cluster-authentication-info-controller',
  'poststarthook/start-kube-apiserver-identity-lease-controller',
  'poststarthook/start-kube-apiserver-identity-lease-garbage-collector',
  'poststarthook/start-legacy-token-tracking-controller',
  'poststarthook/start-service-ip-repair-controllers',
  'poststarthook/rbac/bootstrap-roles',
  'poststarthook/scheduling/bootstrap-system-priority-classes',
  'poststarthook/priority-and-fairness-config-producer',
  'poststarthook/bootstrap-controller',
  'poststarthook/start-kubernetes-service-cidr-controller',
  'poststarthook/aggregator-reload-proxy-client-cert',
  'poststarthook/start-kube-aggregator-informers',
  'poststarthook/apiservice-status-local-available-controller',
  'poststarthook/apiservice-status-remote-available-controller',
  'poststarthook/apiservice-registration-controller',
  'poststarthook/apiservice-discovery-controller',
  'poststarthook/kube-apiserver-autoregistration',
  'autoregister-completion',
  'poststarthook/apiservice-openapi-controller',
  'poststarthook/apiservice-openapiv3-controller',
];

const CHECKS: Readonly<Record<string, readonly string[]>> = {
  healthz: ['ping', 'log', 'etcd', ...HOOKS],
  livez: ['ping', 'log', 'etcd', ...HOOKS],
  readyz: ['ping', 'log', 'etcd', 'etcd-readiness', 'informer-sync', ...HOOKS, 'shutdown'],
};

/** Every health path: `/healthz`, `/livez/ping` and so on. */
export function healthPaths(): string[] {
  return Object.entries(CHECKS).flatMap(([name, checks]) => [
    `/${name}`,
    ...checks.map((check) => `/${name}/${check}`),
  ]);
}

/** What a health path of a server that is well answers; undefined when there is no such path (server/healthz). */
export function healthAnswer(path: string, query: string): string | undefined {
  const [, name, ...rest] = path.split('/');
  if (!Object.hasOwn(CHECKS, name)) return undefined;
  const check = rest.join('/');
  if (check !== '') return CHECKS[name].includes(check) ? 'ok' : undefined;
  const parameters = query.split('&').map((pair) => pair.split('='));
  if (!parameters.some(([key]) => key === 'verbose')) return 'ok';
  const excluded = parameters.filter(([key]) => key === 'exclude').map(([, value]) => value);
  const lines = CHECKS[name].map((each) => `[+]${each} ${excluded.includes(each) ? 'excluded: ' : ''}ok\n`);
  return `${lines.join('')}${name} check passed\n`;
}
