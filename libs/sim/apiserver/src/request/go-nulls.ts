import type { JsonObject } from '@seatrial/kernel';
import { schemaFor, withGoNulls, withoutGoNulls } from '@seatrial/schema';
import type { KubeObject } from '../contract/object.js';
import type { Draft, RequestScope } from './request-scope.js';

/** Writes the nulls into an object of the stored version that Go prints for what a client left out. */
export function writeGoNulls({ rest }: RequestScope, draft: Draft): void {
  const schema = rest.custom ? undefined : schemaFor(rest.type);
  if (!schema) return;
  const filled = withGoNulls(draft, schema);
  if (filled !== draft) Object.assign(draft, filled);
}

/** An object without them, as clients send it. */
export function leaveOutGoNulls<T extends KubeObject | Draft>({ rest }: RequestScope, object: T): T {
  const schema = rest.custom ? undefined : schemaFor(rest.type);
  return schema ? (withoutGoNulls(object as JsonObject, schema) as T) : object;
}
