import { compareStrings, isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { goTypes, type GoField } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';

/*
 * Pods as the API server's internal types print as JSON inside error texts: Go's field names, nothing left out.
 * Types of meta/v1 keep their JSON names.
 */

const POD_SPEC = `Volumes InitContainers Containers EphemeralContainers RestartPolicy TerminationGracePeriodSeconds
ActiveDeadlineSeconds DNSPolicy NodeSelector ServiceAccountName AutomountServiceAccountToken NodeName SecurityContext
ImagePullSecrets Hostname Subdomain SetHostnameAsFQDN Affinity SchedulerName Tolerations HostAliases PriorityClassName
Priority PreemptionPolicy DNSConfig ReadinessGates RuntimeClassName Overhead EnableServiceLinks TopologySpreadConstraints
OS SchedulingGates ResourceClaims Resources HostnameOverride WorkloadRef`.split(/\s+/);

const POD_SECURITY = `SELinuxOptions WindowsOptions RunAsUser RunAsGroup RunAsNonRoot SupplementalGroups
SupplementalGroupsPolicy FSGroup FSGroupChangePolicy Sysctls SeccompProfile AppArmorProfile SELinuxChangePolicy`.split(
  /\s+/,
);

/** The one struct whose internal form has other places for two of its fields. */
const VOLUME_SOURCE = `HostPath EmptyDir GCEPersistentDisk AWSElasticBlockStore GitRepo Secret NFS ISCSI Glusterfs
PersistentVolumeClaim RBD Quobyte FlexVolume Cinder CephFS Flocker DownwardAPI FC AzureFile ConfigMap VsphereVolume
AzureDisk PhotonPersistentDisk Projected PortworxVolume ScaleIO StorageOS CSI Ephemeral Image`.split(/\s+/);

const byName = new Map<string, ReadonlyMap<string, GoField>>();

function fieldsByName(struct: string): ReadonlyMap<string, GoField> {
  let fields = byName.get(struct);
  if (!fields) {
    fields = new Map((goTypes().structs[struct] ?? []).map((field) => [field.name, field]));
    byName.set(struct, fields);
  }
  return fields;
}

function internal(value: JsonValue | undefined, type: string): JsonValue {
  if (type.startsWith('*')) return value === undefined || value === null ? null : internal(value, type.slice(1));
  if (type.startsWith('[]')) {
    if (!Array.isArray(value)) return null;
    return value.map((item) => internal(item, type.slice(2)));
  }
  if (type.startsWith('map[') || type === 'v1.ResourceList') return sortedMap(value);
  if (type === 'v1.PodSpec') return internalSpec(isJsonObject(value) ? value : {});
  if (type === 'v1.LabelSelector' || type === 'v1.ObjectMeta') return value ?? {};
  if (type === 'resource.Quantity') return value ?? '0';
  if (type === 'intstr.IntOrString') return value ?? 0;
  const fields = goTypes().structs[type];
  if (fields) return struct(isJsonObject(value) ? value : {}, fields);
  if (value !== undefined && value !== null) return value;
  const kind = goTypes().named[type] ?? type;
  return kind === 'string' ? '' : kind === 'bool' ? false : 0;
}

function sortedMap(value: JsonValue | undefined): JsonValue {
  if (!isJsonObject(value)) return null;
  const out: JsonObject = {};
  for (const key of Object.keys(value).sort(compareStrings)) out[key] = value[key];
  return out;
}

function embedded(type: string): readonly GoField[] {
  if (type !== 'v1.VolumeSource') return goTypes().structs[type] ?? [];
  const fields = fieldsByName(type);
  return VOLUME_SOURCE.flatMap((name) => fields.get(name) ?? []);
}

function struct(value: JsonObject, fields: readonly GoField[]): JsonObject {
  const out: JsonObject = {};
  for (const field of fields) {
    if (field.json !== undefined) out[field.name] = internal(value[field.json], field.type);
    else Object.assign(out, struct(value, embedded(field.type)));
  }
  return out;
}

/** A pod spec as core.PodSpec. */
export function internalSpec(spec: JsonObject): JsonObject {
  const fields = fieldsByName('v1.PodSpec');
  const out: JsonObject = {};
  for (const name of POD_SPEC) {
    const field = fields.get(name);
    if (!field?.json) continue;
    out[name] = name === 'SecurityContext' ? podSecurity(spec) : internal(spec[field.json], field.type);
  }
  return out;
}

function podSecurity(spec: JsonObject): JsonValue {
  const context = isJsonObject(spec.securityContext) ? spec.securityContext : {};
  const fields = fieldsByName('v1.PodSecurityContext');
  const out: JsonObject = {
    HostNetwork: spec.hostNetwork ?? false,
    HostPID: spec.hostPID ?? false,
    HostIPC: spec.hostIPC ?? false,
    ShareProcessNamespace: spec.shareProcessNamespace ?? null,
    HostUsers: spec.hostUsers ?? null,
  };
  for (const name of POD_SECURITY) {
    const field = fields.get(name);
    if (field?.json) out[name] = internal(context[field.json], field.type);
  }
  return out;
}

/** What a template's metadata may have, in the order of ObjectMeta. */
const METADATA = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
];

/** A pod template as core.PodTemplateSpec: the metadata's fields, then `Spec`. */
export function internalTemplate(template: core.PodTemplateSpec): JsonObject {
  const { metadata, spec } = template as unknown as { metadata?: JsonObject; spec?: JsonObject };
  const out: JsonObject = {};
  for (const key of METADATA) {
    const value = metadata?.[key];
    if (value !== undefined) out[key] = isJsonObject(value) ? sortedMap(value) : value;
  }
  out.Spec = internalSpec(spec ?? {});
  return out;
}

export const internalSecurityContext = (context: core.SecurityContext): JsonValue =>
  internal(context as unknown as JsonObject, 'v1.SecurityContext');
