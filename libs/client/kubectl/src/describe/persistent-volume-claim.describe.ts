import { PODS, type PersistentVolumeClaim, type Pod } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import { required, type DescribeContext } from './describe-context.js';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { goList, rfc1123, since, writeLines, writeName } from './metadata-lines.js';
import { accessModesText, writeClaim } from './persistent-volume-claim-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** PersistentVolumeClaim: class, status, volume, capacity, the pods that use it, conditions, events. */
export const persistentVolumeClaimDescribe = defineDescriber<PersistentVolumeClaim>({
  group: '',
  kind: 'PersistentVolumeClaim',
  describe: (claim, context) => {
    const users = podsUsing(claim, context);
    const w = new DescriptionWriter();
    const { metadata, spec, status } = claim;
    const deleted = metadata.deletionTimestamp;
    const bound = Boolean(spec.volumeName);
    writeName(w, claim);
    writeClaim(w, claim, {
      status: deleted ? `Terminating (lasts ${since(deleted, context.now)})` : (status?.phase ?? ''),
      finalizers: goList(metadata.finalizers),
      capacity: bound ? Quantity.of(status?.capacity?.storage).toString() : '',
      modes: bound ? accessModesText(status?.accessModes) : '',
    });
    writeLines(w, 'Used By', users.map(({ metadata: { name } }) => name).sort(compareStrings));
    writeConditions(w, claim);
    writeEventsOf(w, claim, context);
    return w.text();
  },
});

/** Pods that mount the claim, and those that own it. */
function podsUsing(claim: PersistentVolumeClaim, context: DescribeContext): Pod[] {
  const pods = required(context.list(PODS, claim.metadata.namespace));
  const users = pods.flatMap((pod) =>
    (pod.spec.volumes ?? [])
      .filter((volume) => volume.persistentVolumeClaim?.claimName === claim.metadata.name)
      .map(() => pod),
  );
  for (const { kind, uid } of claim.metadata.ownerReferences ?? []) {
    const owner = kind === 'Pod' ? pods.find((pod) => pod.metadata.uid === uid) : undefined;
    if (owner && !users.includes(owner)) users.push(owner);
  }
  return users;
}

function writeConditions(w: DescriptionWriter, claim: PersistentVolumeClaim): void {
  const conditions = claim.status?.conditions ?? [];
  if (conditions.length === 0) return;
  w.write(0, 'Conditions:\n');
  w.write(1, 'Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage\n');
  w.write(1, '----\t------\t-----------------\t------------------\t------\t-------\n');
  for (const { type, status, lastProbeTime, lastTransitionTime, reason = '', message = '' } of conditions) {
    const times = `${rfc1123(lastProbeTime)} \t${rfc1123(lastTransitionTime)}`;
    w.write(1, `${type} \t${status} \t${times} \t${reason} \t${message}\n`);
  }
}
