import type { RandomSource, Simulation } from '@seatrial/kernel';
import { parseApiVersion } from '@seatrial/schema';
import type { ApiServerOptions } from '../contract/api-server.js';
import type { KubeObject } from '../contract/object.js';
import type { WebhookTransport } from '../contract/webhook.js';
import type { ResourceType } from '../contract/resource.js';
import { TokenAuthority } from '../authorization/token-authority.js';
import { ObjectStore } from '../store/object-store.js';
import { EncryptionAtRest } from './encryption-at-rest.js';
import { AggregatedApis } from './aggregated-apis.js';
import { ManagedFieldsLedger } from './managed-fields-ledger.js';
import { STORAGE_HOOKS, storageHook } from './storage-hooks.js';
import { ResourceRegistry } from './resource-registry.js';

/** All that one API server holds. Request handlers are functions over it. */
export class ServerState {
  readonly simulation: Simulation;
  readonly store: ObjectStore;
  readonly registry: ResourceRegistry;
  readonly aggregation: AggregatedApis;
  readonly uids: RandomSource;
  readonly names: RandomSource;
  readonly addresses: RandomSource;
  readonly tokens: TokenAuthority;
  readonly managedFields: ManagedFieldsLedger;
  readonly atRest: EncryptionAtRest;
  private readonly loaded = new Map<string, ResourceType>();
  /** False: etcd has no quorum, every request fails. */
  available = true;
  /** How webhooks are reached; without it nobody answers. */
  webhooks: WebhookTransport | undefined;
  /** How long the webhooks of the request that is being handled have taken, ms. */
  webhookMs = 0;

  constructor(readonly options: ApiServerOptions) {
    this.simulation = options.simulation;
    this.store = new ObjectStore(options.simulation);
    this.atRest = new EncryptionAtRest(() => this.store.resourceVersion);
    this.managedFields = new ManagedFieldsLedger(this.store);
    this.registry = new ResourceRegistry(options.kinds);
    this.aggregation = new AggregatedApis(this.registry);
    const random = options.simulation.random.split('apiserver');
    this.uids = random.split('uid');
    this.names = random.split('name');
    this.addresses = random.split('address');
    this.tokens = new TokenAuthority(random.split('token'));
  }

  /** Stores an object as it is, without any checks; for the objects of a snapshot. */
  load(object: KubeObject): void {
    const type = this.typeOf(object);
    if (!type) return;
    const stored = this.store.put(
      type,
      Object.isFrozen(object) ? object : { ...object, metadata: { ...object.metadata } },
    );
    storageHook(type)?.afterWrite?.(this, stored, undefined);
  }

  /** Brings the store back to what it was when its history had so many entries, and what is made of it. */
  rewind(length: number, bump: number): void {
    const changes = this.store.rewind(length, bump);
    for (const { group, resource, afterRewind } of STORAGE_HOOKS) {
      if (!afterRewind) continue;
      const own = changes.filter((change) => change.resource.resource === resource && change.resource.group === group);
      if (own.length > 0) afterRewind(this, own);
    }
  }

  private typeOf(object: KubeObject): ResourceType | undefined {
    const key = `${object.apiVersion}/${object.kind}`;
    const known = this.loaded.get(key);
    if (known) return known;
    const { group, version } = parseApiVersion(object.apiVersion);
    const type = this.registry.typeOfKind(group, version, object.kind);
    if (type) this.loaded.set(key, type);
    return type;
  }
}
