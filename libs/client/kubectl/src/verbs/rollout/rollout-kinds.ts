import type { ServedResource } from '@seatrial/apiserver';
import type { Coroutine } from '@seatrial/kernel';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { resolveInfos, type Resolved } from '../../resource/resolve-infos.js';

/** Kinds that polymorphichelpers know how to visit (kubectl/pkg/apps GroupKindElement.Accept). */
const VISITED = new Set([
  'DaemonSet.apps',
  'Deployment.apps',
  'ReplicaSet.apps',
  'StatefulSet.apps',
  'Pod',
  'ReplicationController',
  'Job.batch',
  'CronJob.batch',
]);

/** `ReplicaSet.apps` (schema.GroupKind.String). */
export const groupKindText = ({ group, kind }: ServedResource): string => (group === '' ? kind : `${kind}.${group}`);

/** Ends the command for a kind without a history viewer or rollbacker. */
export function failUnrolled(mapping: ServedResource, what: 'history' | 'rollbacker'): never {
  const kind = groupKindText(mapping);
  failWith(
    VISITED.has(kind)
      ? `no ${what === 'history' ? 'history viewer' : what} has been implemented for "${kind}"`
      : `error retrieving ${what} for "${kind}", no visitor method exists for {${mapping.group} ${mapping.kind}}`,
  );
}

/** The objects that a rollout verb is asked about. */
export function rolledOut(k: Invocation): Coroutine<Resolved> {
  const labelSelector = k.flags.string('selector');
  return resolveInfos(k, { typed: true, args: k.args, labelSelector, allowEmptySelector: true });
}
