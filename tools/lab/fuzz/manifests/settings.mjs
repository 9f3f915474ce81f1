// Configuration, storage, quotas: what follows `metadata` in a manifest, by kind; some values are wrong.

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

/** The spec of a claim. */
export const claimSpec = (r) => ({
  accessModes: r.mostly(
    [r.pick(['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany'])],
    [['RWO'], [], undefined, 'ReadWriteOnce'],
    0.06,
  ),
  resources: { requests: { storage: r.mostly(r.pick(['1Gi', '500Mi']), ['1GB', 0, '-1Gi'], 0.05) } },
  ...(r.chance(0.4) && { storageClassName: r.pick(['manual', 'fast', '']) }),
});

export const SETTINGS = {
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
  persistentvolumeclaim: (r) => ({ spec: claimSpec(r) }),
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
