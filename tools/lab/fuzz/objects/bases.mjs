// One small valid object of every kind that a client may create, by its path of the API: what `requests.mjs` adds to and damages.
const labels = { app: 'web' };
const container = { name: 'main', image: 'nginx:1.27' };
const podSpec = { containers: [container] };
const template = { metadata: { labels }, spec: podSpec };
const selector = { matchLabels: labels };
const once = { ...podSpec, restartPolicy: 'Never' };
const role = { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }] };
const subject = { kind: 'User', name: 'ana', apiGroup: 'rbac.authorization.k8s.io' };
const webhook = {
  name: 'check.example.com',
  clientConfig: { url: 'https://hooks.example.com/check' },
  rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['widgets'] }],
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
};
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const matchConstraints = { resourceRules: webhook.rules.map(({ ...rule }) => rule) };
const roleRef = (kind) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name: 'reader' });
const columns = { name: 'Size', type: 'string', jsonPath: '.spec.size' };
const crontab = { plural: 'crontabs', singular: 'crontab', kind: 'CronTab', shortNames: ['ct'] };
const openAPIV3Schema = {
  type: 'object',
  properties: { spec: { type: 'object', properties: { cron: { type: 'string' }, replicas: { type: 'integer' } } } },
};

const namespaced = (path, kind, body, weight = 1) => ({ path, kind, body, weight, namespaced: true });
const clusterWide = (path, kind, body, weight = 1) => ({ path, kind, body, weight, namespaced: false });

/** How the object is called that updates are made to; some kinds prescribe it. */
export const nameOfBase = ({ body }) => body.metadata?.name ?? 'base';

/** The object itself. */
export function baseObject(base) {
  const [version, ...group] = base.path.split('/').reverse().slice(1);
  const metadata = { ...base.body.metadata, name: nameOfBase(base) };
  return { apiVersion: [...group, version].join('/'), kind: base.kind, ...base.body, metadata };
}

/** {path: group/version/resource (core: v1/resource), kind, body, weight, namespaced}. */
export const BASES = [
  namespaced('v1/pods', 'Pod', { spec: podSpec }, 8),
  namespaced('apps/v1/deployments', 'Deployment', { spec: { selector, template } }, 5),
  namespaced('apps/v1/replicasets', 'ReplicaSet', { spec: { selector, template } }),
  namespaced('apps/v1/statefulsets', 'StatefulSet', { spec: { serviceName: 'web', selector, template } }, 3),
  namespaced('apps/v1/daemonsets', 'DaemonSet', { spec: { selector, template } }, 2),
  namespaced('v1/replicationcontrollers', 'ReplicationController', { spec: { selector: labels, template } }),
  namespaced('batch/v1/jobs', 'Job', { spec: { template: { spec: once } } }, 4),
  namespaced(
    'batch/v1/cronjobs',
    'CronJob',
    { spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: { spec: once } } } } },
    3,
  ),
  namespaced('v1/services', 'Service', { spec: { selector: labels, ports: [{ port: 80 }] } }, 4),
  namespaced('v1/configmaps', 'ConfigMap', { data: { MODE: 'dev' } }),
  namespaced('v1/secrets', 'Secret', { stringData: { password: 'x' } }, 2),
  namespaced('v1/serviceaccounts', 'ServiceAccount', {}),
  namespaced('v1/persistentvolumeclaims', 'PersistentVolumeClaim', { spec: claim }, 3),
  clusterWide(
    'v1/persistentvolumes',
    'PersistentVolume',
    {
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'manual',
        hostPath: { path: '/data' },
      },
    },
    3,
  ),
  namespaced('v1/limitranges', 'LimitRange', { spec: { limits: [{ type: 'Container', max: { cpu: '1' } }] } }, 2),
  namespaced('v1/resourcequotas', 'ResourceQuota', { spec: { hard: { services: '300' } } }, 2),
  namespaced('v1/endpoints', 'Endpoints', { subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80 }] }] }),
  namespaced('v1/podtemplates', 'PodTemplate', { template }),
  namespaced('v1/events', 'Event', {
    involvedObject: { kind: 'Pod', name: 'web', namespace: 'default' },
    reason: 'Seen',
  }),
  clusterWide('v1/namespaces', 'Namespace', {}),
  clusterWide('v1/nodes', 'Node', { spec: {} }),
  namespaced(
    'networking.k8s.io/v1/ingresses',
    'Ingress',
    {
      spec: {
        rules: [
          {
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
            },
          },
        ],
      },
    },
    3,
  ),
  clusterWide('networking.k8s.io/v1/ingressclasses', 'IngressClass', { spec: { controller: 'example.com/nginx' } }),
  namespaced(
    'networking.k8s.io/v1/networkpolicies',
    'NetworkPolicy',
    {
      spec: {
        podSelector: selector,
        ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }],
        policyTypes: ['Ingress'],
      },
    },
    3,
  ),
  clusterWide('networking.k8s.io/v1/servicecidrs', 'ServiceCIDR', { spec: { cidrs: ['fd00:77::/112'] } }),
  clusterWide('networking.k8s.io/v1/ipaddresses', 'IPAddress', {
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 'web' } },
  }),
  namespaced('policy/v1/poddisruptionbudgets', 'PodDisruptionBudget', { spec: { minAvailable: 1, selector } }, 2),
  namespaced(
    'autoscaling/v2/horizontalpodautoscalers',
    'HorizontalPodAutoscaler',
    {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        maxReplicas: 5,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
        ],
      },
    },
    3,
  ),
  namespaced('autoscaling/v1/horizontalpodautoscalers', 'HorizontalPodAutoscaler', {
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 5 },
  }),
  clusterWide('scheduling.k8s.io/v1/priorityclasses', 'PriorityClass', { value: 1000 }),
  clusterWide('node.k8s.io/v1/runtimeclasses', 'RuntimeClass', { handler: 'runc' }),
  clusterWide('storage.k8s.io/v1/storageclasses', 'StorageClass', { provisioner: 'example.com/disk' }, 2),
  clusterWide('storage.k8s.io/v1/volumeattachments', 'VolumeAttachment', {
    spec: { attacher: 'example.com', nodeName: 'node2', source: { persistentVolumeName: 'pv1' } },
  }),
  clusterWide('storage.k8s.io/v1/csidrivers', 'CSIDriver', { spec: {} }),
  clusterWide('storage.k8s.io/v1/csinodes', 'CSINode', { spec: { drivers: [] } }),
  clusterWide('storage.k8s.io/v1/volumeattributesclasses', 'VolumeAttributesClass', {
    driverName: 'example.com',
    parameters: { iops: '3' },
  }),
  namespaced('storage.k8s.io/v1/csistoragecapacities', 'CSIStorageCapacity', { storageClassName: 'fast' }),
  namespaced('rbac.authorization.k8s.io/v1/roles', 'Role', role, 2),
  clusterWide('rbac.authorization.k8s.io/v1/clusterroles', 'ClusterRole', role, 2),
  namespaced(
    'rbac.authorization.k8s.io/v1/rolebindings',
    'RoleBinding',
    { roleRef: roleRef('Role'), subjects: [subject] },
    2,
  ),
  clusterWide('rbac.authorization.k8s.io/v1/clusterrolebindings', 'ClusterRoleBinding', {
    roleRef: roleRef('ClusterRole'),
    subjects: [subject],
  }),
  namespaced('coordination.k8s.io/v1/leases', 'Lease', { spec: { holderIdentity: 'ana', leaseDurationSeconds: 15 } }),
  namespaced('discovery.k8s.io/v1/endpointslices', 'EndpointSlice', {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.2.3'] }],
    ports: [{ port: 80 }],
  }),
  namespaced('apps/v1/controllerrevisions', 'ControllerRevision', { revision: 1 }),
  clusterWide('certificates.k8s.io/v1/certificatesigningrequests', 'CertificateSigningRequest', {
    spec: { request: 'eA==', signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] },
  }),
  clusterWide('admissionregistration.k8s.io/v1/validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', {
    webhooks: [webhook],
  }),
  clusterWide('admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', {
    webhooks: [webhook],
  }),
  clusterWide(
    'admissionregistration.k8s.io/v1/validatingadmissionpolicies',
    'ValidatingAdmissionPolicy',
    {
      spec: { matchConstraints, validations: [{ expression: 'object.metadata.name != "x"' }] },
    },
    2,
  ),
  clusterWide('admissionregistration.k8s.io/v1/validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding', {
    spec: { policyName: 'p', validationActions: ['Deny'] },
  }),
  clusterWide(
    'apiextensions.k8s.io/v1/customresourcedefinitions',
    'CustomResourceDefinition',
    {
      metadata: { name: 'crontabs.stable.example.com' },
      spec: {
        group: 'stable.example.com',
        scope: 'Namespaced',
        names: crontab,
        versions: [
          { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema }, additionalPrinterColumns: [columns] },
        ],
      },
    },
    3,
  ),
  clusterWide('apiregistration.k8s.io/v1/apiservices', 'APIService', {
    metadata: { name: 'v1.example.com' },
    spec: {
      group: 'example.com',
      version: 'v1',
      groupPriorityMinimum: 1000,
      versionPriority: 15,
      service: { name: 'x', namespace: 'default' },
    },
  }),
  clusterWide('flowcontrol.apiserver.k8s.io/v1/flowschemas', 'FlowSchema', {
    spec: { priorityLevelConfiguration: { name: 'workload-low' }, matchingPrecedence: 1000 },
  }),
  clusterWide('flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations', 'PriorityLevelConfiguration', {
    spec: { type: 'Limited', limited: { nominalConcurrencyShares: 10, limitResponse: { type: 'Reject' } } },
  }),
  clusterWide('resource.k8s.io/v1/deviceclasses', 'DeviceClass', { spec: {} }),
  namespaced('resource.k8s.io/v1/resourceclaims', 'ResourceClaim', {
    spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } }] } },
  }),
  namespaced('resource.k8s.io/v1/resourceclaimtemplates', 'ResourceClaimTemplate', {
    spec: { spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } }] } } },
  }),
];
