import {
  CSI_NODES,
  NODES,
  type ControllerContext,
  type CsiNode,
  type Draft,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
} from '@seatrial/apiserver';
import { fnv32a, encodeUtf8, sha256Hex } from '@seatrial/kernel';
import { PROVISIONED_BY, SELECTED_NODE } from './claim-match.js';

/** A provisioner of volumes that a cluster has. */
export interface Provisioner {
  readonly name: string;
  /** Where one that takes them from the nodes' own disks keeps them. */
  readonly directory?: string;
}

/** Where provisioners of hostPath-like volumes keep them, unless the cluster says otherwise. */
const DIRECTORIES: Readonly<Record<string, string>> = {
  'k8s.io/minikube-hostpath': '/tmp/hostpath-provisioner',
  'rancher.io/local-path': '/var/lib/rancher/k3s/storage',
  'docker.io/hostpath': '/var/lib/k8s-pvs',
};
const LOCAL_PATH = 'rancher.io/local-path';
const EBS = 'ebs.csi.aws.com';
/** Kept on a volume until its driver has deleted what is behind it (external-provisioner, HonorPVReclaimPolicy). */
export const PROVISIONER_FINALIZER = 'external-provisioner.volume.kubernetes.io/finalizer';
const DELETION_SECRET = 'volume.kubernetes.io/provisioner-deletion-secret-';

/** Whether a provisioner is a CSI driver: its volumes are attached, grow and have snapshots. */
export const isCsiDriver = ({ name, directory }: Provisioner): boolean =>
  directory === undefined && !Object.hasOwn(DIRECTORIES, name);

type Spec = Partial<PersistentVolume['spec']>;
type Terms = NonNullable<NonNullable<NonNullable<Spec['nodeAffinity']>['required']>['nodeSelectorTerms']>;

const affinity = (nodeSelectorTerms: Terms): Spec => ({ nodeAffinity: { required: { nodeSelectorTerms } } });

function directoryVolume(provisioner: Provisioner, name: string, { metadata }: PersistentVolumeClaim): Spec {
  const directory = provisioner.directory ?? DIRECTORIES[provisioner.name];
  if (provisioner.name === 'k8s.io/minikube-hostpath')
    return { hostPath: { path: `${directory}/${metadata.namespace ?? ''}/${metadata.name}`, type: '' } };
  const path = `${directory}/${name}_${metadata.namespace ?? ''}_${metadata.name}`;
  const node = metadata.annotations?.[SELECTED_NODE];
  return {
    hostPath: { path, type: 'DirectoryOrCreate' },
    ...(node !== undefined && provisioner.name === LOCAL_PATH
      ? affinity([{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }])
      : {}),
  };
}

/** A node without drivers has no list of them. */
const driversOf = ({ spec }: CsiNode): CsiNode['spec']['drivers'] => spec.drivers ?? [];

/** Where a driver makes a volume: as near to the chosen node as its topology keys say; any of its nodes without one. */
function topology(context: ControllerContext, driver: string, claim: PersistentVolumeClaim): Spec {
  const selected = claim.metadata.annotations?.[SELECTED_NODE];
  const candidates = context.client
    .list(CSI_NODES)
    .filter(({ metadata }) => selected === undefined || metadata.name === selected)
    .filter((node) => driversOf(node).some(({ name }) => name === driver));
  if (candidates.length === 0) return {};
  const chosen = candidates[fnv32a(encodeUtf8(claim.metadata.name)) % candidates.length];
  const keys = driversOf(chosen).find(({ name }) => name === driver)?.topologyKeys ?? [];
  const labels = context.client.get(NODES, undefined, chosen.metadata.name)?.metadata.labels ?? {};
  const zones = keys.filter((key) => key.endsWith('/zone') && labels[key] !== undefined);
  if (zones.length === 0) return {};
  const [key] = zones;
  return affinity([{ matchExpressions: [{ key, operator: 'In', values: [labels[key]] }] }]);
}

/** A driver's name for a new volume or snapshot: the cloud's where it is known. */
export function newHandle(context: ControllerContext, driver: string, prefix: 'vol' | 'snap', uid: string): string {
  if (driver === EBS) return `${prefix}-0${context.random.hex(16)}`;
  return prefix === 'vol' ? `pvc-${uid}` : `snapshot-${uid}`;
}

function csiVolume(
  context: ControllerContext,
  driver: string,
  claim: PersistentVolumeClaim,
  parameters: StorageClass['parameters'],
): Spec {
  const stamp = 1_760_000_000_000 + (fnv32a(encodeUtf8(driver)) % 10_000_000);
  return {
    csi: {
      driver,
      ...(claim.spec.volumeMode === 'Block' ? {} : { fsType: parameters?.['csi.storage.k8s.io/fstype'] ?? 'ext4' }),
      volumeAttributes: { 'storage.kubernetes.io/csiProvisionerIdentity': `${stamp}-8081-${driver}` },
      volumeHandle: newHandle(context, driver, 'vol', claim.metadata.uid),
    },
    ...topology(context, driver, claim),
  };
}

/** The volume that a provisioner makes for a claim. */
export function provisionedVolume(
  context: ControllerContext,
  provisioner: Provisioner,
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
): Draft<PersistentVolume> {
  const { namespace, name: claimName, uid, resourceVersion, annotations } = claim.metadata;
  const name = `pvc-${uid}`;
  const csi = isCsiDriver(provisioner);
  const policy = storageClass.reclaimPolicy ?? 'Delete';
  const node = annotations?.[SELECTED_NODE];
  const extra: Record<string, string> = csi
    ? { [`${DELETION_SECRET}name`]: '', [`${DELETION_SECRET}namespace`]: '' }
    : provisioner.name === LOCAL_PATH && node !== undefined
      ? { 'local.path.provisioner/selected-node': node }
      : provisioner.name === 'k8s.io/minikube-hostpath'
        ? { hostPathProvisionerIdentity: stableUid(provisioner.name) }
        : {};
  return {
    metadata: {
      name,
      annotations: { ...extra, [PROVISIONED_BY]: provisioner.name },
      ...(csi && policy === 'Delete' ? { finalizers: [PROVISIONER_FINALIZER] } : {}),
    },
    spec: {
      accessModes: claim.spec.accessModes,
      capacity: { storage: claim.spec.resources?.requests?.['storage'] ?? '0' },
      claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name: claimName, uid, resourceVersion },
      ...(csi
        ? csiVolume(context, provisioner.name, claim, storageClass.parameters)
        : directoryVolume(provisioner, name, claim)),
      persistentVolumeReclaimPolicy: policy,
      storageClassName: storageClass.metadata.name,
      volumeMode: claim.spec.volumeMode ?? 'Filesystem',
      ...(storageClass.mountOptions ? { mountOptions: storageClass.mountOptions } : {}),
    },
  };
}

/** A UUID that depends on the text only. */
function stableUid(text: string): string {
  const hex = sha256Hex(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What the pod is called that a provisioner runs in, where its installer's name for it is known. */
const PODS: Readonly<Record<string, string>> = {
  'ebs.csi.aws.com': 'ebs-csi-controller-6b4d79bdc8-',
  'k8s.io/minikube-hostpath': 'minikube',
  'rancher.io/local-path': 'local-path-provisioner-7dc846544d-',
};

/** How a provisioner signs its events: driver, pod and the identity it took at its start. */
export function provisionerIdentity(name: string): string {
  const pod = Object.hasOwn(PODS, name) ? PODS[name] : undefined;
  const uid = stableUid(name);
  if (pod === undefined) return `${name}_${uid}`;
  const suffix = [...uid.slice(0, 5)].map((digit) => 'bcdfghjklmnpqrst'[Number.parseInt(digit, 16)]).join('');
  return `${name}_${pod}${pod.endsWith('-') ? suffix : ''}_${uid}`;
}
