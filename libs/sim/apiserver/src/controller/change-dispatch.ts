import type { ApiServer } from '../contract/api-server.js';
import type { ControllerContext, ControllerSource } from '../contract/controller.js';
import type { KubeObject, OwnerReference } from '../contract/object.js';
import type { WatchEvent } from '../contract/request.js';
import type { ResourceType } from '../contract/resource.js';
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
  private readonly kind: string | undefined;

  constructor(
    private readonly source: ControllerSource,
    private readonly context: ControllerContext,
    private readonly queue: WorkQueue,
  ) {
    this.types = source.only?.types;
    this.kind = source.only?.controllerKind;
  }

  tell(event: WatchEvent, kind: string | undefined): void {
    if (this.kind !== undefined && kind !== undefined && kind !== this.kind) return;
    if (this.types !== undefined && !this.types.includes(event.type)) return;
    const keys = this.source.keys(event, this.context);
    for (let i = 0; i < keys.length; i++) this.queue.add(keys[i]);
  }
}

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
        const kind = controllerKind(event);
        for (const each of subscriptions) each.tell(event, kind);
      });
    return () => {
      const left = (this.byResource.get(resource) ?? []).filter((each) => each !== subscription);
      this.byResource.set(resource, left);
    };
  }
}
