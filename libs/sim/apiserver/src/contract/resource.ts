import type * as kube from './object.js';

/** Which resource is meant; `T` is the type of its objects. */
export interface ResourceType<T extends kube.KubeObject = kube.KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Only for the type checker. */
  readonly phantom?: T;
}

const define = <T extends kube.KubeObject>(
  group: string,
  version: string,
  resource: string,
  kind: string,
  namespaced = true,
): ResourceType<T> => ({ group, version, resource, kind, namespaced });

/** For `onChange` and controllers' sources only: changes of every resource. Lists nothing. */
export const ANY_RESOURCE: ResourceType = { group: '*', version: '*', resource: '*', kind: '*', namespaced: true };

/** The resources that components work on, typed; any other comes from discovery. */
export const PODS = define<kube.Pod>('', 'v1', 'pods', 'Pod');
export const NODES = define<kube.Node>('', 'v1', 'nodes', 'Node', false);
export const SERVICES = define<kube.Service>('', 'v1', 'services', 'Service');
export const ENDPOINTS = define<kube.Endpoints>('', 'v1', 'endpoints', 'Endpoints');
export const ENDPOINT_SLICES = define<kube.EndpointSlice>('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice');
export const CONFIG_MAPS = define<kube.ConfigMap>('', 'v1', 'configmaps', 'ConfigMap');
export const SECRETS = define<kube.Secret>('', 'v1', 'secrets', 'Secret');
export const NAMESPACES = define<kube.Namespace>('', 'v1', 'namespaces', 'Namespace', false);
export const SERVICE_ACCOUNTS = define<kube.ServiceAccount>('', 'v1', 'serviceaccounts', 'ServiceAccount');
export const PERSISTENT_VOLUMES = define<kube.PersistentVolume>(
  '',
  'v1',
  'persistentvolumes',
  'PersistentVolume',
  false,
);
export const PERSISTENT_VOLUME_CLAIMS = define<kube.PersistentVolumeClaim>(
  '',
  'v1',
  'persistentvolumeclaims',
  'PersistentVolumeClaim',
);
export const REPLICATION_CONTROLLERS = define<kube.ReplicationController>(
  '',
  'v1',
  'replicationcontrollers',
  'ReplicationController',
);
export const RESOURCE_QUOTAS = define<kube.ResourceQuota>('', 'v1', 'resourcequotas', 'ResourceQuota');
export const LIMIT_RANGES = define<kube.LimitRange>('', 'v1', 'limitranges', 'LimitRange');
export const EVENTS = define<kube.CoreEvent>('', 'v1', 'events', 'Event');
export const DEPLOYMENTS = define<kube.Deployment>('apps', 'v1', 'deployments', 'Deployment');
export const REPLICA_SETS = define<kube.ReplicaSet>('apps', 'v1', 'replicasets', 'ReplicaSet');
export const STATEFUL_SETS = define<kube.StatefulSet>('apps', 'v1', 'statefulsets', 'StatefulSet');
export const DAEMON_SETS = define<kube.DaemonSet>('apps', 'v1', 'daemonsets', 'DaemonSet');
export const CONTROLLER_REVISIONS = define<kube.ControllerRevision>(
  'apps',
  'v1',
  'controllerrevisions',
  'ControllerRevision',
);
export const JOBS = define<kube.Job>('batch', 'v1', 'jobs', 'Job');
export const CRON_JOBS = define<kube.CronJob>('batch', 'v1', 'cronjobs', 'CronJob');
export const HORIZONTAL_POD_AUTOSCALERS = define<kube.HorizontalPodAutoscaler>(
  'autoscaling',
  'v2',
  'horizontalpodautoscalers',
  'HorizontalPodAutoscaler',
);
export const POD_DISRUPTION_BUDGETS = define<kube.PodDisruptionBudget>(
  'policy',
  'v1',
  'poddisruptionbudgets',
  'PodDisruptionBudget',
);
export const NETWORK_POLICIES = define<kube.NetworkPolicy>(
  'networking.k8s.io',
  'v1',
  'networkpolicies',
  'NetworkPolicy',
);
export const INGRESSES = define<kube.Ingress>('networking.k8s.io', 'v1', 'ingresses', 'Ingress');
export const ROLES = define<kube.Role>('rbac.authorization.k8s.io', 'v1', 'roles', 'Role');
export const CLUSTER_ROLES = define<kube.ClusterRole>(
  'rbac.authorization.k8s.io',
  'v1',
  'clusterroles',
  'ClusterRole',
  false,
);
export const ROLE_BINDINGS = define<kube.RoleBinding>('rbac.authorization.k8s.io', 'v1', 'rolebindings', 'RoleBinding');
export const CLUSTER_ROLE_BINDINGS = define<kube.ClusterRoleBinding>(
  'rbac.authorization.k8s.io',
  'v1',
  'clusterrolebindings',
  'ClusterRoleBinding',
  false,
);
export const RUNTIME_CLASSES = define<kube.KubeObject & { readonly handler?: string }>(
  'node.k8s.io',
  'v1',
  'runtimeclasses',
  'RuntimeClass',
  false,
);
export const PRIORITY_CLASSES = define<kube.PriorityClass>(
  'scheduling.k8s.io',
  'v1',
  'priorityclasses',
  'PriorityClass',
  false,
);
export const STORAGE_CLASSES = define<kube.StorageClass>(
  'storage.k8s.io',
  'v1',
  'storageclasses',
  'StorageClass',
  false,
);
export const VOLUME_ATTACHMENTS = define<kube.VolumeAttachment>(
  'storage.k8s.io',
  'v1',
  'volumeattachments',
  'VolumeAttachment',
  false,
);
export const CSI_DRIVERS = define<kube.CsiDriver>('storage.k8s.io', 'v1', 'csidrivers', 'CSIDriver', false);
export const CSI_NODES = define<kube.CsiNode>('storage.k8s.io', 'v1', 'csinodes', 'CSINode', false);
export const CERTIFICATE_SIGNING_REQUESTS = define<kube.CertificateSigningRequest>(
  'certificates.k8s.io',
  'v1',
  'certificatesigningrequests',
  'CertificateSigningRequest',
  false,
);
