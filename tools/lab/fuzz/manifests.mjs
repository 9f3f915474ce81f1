// Manifests of every kind as objects, with optional fields and a wrong value here and there.
import { IMAGES, LABELS } from './world.mjs';
import { podSpec, podTemplate } from './pod-specs.mjs';

const VERSIONS = {
  deployment: 'apps/v1 Deployment',
  replicaset: 'apps/v1 ReplicaSet',
  statefulset: 'apps/v1 StatefulSet',
  daemonset: 'apps/v1 DaemonSet',
  replicationcontroller: 'v1 ReplicationController',
  job: 'batch/v1 Job',
  cronjob: 'batch/v1 CronJob',
  pod: 'v1 Pod',
  service: 'v1 Service',
  configmap: 'v1 ConfigMap',
  secret: 'v1 Secret',
  ingress: 'networking.k8s.io/v1 Ingress',
  networkpolicy: 'networking.k8s.io/v1 NetworkPolicy',
  persistentvolumeclaim: 'v1 PersistentVolumeClaim',
  persistentvolume: 'v1 PersistentVolume',
  serviceaccount: 'v1 ServiceAccount',
  role: 'rbac.authorization.k8s.io/v1 Role',
  rolebinding: 'rbac.authorization.k8s.io/v1 RoleBinding',
  clusterrole: 'rbac.authorization.k8s.io/v1 ClusterRole',
  clusterrolebinding: 'rbac.authorization.k8s.io/v1 ClusterRoleBinding',
  resourcequota: 'v1 ResourceQuota',
  limitrange: 'v1 LimitRange',
  horizontalpodautoscaler: 'autoscaling/v2 HorizontalPodAutoscaler',
  poddisruptionbudget: 'policy/v1 PodDisruptionBudget',
  priorityclass: 'scheduling.k8s.io/v1 PriorityClass',
  storageclass: 'storage.k8s.io/v1 StorageClass',
  namespace: 'v1 Namespace',
};
export const MANIFEST_KINDS = Object.keys(VERSIONS);

const rules = (r) => {
  const count = r.int(1, 2);
  return Array.from({ length: count }, () => ({
    apiGroups: r.pick([[''], ['apps'], ['', 'apps'], ['batch']]),
    resources: r.pick([['pods'], ['pods', 'pods/log'], ['deployments'], ['services', 'configmaps'], ['*']]),
    verbs: r.mostly(r.pick([['get', 'list', 'watch'], ['*'], ['create', 'delete'], ['get']]), [[], ['lst'], 'get']),
    ...(r.chance(0.1) && { resourceNames: ['web'] }),
  }));
};
const subjects = (r) =>
  r.pick([
    [{ kind: 'User', name: 'ana', apiGroup: 'rbac.authorization.k8s.io' }],
    [{ kind: 'Group', name: 'devs', apiGroup: 'rbac.authorization.k8s.io' }],
    [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
    [{ kind: r.mostly('ServiceAccount', ['Serviceaccount', 'SA', ''], 0.1), name: 'web' }],
    [{ kind: 'User', name: 'ana' }],
  ]);
const selectorOf = (r, app) => ({ matchLabels: { app: r.mostly(app, ['other', 'Web', 'a b'], 0.03) } });
const replicas = (r) => (r.chance(0.8) ? { replicas: r.mostly(r.int(0, 4), [-1, '2', 1.5, null, 'two']) } : {});
const strategy = (r) =>
  r.pick([
    { type: 'Recreate' },
    {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: r.mostly(1, ['25%', 0, '10', -1]), maxUnavailable: r.mostly(0, [1, '50%', 'x']) },
    },
    { type: r.mostly('RollingUpdate', ['Rolling', 'recreate'], 0.2) },
    { type: 'Recreate', rollingUpdate: { maxSurge: 1 } },
  ]);
const workload = (r, app, extra) => ({
  ...replicas(r),
  selector: selectorOf(r, app),
  ...extra,
  template: podTemplate(r, app),
});
const jobSpec = (r) => ({
  ...(r.chance(0.4) && { completions: r.mostly(r.int(1, 4), [0, -2]) }),
  ...(r.chance(0.4) && { parallelism: r.mostly(r.int(1, 3), [-1]) }),
  ...(r.chance(0.4) && { backoffLimit: r.mostly(r.int(0, 6), [-1, 'x']) }),
  ...(r.chance(0.2) && { activeDeadlineSeconds: r.mostly(60, [-5]) }),
  ...(r.chance(0.2) && { ttlSecondsAfterFinished: r.int(10, 100) }),
  ...(r.chance(0.15) && { completionMode: r.mostly('Indexed', ['indexed', 'NonIndexed']) }),
  ...(r.chance(0.15) && { suspend: r.chance(0.7) }),
  template: {
    spec: {
      ...podSpec(r),
      restartPolicy: r.mostly(r.pick(['Never', 'OnFailure']), ['Always', undefined, 'never'], 0.08),
    },
  },
});
const servicePorts = (r) => {
  const port = r.mostly(80, [0, 70000, '80'], 0.03);
  const one = { port, ...(r.chance(0.6) && { targetPort: r.pick([80, 8080, 'http', 'web']) }) };
  return r.pick([
    [one],
    [{ ...one, name: 'http', protocol: r.mostly('TCP', ['tcp', 'HTTP']) }],
    [
      { ...one, name: 'http' },
      { name: r.mostly('https', ['http', 'HTTPS', undefined], 0.1), port: 443 },
    ],
    [{ ...one, nodePort: r.pick([30080, 31000, 80, 40000]) }],
  ]);
};
const ingressRule = (r) => ({
  ...(r.chance(0.7) && {
    host: r.mostly('shop.example.com', ['Shop.example.com', '*.example.com', 'a_b.com', '10.0.0.1'], 0.12),
  }),
  http: {
    paths: Array.from({ length: r.int(1, 2) }, () => ({
      path: r.mostly(r.pick(['/', '/api', '/cart']), ['api', '/a//b', '/a/../b'], 0.06),
      pathType: r.mostly(r.pick(['Prefix', 'Exact', 'ImplementationSpecific']), ['prefix', undefined], 0.06),
      backend: r.mostly(
        { service: { name: 'web', port: r.pick([{ number: 80 }, { name: 'http' }]) } },
        [{ serviceName: 'web', servicePort: 80 }, { service: { name: 'web' } }, { service: { name: 'web', port: 80 } }],
        0.08,
      ),
    })),
  },
});
const metric = (r) =>
  r.pick([
    {
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: r.mostly(60, [0, -1, '60']) } },
    },
    { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '200Mi' } } },
    {
      type: r.mostly('Resource', ['Pods', 'resource'], 0.3),
      resource: { name: 'cpu', target: { type: 'Value', value: '1' } },
    },
  ]);
const hard = (r) =>
  Object.fromEntries(
    r.some(
      [
        ['pods', r.mostly('4', [-1, 'many', 2.5])],
        ['requests.cpu', '1'],
        ['limits.memory', '2Gi'],
        ['services', '3'],
        ['count/deployments.apps', '2'],
        ['configmaps', r.pick(['3', '10'])],
        ['requests.storage', '5Gi'],
        ['services.nodeports', '1'],
        ['replicas', '2'],
      ],
      0.3,
    ),
  );

/** What follows `metadata`, by kind. */
const BODIES = {
  pod: (r) => ({ spec: podSpec(r) }),
  deployment: (r, app) => ({
    spec: workload(r, app, {
      ...(r.chance(0.3) && { strategy: strategy(r) }),
      ...(r.chance(0.15) && { revisionHistoryLimit: r.mostly(2, [-1]) }),
      ...(r.chance(0.15) && { minReadySeconds: r.mostly(5, [-1, 700]) }),
      ...(r.chance(0.1) && { progressDeadlineSeconds: r.mostly(60, [0, 3]) }),
      ...(r.chance(0.05) && { paused: true }),
    }),
  }),
  replicaset: (r, app) => ({ spec: workload(r, app, {}) }),
  statefulset: (r, app) => ({
    spec: workload(r, app, {
      serviceName: r.mostly(app, [undefined, 'A_b']),
      ...(r.chance(0.2) && { podManagementPolicy: r.mostly('Parallel', ['parallel']) }),
      ...(r.chance(0.2) && { updateStrategy: { type: r.mostly('OnDelete', ['RollingUpdate', 'Recreate']) } }),
      ...(r.chance(0.3) && {
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: BODIES.persistentvolumeclaim(r).spec }],
      }),
    }),
  }),
  daemonset: (r, app) => ({ spec: { selector: selectorOf(r, app), template: podTemplate(r, app) } }),
  replicationcontroller: (r, app) => ({ spec: { ...replicas(r), selector: { app }, template: podTemplate(r, app) } }),
  job: (r) => ({ spec: jobSpec(r) }),
  cronjob: (r) => ({
    spec: {
      schedule: r.mostly(
        r.pick(['0 3 * * *', '@daily', '0 0 1 1 *', '30 2 * * 1-5']),
        ['* * *', '61 * * * *', 'daily', '@never'],
        0.1,
      ),
      ...(r.chance(0.3) && { concurrencyPolicy: r.mostly('Forbid', ['forbid', 'Replace', 'Never'], 0.3) }),
      ...(r.chance(0.2) && { suspend: r.mostly(true, ['yes']) }),
      ...(r.chance(0.15) && { timeZone: r.mostly('Europe/Madrid', ['Madrid', 'local', '']) }),
      ...(r.chance(0.2) && { successfulJobsHistoryLimit: r.mostly(1, [-1]) }),
      ...(r.chance(0.1) && { startingDeadlineSeconds: r.mostly(30, [-3]) }),
      jobTemplate: { spec: jobSpec(r) },
    },
  }),
  service: (r, app) => ({
    spec: {
      ...(r.chance(0.9) && { selector: { app } }),
      ...(r.chance(0.5) && {
        type: r.mostly(
          r.pick(['NodePort', 'ClusterIP', 'LoadBalancer']),
          ['nodeport', 'ExternalName', 'Nodeport'],
          0.1,
        ),
      }),
      ...(r.chance(0.1) && { clusterIP: r.mostly('None', ['10.96.50.50', '192.168.1.1', 'none']) }),
      ...(r.chance(0.1) && { sessionAffinity: r.mostly('ClientIP', ['clientIP']) }),
      ...(r.chance(0.05) && { externalName: 'db.example.com' }),
      ...(r.chance(0.06) && { externalTrafficPolicy: r.pick(['Local', 'local']) }),
      ports: r.mostly(servicePorts(r), [[], undefined, { port: 80 }], 0.04),
    },
  }),
  configmap: (r) => ({
    data: r.mostly(
      { MODE: r.pick(['dev', 'prod']), 'app.conf': 'a=1\nb=2\n' },
      [{ PORT: 8080 }, { DEBUG: true }, { 'a b': 'x' }, ['a'], { X: null }],
      0.12,
    ),
    ...(r.chance(0.06) && { immutable: true }),
    ...(r.chance(0.06) && { binaryData: { logo: r.mostly('aGVsbG8=', ['not base64!']) } }),
  }),
  secret: (r) => ({
    ...(r.chance(0.4) && {
      type: r.pick([
        'Opaque',
        'kubernetes.io/basic-auth',
        'kubernetes.io/tls',
        'kubernetes.io/dockerconfigjson',
        'kubernetes.io/ssh-auth',
        'kubernetes.io/service-account-token',
        'bootstrap.kubernetes.io/token',
        'my/type',
      ]),
    }),
    ...(r.chance(0.6)
      ? { data: r.mostly({ password: 'c2VjcmV0' }, [{ password: 'plain text' }, { password: 12 }], 0.1) }
      : { stringData: { username: 'ana', password: r.mostly('s3cret', [123, true]) } }),
  }),
  ingress: (r) => ({
    ...{
      spec: {
        ...(r.chance(0.6) && { ingressClassName: 'nginx' }),
        rules: Array.from({ length: r.int(1, 2) }, () => ingressRule(r)),
      },
    },
  }),
  networkpolicy: (r, app) => ({
    spec: {
      podSelector: r.pick([{}, { matchLabels: { app } }]),
      ...(r.chance(0.7) && {
        policyTypes: r.mostly(r.pick([['Ingress'], ['Ingress', 'Egress'], ['Egress']]), [
          ['ingress'],
          ['In', 'Out', 'Ingress'],
        ]),
      }),
      ...(r.chance(0.7) && {
        ingress: [
          {
            ...(r.chance(0.8) && {
              from: [
                r.pick([
                  { podSelector: { matchLabels: { tier: 'front' } } },
                  { namespaceSelector: {} },
                  {
                    ipBlock: {
                      cidr: r.mostly('10.0.0.0/8', ['10.0.0.0', '10.0.0.0/40'], 0.2),
                      except: ['10.1.0.0/16'],
                    },
                  },
                ]),
              ],
            }),
            ...(r.chance(0.6) && {
              ports: [{ protocol: r.mostly('TCP', ['tcp']), port: r.mostly(80, ['http', 0, 99999]) }],
            }),
          },
        ],
      }),
      ...(r.chance(0.2) && { egress: r.pick([[], [{}], [{ ports: [{ port: 53, protocol: 'UDP' }] }]]) }),
    },
  }),
  persistentvolumeclaim: (r) => ({
    spec: {
      accessModes: r.mostly(
        [r.pick(['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany'])],
        [['RWO'], [], undefined, 'ReadWriteOnce'],
        0.06,
      ),
      resources: { requests: { storage: r.mostly(r.pick(['1Gi', '500Mi']), ['1GB', 0, '-1Gi'], 0.05) } },
      ...(r.chance(0.4) && { storageClassName: r.pick(['manual', 'fast', '']) }),
    },
  }),
  persistentvolume: (r) => ({
    spec: {
      capacity: { storage: r.mostly('1Gi', ['1gi', 0, undefined]) },
      accessModes: r.mostly(['ReadWriteOnce'], [undefined, ['RWO']]),
      ...(r.chance(0.6) && {
        persistentVolumeReclaimPolicy: r.mostly(r.pick(['Retain', 'Delete', 'Recycle']), ['retain']),
      }),
      ...(r.chance(0.6) && { storageClassName: 'manual' }),
      ...r.mostly(
        { hostPath: { path: '/mnt/data' } },
        [
          {},
          { hostPath: { path: '../x' } },
          { hostPath: { path: '/a' }, nfs: { server: 's', path: '/b' } },
          { nfs: { server: 'nfs.local', path: '/srv' } },
        ],
        0.15,
      ),
    },
  }),
  serviceaccount: (r) => ({
    ...(r.chance(0.2) && { automountServiceAccountToken: r.mostly(false, ['no']) }),
    ...(r.chance(0.2) && { imagePullSecrets: [{ name: 'reg' }] }),
  }),
  role: (r) => ({ rules: rules(r) }),
  clusterrole: (r) => ({
    rules: rules(r),
    ...(r.chance(0.1) && { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { agg: 'x' } }] } }),
  }),
  rolebinding: (r) => ({
    subjects: subjects(r),
    roleRef: r.mostly(
      {
        kind: r.pick(['Role', 'ClusterRole']),
        name: r.pick(['web', 'view', 'edit']),
        apiGroup: 'rbac.authorization.k8s.io',
      },
      [{ kind: 'Role', name: 'web' }, { kind: 'Roles', name: 'web', apiGroup: 'rbac.authorization.k8s.io' }, undefined],
      0.1,
    ),
  }),
  clusterrolebinding: (r) => ({
    subjects: subjects(r),
    roleRef: { kind: r.mostly('ClusterRole', ['Role'], 0.08), name: 'view', apiGroup: 'rbac.authorization.k8s.io' },
  }),
  resourcequota: (r) => ({
    spec: { hard: hard(r), ...(r.chance(0.1) && { scopes: [r.pick(['BestEffort', 'NotTerminating', 'besteffort'])] }) },
  }),
  limitrange: (r) => ({
    spec: {
      limits: [
        {
          type: r.mostly('Container', ['Pod', 'PersistentVolumeClaim', 'container'], 0.2),
          ...(r.chance(0.7) && { default: { cpu: r.mostly('500m', ['2', 'half']), memory: '256Mi' } }),
          ...(r.chance(0.6) && { defaultRequest: { cpu: r.pick(['100m', '700m']) } }),
          ...(r.chance(0.5) && { max: { cpu: '1' } }),
          ...(r.chance(0.4) && { min: { cpu: r.pick(['50m', '2']) } }),
          ...(r.chance(0.2) && { maxLimitRequestRatio: { cpu: r.pick(['2', '0.5']) } }),
        },
      ],
    },
  }),
  horizontalpodautoscaler: (r, app) => ({
    spec: {
      scaleTargetRef: {
        apiVersion: 'apps/v1',
        kind: r.mostly('Deployment', ['deployment', 'StatefulSet']),
        name: r.mostly(app, ['', 'ghost']),
      },
      ...(r.chance(0.7) && { minReplicas: r.mostly(1, [0, 7, -1]) }),
      maxReplicas: r.mostly(r.int(2, 6), [0, '4', undefined]),
      ...(r.chance(0.7) && { metrics: [metric(r)] }),
    },
  }),
  poddisruptionbudget: (r, app) => ({
    spec: {
      ...r.pick([
        { minAvailable: 1 },
        { maxUnavailable: '50%' },
        { minAvailable: 1, maxUnavailable: 1 },
        { minAvailable: '120%' },
        { maxUnavailable: 0 },
      ]),
      selector: { matchLabels: { app } },
    },
  }),
  priorityclass: (r) => ({
    value: r.mostly(r.pick([100, 1000, -10]), [2000000000, '100', undefined, 1.5], 0.1),
    ...(r.chance(0.3) && { globalDefault: r.chance(0.3) }),
    ...(r.chance(0.4) && { description: 'for the shop' }),
    ...(r.chance(0.3) && { preemptionPolicy: r.mostly('Never', ['never', 'PreemptLowerPriority']) }),
  }),
  storageclass: (r) => ({
    provisioner: r.mostly('kubernetes.io/no-provisioner', ['', undefined, 'example.com/nfs'], 0.15),
    ...(r.chance(0.6) && { volumeBindingMode: r.mostly('WaitForFirstConsumer', ['Immediate', 'Later']) }),
    ...(r.chance(0.3) && { reclaimPolicy: r.mostly('Retain', ['Recycle', 'retain']) }),
    ...(r.chance(0.3) && { allowVolumeExpansion: true }),
  }),
  namespace: () => ({}),
};

/** A manifest of the kind; most are right. */
export function manifest(r, kind, name) {
  const [apiVersion, kindName] = VERSIONS[kind].split(' ');
  const app = r.mostly(r.pick(LABELS.app), [name], 0.5);
  const labels = r.chance(0.5) ? { labels: { app, ...(r.chance(0.3) && { tier: r.pick(LABELS.tier) }) } } : {};
  const annotations = r.chance(0.1)
    ? { annotations: { note: r.mostly('first', [1, true]), 'example.com/owner': 'ana' } }
    : {};
  return { apiVersion, kind: kindName, metadata: { name, ...labels, ...annotations }, ...BODIES[kind](r, app) };
}

/** Another value for one thing in a manifest, as before a second apply. */
export function changed(r, object) {
  const copy = structuredClone(object);
  const template = copy.spec?.template?.spec;
  const options = [
    () => (copy.metadata.labels = { ...copy.metadata.labels, env: r.pick(LABELS.env) }),
    () => (copy.metadata.annotations = { changed: 'yes' }),
  ];
  if (copy.spec?.replicas !== undefined)
    options.push(
      () => (copy.spec.replicas = r.int(0, 5)),
      () => delete copy.spec.replicas,
    );
  if (template?.containers?.[0])
    options.push(
      () => (template.containers[0].image = r.pick(IMAGES)),
      () => (template.containers[0].env = [{ name: 'MODE', value: 'new' }]),
    );
  if (copy.data)
    options.push(
      () => (copy.data = { ...copy.data, NEW: 'value' }),
      () => delete copy.data,
    );
  if (copy.spec?.ports?.[0])
    options.push(
      () => (copy.spec.ports[0].port = 8081),
      () => (copy.spec.type = 'NodePort'),
    );
  if (copy.spec?.selector?.matchLabels) options.push(() => (copy.spec.selector.matchLabels = { app: 'moved' }));
  if (copy.rules) options.push(() => copy.rules.push({ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }));
  if (copy.roleRef) options.push(() => (copy.roleRef.name = 'admin'));
  const spec = Object.keys(copy.spec ?? {});
  if (spec.length > 1) options.push(() => delete copy.spec[r.pick(spec)]);
  r.pick(options)();
  return copy;
}
