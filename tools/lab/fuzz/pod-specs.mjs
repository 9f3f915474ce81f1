// Pod specs for manifests: one to three containers with the fields that courses teach.
import { IMAGES } from './world.mjs';

const quantities = (r) => ({
  ...(r.chance(0.8) && { cpu: r.mostly(r.pick(['100m', '0.5', '1', 250]), ['abc', '1 core', '0.0001', -1, null]) }),
  ...(r.chance(0.7) && { memory: r.mostly(r.pick(['64Mi', '128Mi', '1Gi', '200M']), ['64MB', '64mi', '0.5', -5]) }),
});

const probe = (r) => ({
  ...r.mostly(
    r.pick([
      { httpGet: { path: '/', port: r.mostly(80, ['http', 0, '80']) } },
      { exec: { command: ['cat', '/tmp/ok'] } },
      { tcpSocket: { port: 80 } },
    ]),
    [
      {},
      { httpGet: { path: '/' } },
      { httpGet: { port: 80 }, tcpSocket: { port: 80 } },
      { exec: { command: 'cat /tmp/ok' } },
    ],
    0.08,
  ),
  ...(r.chance(0.4) && { initialDelaySeconds: r.mostly(5, [-1, '5', '5s']) }),
  ...(r.chance(0.3) && { periodSeconds: r.mostly(10, [0, -1]) }),
  ...(r.chance(0.2) && { failureThreshold: r.mostly(3, [0]) }),
  ...(r.chance(0.1) && { successThreshold: r.pick([1, 2]) }),
});

const environment = (r) =>
  r.some(
    [
      { name: 'MODE', value: r.mostly('dev', [1, true, null]) },
      {
        name: 'POD_NAME',
        valueFrom: { fieldRef: { fieldPath: r.mostly('metadata.name', ['metadata.nam', 'status.podIP', 'spec.x']) } },
      },
      { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
      { name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'web', key: r.mostly('MODE', ['', undefined]) } } },
      { name: 'CPU', valueFrom: { resourceFieldRef: { resource: r.mostly('limits.cpu', ['cpu', 'limits.gpu']) } } },
      { name: r.mostly('URL', ['1 A', '', 'a=b', 'MODE']), value: 'http://$(HOST):80' },
    ],
    0.35,
  );

const security = (r) => ({
  ...(r.chance(0.5) && { runAsUser: r.mostly(1000, [-1, 'root', '1000']) }),
  ...(r.chance(0.3) && { runAsNonRoot: r.mostly(true, ['yes']) }),
});

function container(r, name, volumes) {
  return {
    name: r.mostly(name, ['Web', 'a_b', undefined, ''], 0.03),
    image: r.mostly(r.pick(IMAGES), ['', undefined, ' nginx', 'nginx:'], 0.03),
    ...(r.chance(0.15) && {
      imagePullPolicy: r.mostly('IfNotPresent', ['Always', 'Never', 'ifNotPresent', 'Sometimes'], 0.4),
    }),
    ...(r.chance(0.2) && { command: r.mostly(['sh', '-c', 'sleep 3600'], ['sleep 3600', ['sleep', 3600]], 0.15) }),
    ...(r.chance(0.15) && { args: ['--port', r.mostly('80', [80])] }),
    ...(r.chance(0.5) && {
      ports: [
        {
          containerPort: r.mostly(80, [0, '80', 99999, undefined], 0.06),
          ...(r.chance(0.4) && { name: r.mostly('http', ['HTTP', 'a-name-that-is-too-long', 'http_1'], 0.1) }),
          ...(r.chance(0.1) && { hostPort: r.mostly(8080, [70000, 0]) }),
          ...(r.chance(0.1) && { protocol: r.mostly('TCP', ['tcp', 'UDP']) }),
        },
      ],
    }),
    ...(r.chance(0.3) && { env: environment(r) }),
    ...(r.chance(0.1) && {
      envFrom: [
        r.mostly(
          { configMapRef: { name: 'web' } },
          [{ secretRef: { name: 'db', optional: true }, prefix: 'DB_' }, { configMapRef: {} }, {}],
          0.4,
        ),
      ],
    }),
    ...(r.chance(0.35) && {
      resources: { ...(r.chance(0.8) && { requests: quantities(r) }), ...(r.chance(0.6) && { limits: quantities(r) }) },
    }),
    ...(r.chance(0.2) && { livenessProbe: probe(r) }),
    ...(r.chance(0.2) && { readinessProbe: probe(r) }),
    ...(r.chance(0.15) && {
      securityContext: {
        ...security(r),
        ...(r.chance(0.4) && { capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] } }),
        ...(r.chance(0.2) && { privileged: true }),
        ...(r.chance(0.3) && { allowPrivilegeEscalation: false }),
      },
    }),
    ...(volumes.length > 0 && {
      volumeMounts: volumes.map(({ name: volume }, index) => ({
        name: r.mostly(volume, ['missing', undefined]),
        mountPath: r.mostly(`/data${index}`, ['', 'data', '/a:b', '/data0']),
        ...(r.chance(0.2) && { readOnly: true }),
        ...(r.chance(0.1) && { subPath: r.mostly('sub', ['/sub', '../x']) }),
      })),
    }),
    ...(r.chance(0.05) && { lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } } }),
  };
}

const volumesOf = (r) =>
  r.some(
    [
      {
        name: 'tmp',
        emptyDir: r.mostly({}, [{ medium: 'Memory', sizeLimit: '64Mi' }, { sizeLimit: '64mb' }, null], 0.3),
      },
      {
        name: 'conf',
        configMap: r.mostly(
          { name: 'web' },
          [
            { name: 'web', items: [{ key: 'app.conf', path: 'c.conf' }] },
            { name: 'web', defaultMode: r.pick([420, 0o400, 999]) },
            'web',
            {},
          ],
          0.4,
        ),
      },
      {
        name: 'sec',
        secret: r.mostly({ secretName: 'db' }, [{ name: 'db' }, { secretName: 'db', optional: true }], 0.2),
      },
      { name: 'data', persistentVolumeClaim: { claimName: r.mostly('data', ['', undefined]) } },
      {
        name: r.mostly('host', ['tmp', 'Host']),
        hostPath: {
          path: '/var/log',
          ...(r.chance(0.4) && { type: r.mostly('Directory', ['directory', 'DirectoryOrCreate']) }),
        },
      },
    ],
    0.12,
  );

const affinity = (r) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'disk', operator: r.mostly('In', ['in', 'Exists', 'Gt'], 0.2), values: ['ssd'] }] },
      ],
    },
  },
});

/** A pod's spec. */
export function podSpec(r) {
  const volumes = volumesOf(r);
  const names = r.chance(0.8) ? ['main'] : r.mostly(['main', 'sidecar'], [['main', 'main']]);
  return {
    ...(r.chance(0.08) && {
      initContainers: [
        {
          name: 'init',
          image: 'busybox',
          command: ['true'],
          ...(r.chance(0.3) && { restartPolicy: r.mostly('Always', ['Never', 'always']) }),
        },
      ],
    }),
    containers: r.mostly(
      names.map((name) => container(r, name, volumes)),
      [[], undefined, container(r, 'main', [])],
      0.02,
    ),
    ...(volumes.length > 0 && { volumes }),
    ...(r.chance(0.08) && { restartPolicy: r.mostly('Always', ['always', 'Sometimes']) }),
    ...(r.chance(0.1) && { nodeSelector: { disk: r.mostly('ssd', [true, 'a b']) } }),
    ...(r.chance(0.08) && {
      tolerations: [
        r.mostly(
          { key: 'gpu', operator: 'Exists', effect: 'NoSchedule' },
          [
            { key: 'gpu', operator: 'Equals', value: 'x' },
            { operator: 'Exists', key: 'gpu', value: 'yes' },
            { key: 'gpu', value: 'yes', effect: 'Noschedule' },
          ],
          0.3,
        ),
      ],
    }),
    ...(r.chance(0.06) && { affinity: affinity(r) }),
    ...(r.chance(0.08) && { serviceAccountName: r.pick(['default', 'web', 'ghost']) }),
    ...(r.chance(0.08) && { securityContext: { ...security(r), ...(r.chance(0.4) && { fsGroup: 2000 }) } }),
    ...(r.chance(0.06) && { terminationGracePeriodSeconds: r.mostly(5, [0, -1]) }),
    ...(r.chance(0.05) && { priorityClassName: r.pick(['high', 'system-cluster-critical']) }),
    ...(r.chance(0.05) && { hostNetwork: true }),
    ...(r.chance(0.04) && { dnsPolicy: r.mostly('ClusterFirst', ['None', 'clusterFirst']) }),
    ...(r.chance(0.04) && {
      topologySpreadConstraints: [
        {
          maxSkew: r.pick([1, 0]),
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: r.mostly('DoNotSchedule', ['Never']),
          labelSelector: {},
        },
      ],
    }),
  };
}

/** The template of a workload whose selector asks for `app`. */
export function podTemplate(r, app) {
  const labels = r.mostly({ app, ...(r.chance(0.3) && { tier: 'front' }) }, [undefined, { app: 'mismatch' }], 0.04);
  return { metadata: { ...(labels && { labels }) }, spec: podSpec(r) };
}
