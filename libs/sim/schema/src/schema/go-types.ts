import { goPodTemplateTypesJson } from '../reference/go-pod-template-types.gen.js';

/** One field of a Go struct, in declaration order; an embedded struct has no `json` name. */
export interface GoField {
  readonly name: string;
  readonly type: string;
  readonly json?: string;
}

/** The Go structs behind PodTemplateSpec and the underlying kinds of the named types they use. */
export interface GoTypes {
  readonly named: Readonly<Record<string, string>>;
  readonly structs: Readonly<Record<string, readonly GoField[]>>;
}

let loaded: GoTypes | undefined;

export function goTypes(): GoTypes {
  loaded ??= JSON.parse(goPodTemplateTypesJson) as GoTypes;
  return loaded;
}

/** What a JSON field is in Go, for error texts and for which zero values are left out. */
export interface GoFieldFacts {
  readonly type: string;
  readonly pointer: boolean;
  /** The embedded structs that hold the field, outermost first. */
  readonly embedded: readonly string[];
}

const structFacts = new Map<string, Map<string, GoFieldFacts>>();

function collect(
  struct: string,
  embedded: readonly string[],
  into: Map<string, GoFieldFacts>,
): Map<string, GoFieldFacts> {
  for (const field of goTypes().structs[struct] ?? []) {
    const pointer = field.type.startsWith('*');
    const type = pointer ? field.type.slice(1) : field.type;
    if (field.json) into.set(field.json, { type: goTypeName(type), pointer, embedded });
    else collect(type, [...embedded, field.name], into);
  }
  return into;
}

const goTypeName = (type: string): string => type.replace('[]byte', '[]uint8');

/** Structs outside pod templates whose JSON fields come from an embedded struct. */
const EMBEDDED: Readonly<
  Record<string, readonly [embedded: string, fields: readonly string[] | 'rest', own: readonly string[]]>
> = {
  IngressRule: ['IngressRuleValue', ['http'], []],
  RuleWithOperations: ['Rule', ['apiGroups', 'apiVersions', 'resources', 'scope'], []],
  PersistentVolumeSpec: [
    'PersistentVolumeSource',
    'rest',
    [
      'capacity',
      'accessModes',
      'claimRef',
      'persistentVolumeReclaimPolicy',
      'storageClassName',
      'mountOptions',
      'volumeMode',
      'nodeAffinity',
      'volumeAttributesClassName',
    ],
  ],
};

const POINTERS = `
AzureFilePersistentVolumeSource.secretNamespace ClientIPConfig.timeoutSeconds ConfigMap.immutable Secret.immutable
ContainerStatus.started ContainerStatus.stopSignal EndpointAddress.nodeName EndpointPort.appProtocol
discovery.v1.EndpointPort.name discovery.v1.EndpointPort.port discovery.v1.EndpointPort.protocol
GlusterfsPersistentVolumeSource.endpointsNamespace ISCSIPersistentVolumeSource.initiatorName LoadBalancerIngress.ipMode
LocalVolumeSource.fsType NodeFeatures.supplementalGroupsPolicy NodeRuntimeHandlerFeatures.recursiveReadOnlyMounts
NodeRuntimeHandlerFeatures.userNamespaces NodeSwapStatus.capacity PersistentVolumeClaimStatus.currentVolumeAttributesClassName
PersistentVolumeSpec.volumeMode PersistentVolumeSpec.volumeAttributesClassName PodResourceClaimStatus.resourceClaimName PortStatus.error
ReplicationControllerSpec.replicas ServiceAccount.automountServiceAccountToken ServicePort.appProtocol
ServiceSpec.allocateLoadBalancerNodePorts ServiceSpec.internalTrafficPolicy ServiceSpec.ipFamilyPolicy ServiceSpec.loadBalancerClass
ServiceSpec.trafficDistribution VolumeMountStatus.recursiveReadOnly ListMeta.remainingItemCount DeleteOptions.gracePeriodSeconds
DeleteOptions.ignoreStoreReadErrorWithClusterBreakingPotential DeleteOptions.orphanDependents DeleteOptions.propagationPolicy
Preconditions.resourceVersion Preconditions.uid TokenRequestSpec.expirationSeconds MatchResources.matchPolicy
MutatingWebhook.failurePolicy MutatingWebhook.matchPolicy MutatingWebhook.reinvocationPolicy MutatingWebhook.timeoutSeconds
ValidatingWebhook.failurePolicy ValidatingWebhook.matchPolicy ValidatingWebhook.timeoutSeconds RuleWithOperations.scope
NamedRuleWithOperations.scope ParamRef.parameterNotFoundAction admissionregistration.v1.ServiceReference.path
admissionregistration.v1.ServiceReference.port apiextensions.v1.ServiceReference.path apiextensions.v1.ServiceReference.port
apiregistration.v1.ServiceReference.port ValidatingAdmissionPolicySpec.failurePolicy Validation.reason
WebhookClientConfig.url CustomResourceDefinitionVersion.deprecationWarning CustomResourceSubresourceScale.labelSelectorPath
JSONSchemaProps.$ref JSONSchemaProps.maximum JSONSchemaProps.minimum JSONSchemaProps.maxLength JSONSchemaProps.minLength
JSONSchemaProps.maxItems JSONSchemaProps.minItems JSONSchemaProps.multipleOf JSONSchemaProps.maxProperties
JSONSchemaProps.minProperties JSONSchemaProps.x-kubernetes-preserve-unknown-fields JSONSchemaProps.x-kubernetes-list-type
JSONSchemaProps.x-kubernetes-map-type ValidationRule.optionalOldSelf ValidationRule.reason DaemonSetSpec.revisionHistoryLimit
DaemonSetStatus.collisionCount DeploymentSpec.progressDeadlineSeconds DeploymentSpec.replicas DeploymentSpec.revisionHistoryLimit
DeploymentStatus.collisionCount DeploymentStatus.terminatingReplicas ReplicaSetSpec.replicas ReplicaSetStatus.terminatingReplicas
RollingUpdateStatefulSetStrategy.partition StatefulSetSpec.replicas StatefulSetSpec.revisionHistoryLimit StatefulSetStatus.collisionCount
HorizontalPodAutoscalerSpec.minReplicas HorizontalPodAutoscalerSpec.targetCPUUtilizationPercentage
HorizontalPodAutoscalerStatus.currentCPUUtilizationPercentage HorizontalPodAutoscalerStatus.observedGeneration
HPAScalingRules.selectPolicy HPAScalingRules.stabilizationWindowSeconds MetricTarget.averageUtilization
MetricValueStatus.averageUtilization CronJobSpec.failedJobsHistoryLimit CronJobSpec.startingDeadlineSeconds
CronJobSpec.successfulJobsHistoryLimit CronJobSpec.suspend CronJobSpec.timeZone JobSpec.activeDeadlineSeconds JobSpec.backoffLimit
JobSpec.backoffLimitPerIndex JobSpec.completionMode JobSpec.completions JobSpec.managedBy JobSpec.manualSelector
JobSpec.maxFailedIndexes JobSpec.parallelism JobSpec.podReplacementPolicy JobSpec.suspend JobSpec.ttlSecondsAfterFinished
JobStatus.failedIndexes JobStatus.ready JobStatus.terminating PodFailurePolicyOnExitCodesRequirement.containerName
SuccessPolicyRule.succeededCount SuccessPolicyRule.succeededIndexes CertificateSigningRequestSpec.expirationSeconds
LeaseSpec.holderIdentity LeaseSpec.leaseDurationSeconds LeaseSpec.leaseTransitions LeaseSpec.preferredHolder LeaseSpec.strategy
Endpoint.hostname Endpoint.nodeName Endpoint.zone EndpointConditions.ready EndpointConditions.serving EndpointConditions.terminating
ExemptPriorityLevelConfiguration.lendablePercent ExemptPriorityLevelConfiguration.nominalConcurrencyShares
LimitedPriorityLevelConfiguration.borrowingLimitPercent LimitedPriorityLevelConfiguration.lendablePercent
LimitedPriorityLevelConfiguration.nominalConcurrencyShares HTTPIngressPath.pathType IngressClassParametersReference.apiGroup
IngressClassParametersReference.namespace IngressClassParametersReference.scope IngressPortStatus.error IngressSpec.ingressClassName
NetworkPolicyPort.endPort NetworkPolicyPort.protocol PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy
AllocatedDeviceStatus.shareID Device.allNodes Device.allowMultipleAllocations Device.bindsToNode Device.nodeName DeviceAttribute.bool
DeviceAttribute.int DeviceAttribute.string DeviceAttribute.version DeviceClassSpec.extendedResourceName DeviceConstraint.distinctAttribute
DeviceConstraint.matchAttribute DeviceRequestAllocationResult.adminAccess DeviceRequestAllocationResult.shareID
DeviceToleration.tolerationSeconds ExactDeviceRequest.adminAccess ResourceSliceSpec.allNodes ResourceSliceSpec.nodeName
ResourceSliceSpec.perDeviceNodeSelection PriorityClass.preemptionPolicy CSIDriverSpec.attachRequired CSIDriverSpec.fsGroupPolicy
CSIDriverSpec.nodeAllocatableUpdatePeriodSeconds CSIDriverSpec.podInfoOnMount CSIDriverSpec.requiresRepublish CSIDriverSpec.seLinuxMount
CSIDriverSpec.serviceAccountTokenInSecrets CSIDriverSpec.storageCapacity StorageClass.allowVolumeExpansion StorageClass.reclaimPolicy
StorageClass.volumeBindingMode storage.v1.TokenRequest.expirationSeconds VolumeAttachmentSource.persistentVolumeName
VolumeError.errorCode VolumeNodeResources.count CinderPersistentVolumeSource.none CSIPersistentVolumeSource.none`;

const pointerFields = new Set(POINTERS.trim().split(/\s+/));

/** Named Go string types outside pod templates, as error texts print them. */
const NAMED: Readonly<Record<string, string>> = {
  'ServiceSpec.type': 'v1.ServiceType',
  'ServiceSpec.sessionAffinity': 'v1.ServiceAffinity',
  'ServiceSpec.externalTrafficPolicy': 'v1.ServiceExternalTrafficPolicy',
  'ServiceSpec.internalTrafficPolicy': 'v1.ServiceInternalTrafficPolicy',
  'ServiceSpec.ipFamilyPolicy': 'v1.IPFamilyPolicy',
  'ServicePort.protocol': 'v1.Protocol',
  'Secret.type': 'v1.SecretType',
  'DeploymentStrategy.type': 'v1.DeploymentStrategyType',
  'DaemonSetUpdateStrategy.type': 'v1.DaemonSetUpdateStrategyType',
  'StatefulSetUpdateStrategy.type': 'v1.StatefulSetUpdateStrategyType',
  'StatefulSetSpec.podManagementPolicy': 'v1.PodManagementPolicyType',
  'CronJobSpec.concurrencyPolicy': 'v1.ConcurrencyPolicy',
  'JobSpec.completionMode': 'v1.CompletionMode',
  'PersistentVolumeSpec.persistentVolumeReclaimPolicy': 'v1.PersistentVolumeReclaimPolicy',
  'PersistentVolumeSpec.volumeMode': 'v1.PersistentVolumeMode',
  'StorageClass.reclaimPolicy': 'v1.PersistentVolumeReclaimPolicy',
  'StorageClass.volumeBindingMode': 'v1.VolumeBindingMode',
  'HTTPIngressPath.pathType': 'v1.PathType',
  'NetworkPolicyPort.protocol': 'v1.Protocol',
  'Taint.effect': 'v1.TaintEffect',
  'LimitRangeItem.type': 'v1.LimitType',
};

/**
 * Facts about a struct's field. `pkg` is the Go package path's last two segments (`core.v1`), `struct` the struct's
 * name, `type` the Go type as far as the schema tells it. Facts of pod template structs are read off; the others are listed.
 */
export function goFieldFacts(pkg: string, struct: string, field: string, type: string): GoFieldFacts {
  if (pkg === 'core.v1' || pkg === 'meta.v1') {
    const key = `v1.${struct}`;
    if (goTypes().structs[key]) {
      let facts = structFacts.get(key);
      if (!facts) structFacts.set(key, (facts = collect(key, [], new Map())));
      const found = facts.get(field);
      if (found) return found;
    }
  }
  const rule = EMBEDDED[struct];
  const embedded = rule && (rule[1] === 'rest' ? !rule[2].includes(field) : rule[1].includes(field)) ? [rule[0]] : [];
  const pointer = pointerFields.has(`${struct}.${field}`) || pointerFields.has(`${pkg}.${struct}.${field}`);
  return { type: NAMED[`${struct}.${field}`] ?? type, pointer, embedded };
}
