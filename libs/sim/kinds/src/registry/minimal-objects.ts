import { encodeBase64, type JsonObject } from '@seatrial/kernel';

const template: JsonObject = {
  metadata: { labels: { app: 'a' } },
  spec: { containers: [{ name: 'a', image: 'nginx' }] },
};
const selector: JsonObject = { matchLabels: { app: 'a' } };
const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }];
const webhooks: JsonObject[] = [
  {
    name: 'a.example.com',
    clientConfig: { url: 'https://hooks.example.com/' },
    rules: [{ apiGroups: ['none.example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['nones'] }],
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
  },
];
const REQUEST = `-----BEGIN CERTIFICATE REQUEST-----\nsubject: CN=ana\n-----END CERTIFICATE REQUEST-----\n`;

/** What the smallest valid object of a kind has besides its name; kinds that are not here need nothing. */
export const MINIMAL_OBJECTS: Readonly<Record<string, JsonObject>> = {
  APIService: {
    metadata: { name: 'v1.a.example.com' },
    spec: { group: 'a.example.com', version: 'v1', groupPriorityMinimum: 100, versionPriority: 100 },
  },
  CSIDriver: { spec: {} },
  CSINode: { spec: { drivers: [] } },
  CSIStorageCapacity: { storageClassName: 'standard' },
  CertificateSigningRequest: {
    spec: { request: encodeBase64(REQUEST), signerName: 'example.com/signer', usages: ['client auth'] },
  },
  ClusterRoleBinding: { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' } },
  ControllerRevision: { revision: 1, data: { a: 'b' } },
  CronJob: {
    spec: {
      schedule: '0 0 * * *',
      jobTemplate: {
        spec: { template: { ...template, spec: { ...(template.spec as JsonObject), restartPolicy: 'Never' } } },
      },
    },
  },
  CustomResourceDefinition: {
    metadata: { name: 'apples.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'apples', kind: 'Apple' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  },
  DaemonSet: { spec: { selector, template } },
  Deployment: { spec: { selector, template } },
  DeviceClass: { spec: {} },
  EndpointSlice: { addressType: 'IPv4', endpoints: [] },
  Event: { involvedObject: { kind: 'Pod', name: 'a', namespace: 'default' }, reason: 'Reason', type: 'Normal' },
  'Event.events.k8s.io': {
    regarding: { kind: 'Pod', name: 'a', namespace: 'default' },
    eventTime: '2026-01-01T00:00:00.000000Z',
    action: 'Act',
    reason: 'Reason',
    reportingController: 'example.com/a',
    reportingInstance: 'a',
    type: 'Normal',
  },
  FlowSchema: { spec: { priorityLevelConfiguration: { name: 'exempt' }, matchingPrecedence: 100 } },
  HorizontalPodAutoscaler: {
    spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' } },
  },
  IPAddress: {
    metadata: { name: '10.96.77.7' },
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 'a' } },
  },
  Ingress: { spec: { defaultBackend: { service: { name: 'a', port: { number: 80 } } } } },
  IngressClass: { spec: { controller: 'example.com/ingress' } },
  Job: { spec: { template: { ...template, spec: { ...(template.spec as JsonObject), restartPolicy: 'Never' } } } },
  LimitRange: { spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } },
  LocalSubjectAccessReview: {
    metadata: { namespace: 'default' },
    spec: { user: 'ana', resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'default' } },
  },
  MutatingWebhookConfiguration: { webhooks },
  NetworkPolicy: { spec: { podSelector: {} } },
  PersistentVolume: {
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' } },
  },
  PersistentVolumeClaim: {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
  Pod: { spec: template.spec },
  PodDisruptionBudget: { spec: { minAvailable: 1, selector } },
  PodTemplate: { template },
  PriorityClass: { value: 1000 },
  PriorityLevelConfiguration: { spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } } },
  ReplicaSet: { spec: { selector, template } },
  ReplicationController: { spec: { selector: { app: 'a' }, template } },
  ResourceClaim: { spec: {} },
  ResourceClaimTemplate: { spec: { spec: {} } },
  ResourceSlice: {
    spec: {
      driver: 'gpu.example.com',
      nodeName: 'node1',
      pool: { name: 'a', generation: 1, resourceSliceCount: 1 },
    },
  },
  RoleBinding: { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' } },
  RuntimeClass: { handler: 'runc' },
  Secret: { stringData: { a: 'b' } },
  SelfSubjectAccessReview: { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } },
  SelfSubjectRulesReview: { spec: { namespace: 'default' } },
  Service: { spec: { ports: [{ port: 80 }], selector: { app: 'a' } } },
  ServiceCIDR: { spec: { cidrs: ['10.97.0.0/16'] } },
  StatefulSet: { spec: { serviceName: 'a', selector, template } },
  StorageClass: { provisioner: 'example.com/disk' },
  SubjectAccessReview: { spec: { user: 'ana', resourceAttributes: { verb: 'get', resource: 'pods' } } },
  TokenReview: { spec: { token: 'unknown' } },
  ValidatingAdmissionPolicy: {
    spec: { matchConstraints: { resourceRules: rules }, validations: [{ expression: 'true' }] },
  },
  ValidatingAdmissionPolicyBinding: { spec: { policyName: 'a', validationActions: ['Deny'] } },
  ValidatingWebhookConfiguration: { webhooks },
  VolumeAttachment: {
    spec: { attacher: 'disk.example.com', nodeName: 'node1', source: { persistentVolumeName: 'a' } },
  },
  VolumeAttributesClass: { driverName: 'disk.example.com', parameters: { a: 'b' } },
};
