import { deepClone, type JsonObject } from '@seatrial/kernel';
import { decodeObject, schemaFor, type GroupVersionKind } from '@seatrial/schema';
import type { DraftObject, KubeObject } from '@seatrial/apiserver';

/** A draft read as the type it is; hooks change it in place. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the one place where JSON is taken for its type
export const draftAs = <T>(draft: JsonObject | KubeObject): T => draft as unknown as T;

const emptyStatuses = new Map<string, JsonObject>();

/** The zero status as the API server prints it: `{}`, or with the fields that Go always writes. */
export function emptyStatus(gvk: GroupVersionKind): JsonObject {
  const key = `${gvk.group}/${gvk.kind}`;
  let empty = emptyStatuses.get(key);
  if (empty === undefined) {
    const status = schemaFor(gvk)?.field('status');
    const decoded = status ? decodeObject({}, status) : undefined;
    empty = decoded?.ok ? decoded.value.object : {};
    emptyStatuses.set(key, empty);
  }
  return deepClone(empty);
}

/** Keeps the stored status on writes of the main resource, and everything else on writes of `status`. */
export function separateStatus(draft: DraftObject, old: KubeObject, subresource: string | undefined): void {
  const before = old as unknown as JsonObject;
  if (subresource === 'status') {
    for (const key of new Set([...Object.keys(draft), ...Object.keys(before)])) {
      if (key === 'status' || key === 'metadata' || key === 'apiVersion' || key === 'kind') continue;
      if (before[key] === undefined) Reflect.deleteProperty(draft, key);
      else draft[key] = before[key];
    }
  } else if (subresource === undefined || subresource === '') {
    if (before.status === undefined) Reflect.deleteProperty(draft, 'status');
    else draft.status = before.status;
  }
}
