import type { ApiServer } from '../contract/api-server.js';
import type { ControllerContext, ControllerSource } from '../contract/controller.js';
import type { KubeObject, OwnerReference } from '../contract/object.js';
import type { WatchEvent } from '../contract/request.js';
import type { ResourceType } from '../contract/resource.js';
import type { HistoryEntry } from '../contract/store.js';
import type { Resync } from './resync.js';
import type { WorkQueue } from './work-queue.js';

type ChangeType = WatchEvent['type'];

const NO_REFERENCES: readonly OwnerReference[] = [];

/** The kind of the object's controller, where it has one and had the same before the change. */
function controllerKind({ object, previous }: WatchEvent): string | undefined {
  const { ownerReferences = NO_REFERENCES } = object.metadata;
  if (previous && previous.metadata.ownerReferences !== object.metadata.ownerReferences) return undefined;
  for (let i = 0; i < ownerReferences.length; i++)
    if (ownerReferences[i].controller === true) return ownerReferences[i].kind;
  return undefined;
}

/** One source of one controller. */
class Subscription {
  private readonly types: readonly ChangeType[] | undefined;
  private readonly except: readonly ResourceType[] | undefined;
  private readonly when: ((context: ControllerContext) => boolean) | undefined;
  readonly kind: string | undefined;

  constructor(
    private readonly source: ControllerSource,
    private readonly context: ControllerContext,
    private readonly queue: WorkQueue,
  ) {
    this.types = source.only?.types;
    this.kind = source.only?.controllerKind;
    this.except = source.only?.except;
    this.when = source.only?.when;
  }

  takes(resource: ResourceType, type: ChangeType): boolean {
    return (this.types?.includes(type) ?? true) && !this.except?.includes(resource);
  }

  /** `kind` is of the object's controller. Nothing asks for the object that need not: it may have to be made. */
  tell(event: HistoryEntry, kind: string | undefined): void {
    if (this.kind !== undefined && kind !== undefined && kind !== this.kind) return;
    if (this.when?.(this.context) === false) return;
    const keys = this.source.keys(event, this.context);
    for (let i = 0; i < keys.length; i++) this.queue.add(keys[i]);
  }
}

type ByType<T> = Record<ChangeType, T>;

/** Those that take changes of one type. */
class Audience {
  private readonly asksForKind: boolean;

  constructor(private readonly members: readonly Subscription[]) {
    this.asksForKind = members.some(({ kind }) => kind !== undefined);
  }

  tell(event: HistoryEntry): void {
    const kind = this.asksForKind ? controllerKind(event) : undefined;
    for (let i = 0; i < this.members.length; i++) this.members[i].tell(event, kind);
  }
}

/** Those that look at one resource, or at any. */
class Subscriptions {
  private members: readonly Subscription[] = [];
  /** By what has changed; put together anew after each change of `members`. */
  private audiences = new Map<ResourceType, ByType<Audience>>();

  add(member: Subscription): void {
    this.members = [...this.members, member];
    this.audiences = new Map();
  }

  remove(member: Subscription): void {
    this.members = this.members.filter((each) => each !== member);
    this.audiences = new Map();
  }

  tell(event: HistoryEntry): void {
    let audiences = this.audiences.get(event.resource);
    if (!audiences) {
      const of = (type: ChangeType): Audience =>
        new Audience(this.members.filter((member) => member.takes(event.resource, type)));
      audiences = { ADDED: of('ADDED'), MODIFIED: of('MODIFIED'), DELETED: of('DELETED') };
      this.audiences.set(event.resource, audiences);
    }
    audiences[event.type].tell(event);
  }
}

/** Tells controllers of changes: one listener of the store for each resource, whoever looks at it. */
export class ChangeDispatch {
  private readonly byResource = new Map<ResourceType, Subscriptions>();

  private readonly resyncs = new Set<Resync>();
  /** Ends listening to the kubelets. */
  readonly stop: () => void;

  constructor(private readonly apiServer: ApiServer) {
    this.stop = apiServer.kubelets.onChange(() => this.wake());
  }

  /** Queues the keys that the source has for each change from now on; the returned function ends that. */
  add(source: ControllerSource, context: ControllerContext, queue: WorkQueue): () => void {
    const { resource } = source;
    const subscription = new Subscription(source, context, queue);
    const subscriptions = this.byResource.get(resource) ?? this.listen(resource);
    subscriptions.add(subscription);
    return () => {
      subscriptions.remove(subscription);
    };
  }

  /** Wakes it at each change from now on; the returned function ends that, and it. */
  addResync(resync: Resync): () => void {
    this.resyncs.add(resync);
    return () => {
      this.resyncs.delete(resync);
      resync.stop();
    };
  }

  private wake(): void {
    for (const resync of this.resyncs) resync.wake();
  }

  private listen(resource: ResourceType): Subscriptions {
    const subscriptions = new Subscriptions();
    this.byResource.set(resource, subscriptions);
    this.apiServer.store.onChange<KubeObject>(resource, (event) => {
      subscriptions.tell(event as HistoryEntry);
      this.wake();
    });
    return subscriptions;
  }
}
