import {
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  defineController,
  watch,
  type ControllerContext,
  type ControllerDefinition,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
} from '@seatrial/apiserver';
import { keyOf, splitKey } from './object-key.js';
import { must, retrying } from './request-failed.js';
import {
  BIND_COMPLETED,
  PROVISIONED_BY,
  PROVISIONER,
  SELECTED_NODE,
  isDelayed,
  storageClassOf,
} from './volume/claim-match.js';

/** Where a provisioner of hostPath-like volumes keeps them. */
const DIRECTORIES: Readonly<Record<string, string>> = {
  'k8s.io/minikube-hostpath': '/tmp/hostpath-provisioner',
  'rancher.io/local-path': '/var/lib/rancher/k3s/storage',
  'docker.io/hostpath': '/var/lib/k8s-pvs',
};
const DELAY_MS = 2000;

function sourceOf(
  provisioner: string,
  name: string,
  { metadata }: PersistentVolumeClaim,
): Partial<PersistentVolume['spec']> {
  const directory = DIRECTORIES[provisioner] as string | undefined;
  if (directory === undefined) return { csi: { driver: provisioner, volumeHandle: name, fsType: 'ext4' } };
  const path = `${directory}/${name}_${metadata.namespace ?? ''}_${metadata.name}`;
  return { hostPath: { path, type: provisioner === 'k8s.io/minikube-hostpath' ? '' : 'DirectoryOrCreate' } };
}

function volumeFor(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
): Omit<PersistentVolume, 'apiVersion' | 'kind' | 'metadata'> & { metadata: Partial<PersistentVolume['metadata']> } {
  const { namespace, name: claimName, uid, resourceVersion, annotations } = claim.metadata;
  const name = `pvc-${uid}`;
  const node = annotations?.[SELECTED_NODE];
  const { provisioner } = storageClass;
  return {
    metadata: { name, annotations: { [PROVISIONED_BY]: provisioner } },
    spec: {
      accessModes: claim.spec.accessModes,
      capacity: { storage: claim.spec.resources?.requests?.storage ?? '0' },
      claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name: claimName, uid, resourceVersion },
      ...sourceOf(provisioner, name, claim),
      ...(node !== undefined && provisioner === 'rancher.io/local-path'
        ? {
            nodeAffinity: {
              required: {
                nodeSelectorTerms: [
                  { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] },
                ],
              },
            },
          }
        : {}),
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: claim.spec.volumeMode ?? 'Filesystem',
      ...(storageClass.mountOptions ? { mountOptions: storageClass.mountOptions } : {}),
    },
  };
}

function provision(context: ControllerContext, claim: PersistentVolumeClaim, storageClass: StorageClass): void {
  const { client, events } = context;
  const draft = volumeFor(claim, storageClass);
  const name = draft.metadata.name ?? '';
  if (client.get(PERSISTENT_VOLUMES, undefined, name)) return;
  const message = `External provisioner is provisioning volume for claim "${keyOf(claim)}"`;
  events.event({ object: claim }, 'Normal', 'Provisioning', message);
  must(client.create(PERSISTENT_VOLUMES, draft));
  events.event({ object: claim }, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`);
}

/** The external provisioners of a cluster: makes volumes for claims of their storage classes, deletes released ones. */
export const volumeProvisionerController = (provisioners: readonly string[]): ControllerDefinition =>
  defineController({
    name: 'volume-provisioner',
    component: provisioners[0] ?? 'volume-provisioner',
    sources: [
      watch(PERSISTENT_VOLUME_CLAIMS, ({ type, object }, context) => {
        const provisioner = object.metadata.annotations?.[PROVISIONER];
        if (type !== 'DELETED' && provisioner !== undefined && provisioners.includes(provisioner))
          context.requeueAfter(keyOf(object), DELAY_MS);
        return [];
      }),
      watch(PERSISTENT_VOLUMES, ({ type, object }) => {
        const provisioner = object.metadata.annotations?.[PROVISIONED_BY];
        return type !== 'DELETED' && provisioner !== undefined && provisioners.includes(provisioner)
          ? [object.metadata.name]
          : [];
      }),
    ],
    reconcile: retrying((context, key) => {
      const [namespace, name] = splitKey(key);
      const { client } = context;
      if (namespace === undefined) {
        const volume = client.get(PERSISTENT_VOLUMES, undefined, name);
        if (volume?.status?.phase !== 'Released' || volume.spec.persistentVolumeReclaimPolicy !== 'Delete') return;
        if (volume.metadata.deletionTimestamp === undefined) must(client.delete(PERSISTENT_VOLUMES, undefined, name));
        return;
      }
      const claim = client.get(PERSISTENT_VOLUME_CLAIMS, namespace, name);
      if (!claim || claim.metadata.annotations?.[BIND_COMPLETED] !== undefined || claim.spec.volumeName) return;
      if (claim.metadata.deletionTimestamp !== undefined) return;
      const storageClass = storageClassOf(client, claim);
      if (!storageClass) return;
      if (isDelayed(client, claim) && claim.metadata.annotations?.[SELECTED_NODE] === undefined) return;
      provision(context, claim, storageClass);
    }),
  });
