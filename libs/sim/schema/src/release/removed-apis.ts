import { change, type ReleaseChange } from './release-change.js';

/** A version of kinds that a release stopped serving (kubernetes.io/docs/reference/using-api/deprecation-guide). */
interface RemovedApi {
  readonly apiVersion: string;
  readonly kinds: readonly string[];
  readonly removedIn: string;
  /** What to write instead; undefined where the kind is gone altogether. */
  readonly instead?: string;
}

const REMOVED: readonly RemovedApi[] = [
  {
    apiVersion: 'extensions/v1beta1',
    kinds: ['DaemonSet', 'Deployment', 'ReplicaSet'],
    removedIn: 'v1.16',
    instead: 'apps/v1',
  },
  { apiVersion: 'extensions/v1beta1', kinds: ['NetworkPolicy'], removedIn: 'v1.16', instead: 'networking.k8s.io/v1' },
  { apiVersion: 'extensions/v1beta1', kinds: ['PodSecurityPolicy'], removedIn: 'v1.16' },
  { apiVersion: 'extensions/v1beta1', kinds: ['Ingress'], removedIn: 'v1.22', instead: 'networking.k8s.io/v1' },
  {
    apiVersion: 'apps/v1beta1',
    kinds: ['Deployment', 'StatefulSet', 'ControllerRevision', 'Scale'],
    removedIn: 'v1.16',
    instead: 'apps/v1',
  },
  {
    apiVersion: 'apps/v1beta2',
    kinds: ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet', 'ControllerRevision'],
    removedIn: 'v1.16',
    instead: 'apps/v1',
  },
  {
    apiVersion: 'networking.k8s.io/v1beta1',
    kinds: ['Ingress', 'IngressClass'],
    removedIn: 'v1.22',
    instead: 'networking.k8s.io/v1',
  },
  {
    apiVersion: 'apiextensions.k8s.io/v1beta1',
    kinds: ['CustomResourceDefinition'],
    removedIn: 'v1.22',
    instead: 'apiextensions.k8s.io/v1',
  },
  {
    apiVersion: 'apiregistration.k8s.io/v1beta1',
    kinds: ['APIService'],
    removedIn: 'v1.22',
    instead: 'apiregistration.k8s.io/v1',
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1beta1',
    kinds: ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
    removedIn: 'v1.22',
    instead: 'admissionregistration.k8s.io/v1',
  },
  {
    apiVersion: 'authentication.k8s.io/v1beta1',
    kinds: ['TokenReview'],
    removedIn: 'v1.22',
    instead: 'authentication.k8s.io/v1',
  },
  {
    apiVersion: 'authorization.k8s.io/v1beta1',
    kinds: ['LocalSubjectAccessReview', 'SelfSubjectAccessReview', 'SubjectAccessReview'],
    removedIn: 'v1.22',
    instead: 'authorization.k8s.io/v1',
  },
  {
    apiVersion: 'certificates.k8s.io/v1beta1',
    kinds: ['CertificateSigningRequest'],
    removedIn: 'v1.22',
    instead: 'certificates.k8s.io/v1',
  },
  {
    apiVersion: 'coordination.k8s.io/v1beta1',
    kinds: ['Lease'],
    removedIn: 'v1.22',
    instead: 'coordination.k8s.io/v1',
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1alpha1',
    kinds: ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
    removedIn: 'v1.22',
    instead: 'rbac.authorization.k8s.io/v1',
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1beta1',
    kinds: ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
    removedIn: 'v1.22',
    instead: 'rbac.authorization.k8s.io/v1',
  },
  {
    apiVersion: 'scheduling.k8s.io/v1beta1',
    kinds: ['PriorityClass'],
    removedIn: 'v1.22',
    instead: 'scheduling.k8s.io/v1',
  },
  {
    apiVersion: 'storage.k8s.io/v1beta1',
    kinds: ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment'],
    removedIn: 'v1.22',
    instead: 'storage.k8s.io/v1',
  },
  {
    apiVersion: 'storage.k8s.io/v1beta1',
    kinds: ['CSIStorageCapacity'],
    removedIn: 'v1.27',
    instead: 'storage.k8s.io/v1',
  },
  { apiVersion: 'batch/v2alpha1', kinds: ['CronJob'], removedIn: 'v1.21', instead: 'batch/v1' },
  { apiVersion: 'batch/v1beta1', kinds: ['CronJob'], removedIn: 'v1.25', instead: 'batch/v1' },
  {
    apiVersion: 'discovery.k8s.io/v1beta1',
    kinds: ['EndpointSlice'],
    removedIn: 'v1.25',
    instead: 'discovery.k8s.io/v1',
  },
  { apiVersion: 'events.k8s.io/v1beta1', kinds: ['Event'], removedIn: 'v1.25', instead: 'events.k8s.io/v1' },
  { apiVersion: 'policy/v1beta1', kinds: ['PodDisruptionBudget'], removedIn: 'v1.25', instead: 'policy/v1' },
  { apiVersion: 'policy/v1beta1', kinds: ['PodSecurityPolicy'], removedIn: 'v1.25' },
  { apiVersion: 'node.k8s.io/v1beta1', kinds: ['RuntimeClass'], removedIn: 'v1.25', instead: 'node.k8s.io/v1' },
  {
    apiVersion: 'autoscaling/v2beta1',
    kinds: ['HorizontalPodAutoscaler'],
    removedIn: 'v1.25',
    instead: 'autoscaling/v2',
  },
  {
    apiVersion: 'autoscaling/v2beta2',
    kinds: ['HorizontalPodAutoscaler'],
    removedIn: 'v1.26',
    instead: 'autoscaling/v2',
  },
  {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta1',
    kinds: ['FlowSchema', 'PriorityLevelConfiguration'],
    removedIn: 'v1.26',
    instead: 'flowcontrol.apiserver.k8s.io/v1',
  },
  {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta2',
    kinds: ['FlowSchema', 'PriorityLevelConfiguration'],
    removedIn: 'v1.29',
    instead: 'flowcontrol.apiserver.k8s.io/v1',
  },
  {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta3',
    kinds: ['FlowSchema', 'PriorityLevelConfiguration'],
    removedIn: 'v1.32',
    instead: 'flowcontrol.apiserver.k8s.io/v1',
  },
];

/** Kinds that went without a successor, by what a student asks `kubectl get` for. */
const GONE: Readonly<Record<string, string>> = {
  psp: 'PodSecurityPolicy',
  podsecuritypolicies: 'PodSecurityPolicy',
  podsecuritypolicy: 'PodSecurityPolicy',
};

function describe(kind: string, { removedIn, apiVersion, instead }: RemovedApi): ReleaseChange {
  if (instead === undefined) {
    const successor =
      kind === 'PodSecurityPolicy' ? ' (Pod Security Admission, labels of namespaces, took its place)' : '';
    const sucesor =
      kind === 'PodSecurityPolicy'
        ? ' (lo sustituye Pod Security Admission, con etiquetas en los espacios de nombres)'
        : '';
    return change(removedIn, `there is no ${kind} any more${successor}`, `ya no existe ${kind}${sucesor}`);
  }
  return change(
    removedIn,
    `${kind} is not served as ${apiVersion} any more: write apiVersion: ${instead}`,
    `${kind} ya no se sirve como ${apiVersion}: escribe apiVersion: ${instead}`,
  );
}

/** The release that stopped serving a version of a kind; undefined when none of them ever served it. */
export function removedApi(apiVersion: string, kind: string): ReleaseChange | undefined {
  const found = REMOVED.find((each) => each.apiVersion === apiVersion && each.kinds.includes(kind));
  return found && describe(kind, found);
}

/** The release that removed a resource altogether, by its plural or short name. */
export function removedResource(resource: string): ReleaseChange | undefined {
  const kind = Object.hasOwn(GONE, resource) ? GONE[resource] : undefined;
  const found =
    kind === undefined
      ? undefined
      : REMOVED.findLast((each) => each.instead === undefined && each.kinds.includes(kind));
  return kind !== undefined && found ? describe(kind, found) : undefined;
}
