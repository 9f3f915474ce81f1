import type { ApiServer } from '../contract/api-server.js';
import type { ControllerContext, ControllerSource } from '../contract/controller.js';
import type { KubeObject, OwnerReference } from '../contract/object.js';
import type { WatchEvent } from '../contract/request.js';
import type { ResourceType } from '../contract/resource.js';
import type { HistoryEntry } from '../contract/store.js';
import type { WorkQueue } from './work-queue.js';

const NO_REFERENCES: readonly OwnerReference[] = [];

/** The kind of the object's controller, where it has one and had the same before the change. */
function controllerKind({ object, previous }: WatchEvent): string | undefined {
  const { ownerReferences = NO_REFERENCES } = object.metadata;
  if (previous && previous.metadata.ownerReferences !== object.metadata.ownerReferences) return undefined;
  for (const { controller, kind } of ownerReferences) if (controller === true) return kind;
  return undefined;
}

/** One source of one controller. */
class Subscription {
  private readonly types: readonly WatchEvent['type'][] | undefined;
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

  /** `kind` is of the object's controller. Nothing asks for the object that need not: it may have to be made. */
  tell(event: HistoryEntry, kind: string | undefined): void {
    if (this.kind !== undefined && kind !== undefined && kind !== this.kind) return;
    if (this.types !== undefined && !this.types.includes(event.type)) return;
    if (this.except?.includes(event.resource)) return;
    if (this.when?.(this.context) === false) return;
    const keys = this.source.keys(event, this.context);
    for (let i = 0; i < keys.length; i++) this.queue.add(keys[i]);
  }
}

const asksForKind = ({ kind }: Subscription): boolean => kind !== undefined;

/** Tells controllers of changes: one listener of the store for each resource, whoever looks at it. */
export class ChangeDispatch {
  private readonly byResource = new Map<ResourceType, readonly Subscription[]>();

  constructor(private readonly apiServer: ApiServer) {}

  /** Queues the keys that the source has for each change from now on; the returned function ends that. */
  add(source: ControllerSource, context: ControllerContext, queue: WorkQueue): () => void {
    const { resource } = source;
    const subscription = new Subscription(source, context, queue);
    const known = this.byResource.get(resource);
    this.byResource.set(resource, [...(known ?? []), subscription]);
    if (!known)
      this.apiServer.store.onChange<KubeObject>(resource, (event) => {
        const subscriptions = this.byResource.get(resource);
        if (!subscriptions?.length) return;
        const kind = subscriptions.some(asksForKind) ? controllerKind(event) : undefined;
        for (const each of subscriptions) each.tell(event as HistoryEntry, kind);
      });
    return () => {
      const left = (this.byResource.get(resource) ?? []).filter((each) => each !== subscription);
      this.byResource.set(resource, left);
    };
  }
}
