// Service accounts and what they may do: what follows `metadata` in a manifest, by kind; some values are wrong.

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

export const ACCESS = {
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
};
