import type { JsonValue } from '@seatrial/kernel';
import type * as apps from 'kubernetes-types/apps/v1.js';
import type * as autoscaling from 'kubernetes-types/autoscaling/v2.js';
import type * as batch from 'kubernetes-types/batch/v1.js';
import type * as certificates from 'kubernetes-types/certificates/v1.js';
import type * as core from 'kubernetes-types/core/v1.js';
import type * as discovery from 'kubernetes-types/discovery/v1.js';
import type * as networking from 'kubernetes-types/networking/v1.js';
import type * as policy from 'kubernetes-types/policy/v1.js';
import type * as rbac from 'kubernetes-types/rbac/v1.js';
import type * as scheduling from 'kubernetes-types/scheduling/v1.js';
import type * as storage from 'kubernetes-types/storage/v1.js';

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** meta/v1 ObjectMeta as a stored object has it; times are RFC 3339 in UTC with whole seconds. */
export interface ObjectMeta {
  readonly name: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly JsonValue[];
}

/** Any object of the API. Stored objects are deeply frozen and shared: never changed, replaced by new ones. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** A kind of kubernetes-types as it is stored: with full metadata, and with its spec where it has one. */
export type Stored<T> = KubeObject &
  Omit<T, 'metadata' | 'apiVersion' | 'kind' | 'spec'> &
  ('spec' extends keyof T ? { readonly spec: NonNullable<T['spec' & keyof T]> } : unknown);

export type Pod = Stored<core.Pod>;
export type Node = Stored<core.Node>;
export type Service = Stored<core.Service>;
export type Endpoints = Stored<core.Endpoints>;
export type EndpointSlice = Stored<discovery.EndpointSlice>;
export type ConfigMap = Stored<core.ConfigMap>;
export type Secret = Stored<core.Secret>;
export type Namespace = Stored<core.Namespace>;
export type ServiceAccount = Stored<core.ServiceAccount>;
export type PersistentVolume = Stored<core.PersistentVolume>;
export type PersistentVolumeClaim = Stored<core.PersistentVolumeClaim>;
export type ReplicationController = Stored<core.ReplicationController>;
export type ResourceQuota = Stored<core.ResourceQuota>;
export type LimitRange = Stored<core.LimitRange>;
export type CoreEvent = Stored<core.Event>;
export type Deployment = Stored<apps.Deployment>;
export type ReplicaSet = Stored<apps.ReplicaSet>;
export type StatefulSet = Stored<apps.StatefulSet>;
export type DaemonSet = Stored<apps.DaemonSet>;
export type ControllerRevision = Stored<apps.ControllerRevision>;
export type Job = Stored<batch.Job>;
export type CronJob = Stored<batch.CronJob>;
export type HorizontalPodAutoscaler = Stored<autoscaling.HorizontalPodAutoscaler>;
export type PodDisruptionBudget = Stored<policy.PodDisruptionBudget>;
export type NetworkPolicy = Stored<networking.NetworkPolicy>;
export type Ingress = Stored<networking.Ingress>;
export type Role = Stored<rbac.Role>;
export type ClusterRole = Stored<rbac.ClusterRole>;
export type RoleBinding = Stored<rbac.RoleBinding>;
export type ClusterRoleBinding = Stored<rbac.ClusterRoleBinding>;
export type PriorityClass = Stored<scheduling.PriorityClass>;
export type StorageClass = Stored<storage.StorageClass>;
export type VolumeAttachment = Stored<storage.VolumeAttachment>;
export type CsiDriver = Stored<storage.CSIDriver>;
export type CsiNode = Stored<storage.CSINode>;
export type CertificateSigningRequest = Stored<certificates.CertificateSigningRequest>;
