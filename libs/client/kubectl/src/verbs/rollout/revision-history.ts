import { compareStrings, isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { formatLabelSelector } from '@seatrial/schema';
import { attempt, failWith, plainMessage } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { listObjects } from '../../resource/resolve-infos.js';
import {
  listAt,
  metadataOf,
  nameOf,
  objectAt,
  stringMapAt,
  textOf,
  type ResourceInfo,
} from '../../resource/resource-info.js';
import { asMapping } from '../create/create-generated.js';

const REPLICA_SETS = asMapping({
  group: 'apps',
  version: 'v1',
  resource: 'replicasets',
  kind: 'ReplicaSet',
  namespaced: true,
});
const REVISIONS = asMapping({
  group: 'apps',
  version: 'v1',
  resource: 'controllerrevisions',
  kind: 'ControllerRevision',
  namespaced: true,
});

export const REVISION = 'deployment.kubernetes.io/revision';
export const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** One entry of a workload's history: the object that keeps it (a ReplicaSet or ControllerRevision). */
export interface Revision {
  readonly revision: number;
  readonly changeCause: string;
  readonly holder: JsonObject;
  /** The pod template of that revision. */
  readonly template: JsonObject;
}

function* owned(k: Invocation, info: ResourceInfo, mapping: typeof REVISIONS): Coroutine<JsonObject[]> {
  const selector = formatLabelSelector(objectAt(info.object, 'spec', 'selector'));
  const objects = yield* listObjects(
    k,
    { mapping, namespace: info.namespace },
    selector === '<none>' ? '' : selector,
    '',
  );
  const uid = textOf(metadataOf(info.object).uid);
  return objects
    .filter((object) =>
      listAt(object, 'metadata', 'ownerReferences').some(
        (owner) => isJsonObject(owner) && owner.controller === true && owner.uid === uid,
      ),
    )
    .sort((a, b) => compareStrings(nameOf(a), nameOf(b)));
}

function ofReplicaSet(holder: JsonObject): Revision | undefined {
  const annotations = stringMapAt(holder, 'metadata', 'annotations');
  const revision = Number(annotations[REVISION] ?? 'x');
  if (Number.isNaN(revision)) return undefined;
  return {
    revision,
    changeCause: annotations[CHANGE_CAUSE] ?? '',
    holder,
    template: objectAt(holder, 'spec', 'template') ?? {},
  };
}

function ofControllerRevision(holder: JsonObject): Revision {
  const annotations = stringMapAt(holder, 'metadata', 'annotations');
  return {
    revision: Number(holder.revision ?? 0),
    changeCause: annotations[CHANGE_CAUSE] ?? '',
    holder,
    template: objectAt(holder, 'data', 'spec', 'template') ?? {},
  };
}

/** What goes wrong is said in front of the server's words, which lose their reason. */
function* explained<T>(what: string, piece: Coroutine<T>): Coroutine<T> {
  const result = yield* attempt(piece);
  if ('value' in result) return result.value;
  return failWith(`${what}: ${result.failure.errors.map(plainMessage).join(', ')}`);
}

/** A workload's revisions, oldest first; undefined for kinds that keep none. */
export function* revisionsOf(k: Invocation, info: ResourceInfo): Coroutine<Revision[] | undefined> {
  const { kind } = info.mapping;
  if (kind === 'Deployment') {
    const sets = yield* explained(
      `failed to retrieve replica sets from deployment ${info.name}`,
      owned(k, info, REPLICA_SETS),
    );
    return sets
      .map(ofReplicaSet)
      .filter((revision) => revision !== undefined)
      .sort((a, b) => a.revision - b.revision);
  }
  if (kind !== 'DaemonSet' && kind !== 'StatefulSet') return undefined;
  const revisions = yield* owned(k, info, REVISIONS);
  return revisions.map(ofControllerRevision).sort((a, b) => a.revision - b.revision);
}

export const revisionNotFound = (revision: number): never =>
  failWith(`unable to find specified revision ${revision} in history`);
