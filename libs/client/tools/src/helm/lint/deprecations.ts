interface Deprecation {
  readonly apiVersion: string;
  readonly kinds: readonly string[];
  /** Minor versions of Kubernetes 1. */
  readonly deprecated: number;
  readonly removed: number;
  /** `group/version` of the kind of the same name. */
  readonly replacement?: string;
}

/** A row: API version, kinds, since when deprecated and removed, what takes their place. */
const row = (apiVersion: string, kinds: string, deprecated: number, removed: number, replacement?: string): Deprecation => ({
  apiVersion,
  kinds: kinds.split(' '),
  deprecated,
  removed,
  ...(replacement !== undefined && { replacement }),
}); // prettier-ignore

/** API versions that client-go v0.35 knows as deprecated (zz_generated.prerelease-lifecycle.go of k8s.io/api). */
const DEPRECATIONS: readonly Deprecation[] = [
  row('admissionregistration.k8s.io/v1alpha1', 'MutatingAdmissionPolicy MutatingAdmissionPolicyBinding', 35, 38),
  row('admissionregistration.k8s.io/v1alpha1', 'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding', 29, 32),
  row(
    'admissionregistration.k8s.io/v1beta1',
    'MutatingWebhookConfiguration ValidatingWebhookConfiguration',
    16,
    22,
    'admissionregistration.k8s.io/v1',
  ),
  row('admissionregistration.k8s.io/v1beta1', 'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding', 31, 34),
  row('apps/v1beta1', 'ControllerRevision Deployment StatefulSet', 8, 16, 'apps/v1'),
  row('apps/v1beta2', 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet', 9, 16, 'apps/v1'),
  row('autoscaling/v2beta1', 'HorizontalPodAutoscaler', 22, 25, 'autoscaling/v2'),
  row('autoscaling/v2beta2', 'HorizontalPodAutoscaler', 23, 26, 'autoscaling/v2'),
  row('batch/v1beta1', 'CronJob', 21, 25, 'batch/v1'),
  row('certificates.k8s.io/v1beta1', 'CertificateSigningRequest', 19, 22, 'certificates.k8s.io/v1'),
  row('coordination.k8s.io/v1beta1', 'Lease', 19, 22, 'coordination.k8s.io/v1'),
  row('discovery.k8s.io/v1beta1', 'EndpointSlice', 21, 25, 'discovery.k8s.io/v1'),
  row('events.k8s.io/v1beta1', 'Event', 22, 25),
  row('extensions/v1beta1', 'DaemonSet Deployment ReplicaSet', 8, 16, 'apps/v1'),
  row('extensions/v1beta1', 'Ingress', 14, 22, 'networking.k8s.io/v1'),
  row('extensions/v1beta1', 'NetworkPolicy', 9, 16, 'networking.k8s.io/v1'),
  row(
    'flowcontrol.apiserver.k8s.io/v1beta3',
    'FlowSchema PriorityLevelConfiguration',
    29,
    32,
    'flowcontrol.apiserver.k8s.io/v1',
  ),
  row('networking.k8s.io/v1beta1', 'Ingress', 19, 22, 'networking.k8s.io/v1'),
  row('networking.k8s.io/v1beta1', 'IPAddress ServiceCIDR', 34, 37),
  row('node.k8s.io/v1beta1', 'RuntimeClass', 22, 25),
  row('policy/v1beta1', 'PodDisruptionBudget', 21, 25, 'policy/v1'),
  row(
    'rbac.authorization.k8s.io/v1beta1',
    'ClusterRole ClusterRoleBinding Role RoleBinding',
    17,
    22,
    'rbac.authorization.k8s.io/v1',
  ),
  row('resource.k8s.io/v1beta1', 'DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice', 35, 38),
  row('scheduling.k8s.io/v1beta1', 'PriorityClass', 14, 22, 'scheduling.k8s.io/v1'),
  row('storage.k8s.io/v1beta1', 'CSIDriver StorageClass VolumeAttachment', 19, 22, 'storage.k8s.io/v1'),
  row('storage.k8s.io/v1beta1', 'CSINode', 17, 22, 'storage.k8s.io/v1'),
  row('storage.k8s.io/v1beta1', 'CSIStorageCapacity', 24, 27, 'storage.k8s.io/v1'),
  row('storage.k8s.io/v1beta1', 'VolumeAttributesClass', 34, 37, 'storage.k8s.io/v1'),
];

/** The warning about a deprecated API version as of Kubernetes 1.`minor`; undefined when there is none. */
export function deprecationWarning(apiVersion: string, kind: string, minor: number): string | undefined {
  const found = DEPRECATIONS.find((entry) => entry.apiVersion === apiVersion && entry.kinds.includes(kind));
  if (!found || found.deprecated > minor) return undefined;
  const use = found.replacement === undefined ? '' : `; use ${found.replacement} ${kind}`;
  return `${apiVersion} ${kind} is deprecated in v1.${String(found.deprecated)}+, unavailable in v1.${String(found.removed)}+${use}`;
}
