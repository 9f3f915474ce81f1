import type { JsonObject } from '@seatrial/kernel';
import { FieldSet, formatManagedFields, updateManagedFields, type ManagedFields } from '@seatrial/merge';
import { formatTime, withoutGoZeros } from '@seatrial/schema';
import type { KubeObject } from '../contract/object.js';
import type { ObjectStore, WriteNote } from '../store/object-store.js';
import { requestedPod } from './requested-pod.js';
import type { RestResource } from './rest-resource.js';

const NONE: ManagedFields = [];

const STATUS = FieldSet.fromFieldsV1({ 'f:status': {} });
const SPEC = FieldSet.fromFieldsV1({ 'f:spec': {} });

/** What a write to this resource or subresource leaves as it is (the strategies' GetResetFields). */
function resetFields({ api }: RestResource, { subresource }: Pick<WriteNote, 'subresource'>): FieldSet {
  if (subresource === 'status') return SPEC;
  return subresource === '' && api.subresources.some(({ name }) => name === 'status') ? STATUS : FieldSet.EMPTY;
}

function requested({ type }: RestResource, version: KubeObject, before: JsonObject | undefined): JsonObject {
  const object = version as unknown as JsonObject;
  if (before || type.group !== '') return object;
  // A namespace gets its finalizer after its owner is noted, and a pod what it lacks.
  if (type.resource === 'namespaces') return { ...object, spec: {} };
  return type.resource === 'pods' ? requestedPod(object) : object;
}

/**
 * metadata.managedFields, worked out from the history of an object when somebody asks: ordinary writes only leave a
 * note of who wrote. Server-side applies know the owners and leave them here.
 */
export class ManagedFieldsLedger {
  private readonly known = new WeakMap<KubeObject, ManagedFields>();
  /** Versions of objects that were made without a field that anybody owns. */
  private readonly unmanaged = new WeakSet<KubeObject>();

  constructor(private readonly store: ObjectStore) {}

  remember(object: KubeObject, managers: ManagedFields): void {
    this.known.set(object, managers);
  }

  /** Who owns which fields of this version of an object. */
  of(rest: RestResource, object: KubeObject): ManagedFields {
    const unknown: KubeObject[] = [];
    let at: KubeObject | undefined = object;
    let managers = NONE;
    /** False for what was there at the start: nobody knows who made it. */
    let tracked = false;
    while (at) {
      const found = this.known.get(at);
      if (found) {
        managers = found;
        tracked = this.unmanaged.has(at);
        break;
      }
      const note = this.store.noteOf(at);
      if (!note) break;
      unknown.push(at);
      at = note.previous;
    }
    for (const version of unknown.reverse()) {
      const note = this.store.noteOf(version);
      if (!note) continue;
      const identity = {
        manager: note.manager,
        operation: note.operation,
        apiVersion: note.apiVersion,
        ...(note.subresource ? { subresource: note.subresource } : undefined),
        // The scale handler asks the parent for the time of an entry that it has not.
        ...(note.subresource === 'scale' ? undefined : { time: formatTime(note.time) }),
      };
      if (!note.previous) tracked = true;
      // What nobody manages stays so (skipNonAppliedManager).
      if (!note.unowned && !(note.previous && tracked && managers.length === 0)) {
        const before = note.previous as JsonObject | undefined;
        const asked = note.asked ?? requested(rest, version, before);
        const after = !before && rest.schema && !rest.custom ? withoutGoZeros(asked, rest.schema) : asked;
        managers = updateManagedFields(before, after, managers, identity, rest.schema, resetFields(rest, note));
      }
      this.known.set(version, managers);
      if (tracked && managers.length === 0) this.unmanaged.add(version);
    }
    return managers;
  }

  /**
   * The owners that an apply finds. Of what nobody has managed so far it all belongs to `before-first-apply`
   * (managedfields/internal skipNonAppliedManager.Apply).
   */
  beforeApply(
    rest: RestResource,
    object: KubeObject,
    live: JsonObject,
    apiVersion: string,
    now: number,
  ): ManagedFields {
    const managers = this.of(rest, object);
    if (!this.unmanaged.has(object)) return managers;
    const identity = {
      manager: 'before-first-apply',
      operation: 'Update' as const,
      apiVersion,
      time: formatTime(now),
    };
    const reset = resetFields(rest, { subresource: '' });
    return updateManagedFields(undefined, live, managers, identity, rest.schema, reset);
  }

  /** The object as `--show-managed-fields` sees it. */
  show(rest: RestResource, stored: KubeObject, shown: KubeObject): KubeObject {
    const managers = this.of(rest, stored);
    if (managers.length === 0) return shown;
    return { ...shown, metadata: { ...shown.metadata, managedFields: formatManagedFields(managers) } };
  }
}
