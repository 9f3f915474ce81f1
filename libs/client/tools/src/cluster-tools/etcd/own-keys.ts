import type { ClusterNode } from '@seatrial/cluster';
import { Condition, compareStrings, type FacilityKey, type Simulation, type Timer } from '@seatrial/kernel';

/** A key with what etcd knows of it. */
export interface EtcdKey {
  readonly key: string;
  /** Undefined where it is not simulated. */
  readonly value: string | undefined;
  readonly created: number;
  readonly modified: number;
  readonly version: number;
  /** Of the lease that it goes with; 0n for none. */
  readonly lease: bigint;
}

/** A change of a key that is not the API server's. */
export interface EtcdEvent {
  readonly type: 'PUT' | 'DELETE';
  readonly revision: number;
  readonly key: string;
  readonly now: EtcdKey | undefined;
  readonly before: EtcdKey | undefined;
}

export interface EtcdLease {
  readonly id: bigint;
  readonly seconds: number;
  /** Virtual ms. */
  renewedAt: number;
  timer: Timer;
}

const OWN_KEYS: FacilityKey<OwnKeys> = { name: 'etcd-own-keys' };

/** The keys that somebody put beside those of the API server, with their leases and their changes. */
export class OwnKeys {
  readonly keys = new Map<string, EtcdKey>();
  readonly leases = new Map<bigint, EtcdLease>();
  readonly events: EtcdEvent[] = [];
  /** Set at each change. */
  readonly changed = new Condition();
  compacted = 0;

  private constructor(
    private readonly simulation: Simulation,
    private readonly base: () => number,
  ) {}

  /** Those of a cluster's etcd. */
  static of({ machines, profile, apiServer }: ClusterNode): OwnKeys {
    const keeper = machines.get(profile.nodes[0].name);
    const known = keeper?.facility(OWN_KEYS);
    if (known) return known;
    const made = new OwnKeys(apiServer.simulation, () => apiServer.store.resourceVersion);
    keeper?.provide(OWN_KEYS, made);
    return made;
  }

  /** etcd's: that of the API server's last write, and a step for each of these. */
  get revision(): number {
    return this.base() + this.events.length;
  }

  list(): EtcdKey[] {
    return [...this.keys.values()].sort((a, b) => compareStrings(a.key, b.key));
  }

  /** The keys as they were at a revision. */
  at(revision: number): EtcdKey[] {
    const found = new Map<string, EtcdKey>();
    for (const { key, now, revision: changed } of this.events) {
      if (changed > revision) break;
      if (now) found.set(key, now);
      else found.delete(key);
    }
    return [...found.values()].sort((a, b) => compareStrings(a.key, b.key));
  }

  put(key: string, value: string, lease: bigint): EtcdKey | undefined {
    const before = this.keys.get(key);
    const revision = this.revision + 1;
    this.simulation.charge('bytes', key.length + value.length);
    const now = {
      key,
      value,
      lease,
      created: before?.created ?? revision,
      modified: revision,
      version: (before?.version ?? 0) + 1,
    };
    this.keys.set(key, now);
    this.tell({ type: 'PUT', revision, key, now, before });
    return before;
  }

  delete(key: string): EtcdKey | undefined {
    const before = this.keys.get(key);
    if (!before) return undefined;
    const revision = this.revision + 1;
    this.keys.delete(key);
    this.tell({ type: 'DELETE', revision, key, now: undefined, before });
    return before;
  }

  grant(id: bigint, seconds: number): void {
    this.leases.set(id, { id, seconds, renewedAt: this.simulation.now(), timer: this.expiry(id, seconds) });
  }

  renew(lease: EtcdLease): void {
    lease.timer.cancel();
    lease.renewedAt = this.simulation.now();
    lease.timer = this.expiry(lease.id, lease.seconds);
  }

  /** Its keys go with a lease. */
  revoke(id: bigint): boolean {
    const lease = this.leases.get(id);
    if (!lease) return false;
    lease.timer.cancel();
    this.leases.delete(id);
    for (const { key, lease: held } of this.list()) if (held === id) this.delete(key);
    return true;
  }

  private expiry(id: bigint, seconds: number): Timer {
    return this.simulation.after(seconds * 1000, () => this.revoke(id));
  }

  private tell(event: EtcdEvent): void {
    this.events.push(event);
    this.changed.set();
    this.changed.clear();
  }
}
