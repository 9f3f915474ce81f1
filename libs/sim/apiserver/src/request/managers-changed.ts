import { jsonEqual } from '@seatrial/kernel';
import { formatManagedFields } from '@seatrial/merge';
import type { KubeObject } from '../contract/object.js';
import type { RequestScope } from './request-scope.js';

/** Whether an apply changed the owners; when they only got another time, nothing is written. */
export function ownersChanged(scope: RequestScope, old: KubeObject): boolean {
  if (!scope.managers) return false;
  const plain = (managers: NonNullable<RequestScope['managers']>) =>
    formatManagedFields(managers.map((manager) => ({ ...manager, time: undefined })));
  return !jsonEqual(plain(scope.managers), plain(scope.server.managedFields.of(scope.rest, old)));
}
