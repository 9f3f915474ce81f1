import type { JsonObject } from '@seatrial/kernel';
import { isJsonObject } from '@seatrial/kernel';
import { listAt, metadataOf, nameOf, objectAt, textOf, valueAt } from '../../resource/resource-info.js';

/** How far a rollout is: what to say, and whether it is over; `error` ends the command. */
export type RolloutStatus = { readonly message: string; readonly done: boolean } | { readonly error: string };

const numberAt = (object: JsonObject, ...path: string[]): number => Number(valueAt(object, ...path) ?? 0);

const observed = (object: JsonObject): boolean =>
  Number(metadataOf(object).generation ?? 0) <= numberAt(object, 'status', 'observedGeneration');

const waiting = (message: string): RolloutStatus => ({ message: `${message}\n`, done: false });
const done = (message: string): RolloutStatus => ({ message: `${message}\n`, done: true });

function deploymentStatus(object: JsonObject, revision: number): RolloutStatus {
  const name = `"${nameOf(object)}"`;
  if (revision > 0) {
    const running = Number(objectAt(object, 'metadata', 'annotations')?.['deployment.kubernetes.io/revision'] ?? 0);
    if (running !== revision)
      return { error: `desired revision (${revision}) is different from the running revision (${running})` };
  }
  if (!observed(object)) return waiting('Waiting for deployment spec update to be observed...');
  const progressing = listAt(object, 'status', 'conditions')
    .filter(isJsonObject)
    .find((condition) => condition.type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded')
    return { error: `deployment ${name} exceeded its progress deadline` };
  const wanted = numberAt(object, 'spec', 'replicas');
  const updated = numberAt(object, 'status', 'updatedReplicas');
  const all = numberAt(object, 'status', 'replicas');
  const available = numberAt(object, 'status', 'availableReplicas');
  const head = `Waiting for deployment ${name} rollout to finish:`;
  if (updated < wanted) return waiting(`${head} ${updated} out of ${wanted} new replicas have been updated...`);
  if (all > updated) return waiting(`${head} ${all - updated} old replicas are pending termination...`);
  if (available < updated) return waiting(`${head} ${available} of ${updated} updated replicas are available...`);
  return done(`deployment ${name} successfully rolled out`);
}

const notRolling = (object: JsonObject): boolean =>
  textOf(objectAt(object, 'spec', 'updateStrategy')?.type) !== 'RollingUpdate';
const NOT_ROLLING = { error: 'rollout status is only available for RollingUpdate strategy type' };

function daemonSetStatus(object: JsonObject): RolloutStatus {
  if (notRolling(object)) return NOT_ROLLING;
  if (!observed(object)) return waiting('Waiting for daemon set spec update to be observed...');
  const name = `"${nameOf(object)}"`;
  const wanted = numberAt(object, 'status', 'desiredNumberScheduled');
  const updated = numberAt(object, 'status', 'updatedNumberScheduled');
  const available = numberAt(object, 'status', 'numberAvailable');
  const head = `Waiting for daemon set ${name} rollout to finish:`;
  if (updated < wanted) return waiting(`${head} ${updated} out of ${wanted} new pods have been updated...`);
  if (available < wanted) return waiting(`${head} ${available} of ${wanted} updated pods are available...`);
  return done(`daemon set ${name} successfully rolled out`);
}

function statefulSetStatus(object: JsonObject): RolloutStatus {
  if (notRolling(object)) return NOT_ROLLING;
  if (numberAt(object, 'status', 'observedGeneration') === 0 || !observed(object))
    return waiting('Waiting for statefulset spec update to be observed...');
  const wanted = numberAt(object, 'spec', 'replicas');
  const ready = numberAt(object, 'status', 'readyReplicas');
  const updated = numberAt(object, 'status', 'updatedReplicas');
  if (ready < wanted) return waiting(`Waiting for ${wanted - ready} pods to be ready...`);
  const rolling = objectAt(object, 'spec', 'updateStrategy', 'rollingUpdate');
  if (rolling) {
    const pending = wanted - Number(rolling.partition ?? 0);
    if (rolling.partition !== undefined && updated < pending)
      return waiting(
        `Waiting for partitioned roll out to finish: ${updated} out of ${pending} new pods have been updated...`,
      );
    return done(`partitioned roll out complete: ${updated} new pods have been updated...`);
  }
  const status = objectAt(object, 'status') ?? {};
  if (status.updateRevision !== status.currentRevision)
    return waiting(
      `waiting for statefulset rolling update to complete ${updated} pods at revision ${textOf(status.updateRevision)}...`,
    );
  return done(
    `statefulset rolling update complete ${numberAt(object, 'status', 'currentReplicas')} pods at revision ${textOf(status.currentRevision)}...`,
  );
}

/** The rollout's state (polymorphichelpers rollout_status.go); undefined for kinds that roll nothing out. */
export function rolloutStatus(kind: string, object: JsonObject, revision: number): RolloutStatus | undefined {
  switch (kind) {
    case 'Deployment':
      return deploymentStatus(object, revision);
    case 'DaemonSet':
      return daemonSetStatus(object);
    case 'StatefulSet':
      return statefulSetStatus(object);
    default:
      return undefined;
  }
}
