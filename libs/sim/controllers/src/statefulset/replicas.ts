import type { ControllerContext, Pod, StatefulSet } from '@seatrial/apiserver';
import { isPodAvailable, isPodReady } from '../pod-state.js';
import { RequestFailedError } from '../request-failed.js';
import { applyClaimPolicy, claimIsStale, createClaims } from './claims.js';
import { createStatefulPod, deleteStatefulPod, enforceIdentity, podOf, revisionName } from './identity.js';
import { ordinalOf, startOrdinal } from './ordinals.js';
import type { SetRevisions } from './revisions.js';

/** Counts of StatefulSetStatus, as they change during one reconciliation. */
export interface Counts {
  replicas: number;
  ready: number;
  available: number;
  current: number;
  updated: number;
}

const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;
const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isPodReady(pod);

/** One reconciliation of a set's pods (pkg/controller/statefulset updateStatefulSet). */
export class ReplicaUpdate {
  readonly counts: Counts = { replicas: 0, ready: 0, available: 0, current: 0, updated: 0 };
  private readonly replicas: (Pod | undefined)[];
  private readonly condemned: Pod[] = [];
  private readonly ordered: boolean;

  constructor(
    private readonly context: ControllerContext,
    private readonly set: StatefulSet,
    private readonly revisions: SetRevisions,
    pods: readonly Pod[],
  ) {
    const count = set.spec.replicas ?? 1;
    const start = startOrdinal(set);
    this.ordered = set.spec.podManagementPolicy !== 'Parallel';
    this.replicas = new Array<Pod | undefined>(count).fill(undefined);
    for (const pod of pods) {
      this.countPod(pod);
      const index = ordinalOf(set, pod) - start;
      if (index >= 0 && index < count) this.replicas[index] = pod;
      else if (ordinalOf(set, pod) >= 0) this.condemned.push(pod);
    }
    this.condemned.sort((a, b) => ordinalOf(set, b) - ordinalOf(set, a));
  }

  /** Does the next steps; stops after the first one where the order demands it. */
  run(): void {
    if (this.set.metadata.deletionTimestamp !== undefined) return;
    for (let index = 0; index < this.replicas.length; index++) if (this.processReplica(index)) return;
    for (const pod of this.condemned) applyClaimPolicy(this.context, this.set, pod);
    const firstUnavailable = this.firstUnavailable();
    for (const pod of this.condemned) if (this.processCondemned(pod, firstUnavailable)) return;
    if (this.set.spec.updateStrategy?.type !== 'OnDelete') this.update();
  }

  private available(pod: Pod): boolean {
    return isPodAvailable(pod, this.set.spec.minReadySeconds ?? 0, this.context.now());
  }

  private countPod(pod: Pod): void {
    if (!pod.status?.phase) return;
    this.counts.replicas++;
    if (isRunningAndReady(pod)) {
      this.counts.ready++;
      if (this.available(pod)) this.counts.available++;
    }
    if (!isTerminating(pod)) this.countRevision(revisionName(pod), 1);
  }

  private countRevision(name: string, by: 1 | -1): void {
    if (name === this.revisions.current.metadata.name) this.counts.current += by;
    if (name === this.revisions.update.metadata.name) this.counts.updated += by;
  }

  /** Of the replicas that should be, one that has not been made yet counts too: then no condemned pod is the first. */
  private firstUnavailable(): Pod | undefined {
    const index = this.replicas.findIndex((pod) => !pod || this.unavailable(pod));
    return index < 0 ? this.condemned.findLast((pod) => this.unavailable(pod)) : this.replicas[index];
  }

  private unavailable(pod: Pod): boolean {
    return isTerminating(pod) || !this.available(pod);
  }

  /** The revision in which an ordinal is created: updates go from the highest down to the partition. */
  private revisionFor(ordinal: number): SetRevisions['current'] {
    const { set, revisions } = this;
    const start = startOrdinal(set);
    if (set.spec.updateStrategy?.type !== 'RollingUpdate') return revisions.update;
    const rolling = set.spec.updateStrategy.rollingUpdate;
    const limit = rolling ? (rolling.partition ?? 0) : (set.status?.currentReplicas ?? 0);
    return ordinal < start + limit ? revisions.current : revisions.update;
  }

  /** True when nothing more may be done now. */
  private processReplica(index: number): boolean {
    const pod = this.replicas[index];
    const ordinal = index + startOrdinal(this.set);
    if (!pod) {
      if (claimIsStale(this.context, this.set, ordinal)) return this.ordered;
      const revision = this.revisionFor(ordinal);
      createStatefulPod(this.context, this.set, podOf(this.set, revision, ordinal), ordinal);
      return this.ordered;
    }
    if (pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') {
      if (!isTerminating(pod)) deleteStatefulPod(this.context, this.set, pod);
      return this.ordered;
    }
    if (pod.status?.phase === 'Pending') this.completeClaims(pod, ordinal);
    if (this.ordered && (isTerminating(pod) || !isRunningAndReady(pod) || !this.available(pod))) return true;
    enforceIdentity(this.context, this.set, pod);
    return false;
  }

  /** A pod that has not started yet may lack claims, or claims their owners. */
  private completeClaims(pod: Pod, ordinal: number): void {
    const failed = createClaims(this.context, this.set, pod.metadata.name, ordinal);
    if (failed) throw new RequestFailedError(failed);
    applyClaimPolicy(this.context, this.set, pod);
  }

  private processCondemned(pod: Pod, firstUnavailable: Pod | undefined): boolean {
    if (isTerminating(pod)) return this.ordered;
    if (this.ordered && pod !== firstUnavailable && (!isRunningAndReady(pod) || !this.available(pod))) return true;
    deleteStatefulPod(this.context, this.set, pod);
    return this.ordered;
  }

  /** Deletes pods of another revision, highest ordinal first, while no more than one is down. */
  private update(): void {
    const rolling = this.set.spec.updateStrategy?.rollingUpdate;
    const least = rolling?.partition ?? 0;
    for (
      let index = this.replicas.length - 1;
      index + startOrdinal(this.set) >= least + startOrdinal(this.set);
      index--
    ) {
      const pod = this.replicas[index];
      if (!pod) return;
      if (revisionName(pod) !== this.revisions.update.metadata.name && !isTerminating(pod)) {
        deleteStatefulPod(this.context, this.set, pod);
        this.countRevision(revisionName(pod), -1);
        return;
      }
      if (this.unavailable(pod)) return;
    }
  }
}
