// Manifests of every kind as objects, with optional fields and a wrong value here and there.
import { ACCESS } from './manifests/access.mjs';
import { NETWORKS } from './manifests/networks.mjs';
import { SETTINGS } from './manifests/settings.mjs';
import { WORKLOADS } from './manifests/workloads.mjs';
import { IMAGES, LABELS } from './world.mjs';

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
const BODIES = { ...WORKLOADS, ...NETWORKS, ...SETTINGS, ...ACCESS };

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
  if (spec.length > 1) options.push(() => Reflect.deleteProperty(copy.spec, r.pick(spec)));
  r.pick(options)();
  return copy;
}
