import {
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  type ControllerContext,
  type PersistentVolumeClaim,
} from '@seatrial/apiserver';
import { keyOf } from '../object-key.js';
import { isPodTerminal } from '../pod-state.js';
import { must } from '../request-failed.js';
import { bind, setClaimPhase } from './bind.js';
import {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  CLASS_BETA,
  PROVISIONER,
  PROVISIONER_BETA,
  SELECTED_NODE,
  classOf,
  defaultClass,
  findVolume,
  isDelayed,
  isForClaim,
  mismatch,
  storageClassOf,
} from './claim-match.js';
import { PODS_BY_CLAIM } from './pods-by-claim.js';

const IN_TREE = 'kubernetes.io/';

function event(
  context: ControllerContext,
  claim: PersistentVolumeClaim,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  context.events.event({ object: claim }, type, reason, message);
}

/** The CSI drivers that took over from provisioners that Kubernetes once had itself (csi-translation-lib). */
const MIGRATED: Readonly<Record<string, string>> = {
  'kubernetes.io/aws-ebs': 'ebs.csi.aws.com',
  'kubernetes.io/azure-disk': 'disk.csi.azure.com',
  'kubernetes.io/azure-file': 'file.csi.azure.com',
  'kubernetes.io/cinder': 'cinder.csi.openstack.org',
  'kubernetes.io/gce-pd': 'pd.csi.storage.gke.io',
  'kubernetes.io/portworx-volume': 'pxd.portworx.com',
  'kubernetes.io/vsphere-volume': 'csi.vsphere.vmware.com',
};

/** Why a provisioner of Kubernetes' own makes no volumes. */
function inTreeProblem(provisioner: string): string {
  if (provisioner === 'kubernetes.io/host-path')
    return `Failed to create provisioner: provisioning in volume plugin "${provisioner}" is disabled`;
  if (provisioner === 'kubernetes.io/nfs') return 'no provisionable volume plugin matched';
  return `no volume plugin matched name: ${provisioner}`;
}

/** Asks for a volume of the claim's storage class (provisionClaim). */
function provision(context: ControllerContext, claim: PersistentVolumeClaim): void {
  const name = classOf(claim);
  const storageClass = storageClassOf(context.client, claim);
  if (!storageClass) {
    event(context, claim, 'Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${name}" not found`);
    return;
  }
  const provisioner = MIGRATED[storageClass.provisioner] ?? storageClass.provisioner;
  if (provisioner.startsWith(IN_TREE)) {
    event(context, claim, 'Warning', 'ProvisioningFailed', inTreeProblem(provisioner));
    return;
  }
  const annotations = { ...claim.metadata.annotations, [PROVISIONER_BETA]: provisioner, [PROVISIONER]: provisioner };
  const current =
    claim.metadata.annotations?.[PROVISIONER] === provisioner
      ? claim
      : must(
          context.client.update(PERSISTENT_VOLUME_CLAIMS, { ...claim, metadata: { ...claim.metadata, annotations } }),
        );
  event(
    context,
    current,
    'Normal',
    'ExternalProvisioning',
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
  );
}

function waitForConsumer(context: ControllerContext, claim: PersistentVolumeClaim): void {
  const waiting = context.client
    .byIndex(PODS_BY_CLAIM, keyOf(claim))
    .filter((pod) => !pod.spec.nodeName && !isPodTerminal(pod))
    .map((pod) => pod.metadata.name);
  if (waiting.length === 0) {
    const message = 'waiting for first consumer to be created before binding';
    event(context, claim, 'Normal', 'WaitForFirstConsumer', message);
  } else {
    const message = `waiting for pod${waiting.length > 1 ? 's' : ''} ${waiting.join(',')} to be scheduled`;
    event(context, claim, 'Normal', 'WaitForPodScheduled', message);
  }
}

/** A claim that names no class gets the default one, also when that came later; true when it did (assignDefaultStorageClass). */
function assignDefaultClass(context: ControllerContext, claim: PersistentVolumeClaim): boolean {
  if (claim.spec.storageClassName !== undefined || claim.metadata.annotations?.[CLASS_BETA] !== undefined) return false;
  const storageClassName = defaultClass(context.client)?.metadata.name;
  if (storageClassName === undefined) return false;
  must(context.client.update(PERSISTENT_VOLUME_CLAIMS, { ...claim, spec: { ...claim.spec, storageClassName } }));
  return true;
}

function syncUnnamed(context: ControllerContext, claim: PersistentVolumeClaim): void {
  const selected = claim.metadata.annotations?.[SELECTED_NODE] !== undefined;
  const delayed = isDelayed(context.client, claim);
  const volume = findVolume(context.client, claim, delayed);
  if (volume) {
    bind(context, volume, claim);
    return;
  }
  if (assignDefaultClass(context, claim)) return;
  if (delayed && !selected) waitForConsumer(context, claim);
  else if (classOf(claim) !== '') {
    provision(context, claim);
    return;
  } else {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    event(context, claim, 'Normal', 'FailedBinding', message);
  }
  setClaimPhase(context, claim, 'Pending');
}

function syncNamed(context: ControllerContext, claim: PersistentVolumeClaim, name: string): void {
  const volume = context.client.get(PERSISTENT_VOLUMES, undefined, name);
  if (!volume) {
    setClaimPhase(context, claim, 'Pending');
    return;
  }
  if (isForClaim(volume, claim)) {
    bind(context, volume, claim);
    return;
  }
  if (volume.spec.claimRef) {
    event(context, claim, 'Warning', 'FailedBinding', `volume "${name}" already bound to a different claim.`);
    if (claim.metadata.annotations?.[BOUND_BY_CONTROLLER] === undefined) setClaimPhase(context, claim, 'Pending');
    return;
  }
  const why = mismatch(volume, claim);
  if (why === undefined) {
    bind(context, volume, claim);
    return;
  }
  event(context, claim, 'Warning', 'VolumeMismatch', `Cannot bind to requested volume "${name}": ${why}`);
  setClaimPhase(context, claim, 'Pending');
}

function lose(context: ControllerContext, claim: PersistentVolumeClaim, reason: string, message: string): void {
  if (claim.status?.phase !== 'Lost') event(context, claim, 'Warning', reason, message);
  setClaimPhase(context, claim, 'Lost');
}

function syncBound(context: ControllerContext, claim: PersistentVolumeClaim): void {
  const name = claim.spec.volumeName;
  if (!name) {
    lose(
      context,
      claim,
      'ClaimLost',
      'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!',
    );
    return;
  }
  const volume = context.client.get(PERSISTENT_VOLUMES, undefined, name);
  if (!volume)
    lose(context, claim, 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  else if (!volume.spec.claimRef || volume.spec.claimRef.uid === claim.metadata.uid) bind(context, volume, claim);
  else lose(context, claim, 'ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
}

/** One step for a claim (pkg/controller/volume/persistentvolume syncClaim). */
export function syncClaim(context: ControllerContext, claim: PersistentVolumeClaim): void {
  if (claim.metadata.annotations?.[BIND_COMPLETED] !== undefined) syncBound(context, claim);
  else if (claim.spec.volumeName) syncNamed(context, claim, claim.spec.volumeName);
  else syncUnnamed(context, claim);
}
