import {
  DEPLOYMENTS,
  REPLICA_SETS,
  type ControllerContext,
  type Deployment,
  type ReplicaSet,
} from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { must } from '../request-failed.js';
import { DESIRED_REPLICAS, MAX_REPLICAS, replicasAnnotations } from './replica-set-annotations.js';

/** One reconciliation of a deployment: what is known, and the writes that every strategy needs. */
export class Rollout {
  constructor(
    readonly context: ControllerContext,
    /** As it was read, or as the last write of this reconciliation left it. */
    public deployment: Deployment,
    readonly replicaSets: readonly ReplicaSet[],
  ) {}

  get desired(): number {
    return this.deployment.spec.replicas ?? 1;
  }

  /** Goes on with the deployment's old resource version, so that a second write of the same round is refused. */
  writeStatus(status: Deployment['status'], annotations = this.deployment.metadata.annotations): void {
    const { deployment } = this;
    const { metadata: before } = deployment;
    const metadata = annotations === before.annotations ? before : { ...before, annotations };
    const { apiVersion, kind, spec } = deployment;
    const written = must(this.context.client.updateStatus(DEPLOYMENTS, { apiVersion, kind, metadata, spec, status }));
    const { resourceVersion } = before;
    this.deployment = { ...written, metadata: { ...written.metadata, resourceVersion } };
  }

  /** Sets a replica set's size (and what it says of the deployment's); true when the size changed. */
  scale(replicaSet: ReplicaSet, replicas: number): boolean {
    const before = replicaSet.spec.replicas ?? 1;
    const wanted = replicasAnnotations(this.deployment);
    const annotations = replicaSet.metadata.annotations;
    const annotated =
      annotations?.[DESIRED_REPLICAS] === wanted[DESIRED_REPLICAS] &&
      annotations[MAX_REPLICAS] === wanted[MAX_REPLICAS];
    if (before === replicas && annotated) return false;
    must(
      this.context.client.update(REPLICA_SETS, {
        ...replicaSet,
        metadata: { ...replicaSet.metadata, annotations: { ...annotations, ...wanted } },
        spec: { ...replicaSet.spec, replicas },
      }),
    );
    if (before === replicas) return false;
    this.event(
      'Normal',
      'ScalingReplicaSet',
      `Scaled ${before < replicas ? 'up' : 'down'} replica set ${replicaSet.metadata.name} from ${before} to ${replicas}`,
    );
    return true;
  }

  /** The same, but does nothing when the size is right already. */
  scaleIfNeeded(replicaSet: ReplicaSet, replicas: number): boolean {
    return (replicaSet.spec.replicas ?? 1) === replicas ? false : this.scale(replicaSet, replicas);
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.context.events.event({ object: this.deployment }, type, reason, message);
  }
}

export const replicasOf = (replicaSets: readonly ReplicaSet[]): number =>
  replicaSets.reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0);

export const availableOf = (replicaSets: readonly ReplicaSet[]): number =>
  replicaSets.reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0);

export const isActive = (replicaSet: ReplicaSet): boolean => (replicaSet.spec.replicas ?? 1) > 0;

export const byCreation = (a: ReplicaSet, b: ReplicaSet): number =>
  compareStrings(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
  compareStrings(a.metadata.name, b.metadata.name);

export const withNew = (old: readonly ReplicaSet[], current: ReplicaSet | undefined): ReplicaSet[] =>
  current ? [...old, current] : [...old];
