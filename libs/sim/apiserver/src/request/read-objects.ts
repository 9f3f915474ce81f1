import { fail, ok, type Result } from '@seatrial/kernel';
import { apiVersionOf } from '@seatrial/schema';
import type { JsonObject } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';
import type { Status } from '../contract/status.js';
import { gone, notFound } from '../status/status-errors.js';
import { parseSelection } from './object-selection.js';
import { done, refused, subject, type Outcome, type RequestScope } from './request-scope.js';
import { objectTable } from './table.js';

export interface ObjectList {
  readonly items: readonly KubeObject[];
  readonly continue?: string;
  readonly remaining?: number;
}

/** Orders as the store does, by namespace and then name: NUL sorts before every character that a name may have. */
const positionOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}\0${name}`;

/** The objects that a list request selects, one page of them when it asks for a limit. */
export function listObjects(scope: RequestScope): Result<ObjectList, Status> {
  const { rest, server, options } = scope;
  const selection = parseSelection(rest, options);
  if (!selection.ok) return selection;
  const stored = server.store.list(rest.type, rest.api.namespaced ? scope.namespace : undefined);
  const selects = options.labelSelector || options.fieldSelector || scope.name;
  let items = selects
    ? stored.filter((object) => (scope.name === '' || object.metadata.name === scope.name) && selection.value(object))
    : stored;
  if (options.continue) {
    const start = decodeContinue(options.continue);
    if (start === undefined)
      return fail(gone('The provided continue parameter is too old to display a consistent list result.'));
    items = items.filter(({ metadata }) => positionOf(metadata.namespace, metadata.name) > start);
  }
  const limit = options.limit ?? 0;
  if (limit <= 0 || items.length <= limit) return ok({ items });
  const page = items.slice(0, limit);
  const last = page[page.length - 1];
  return ok({
    items: page,
    continue: `v1:${last.metadata.namespace ?? ''}/${last.metadata.name}`,
    remaining: items.length - limit,
  });
}

function decodeContinue(token: string): string | undefined {
  const match = /^v1:([^/]*)\/(.+)$/.exec(token);
  return match ? positionOf(match[1], match[2]) : undefined;
}

/** An object as the requested version shows it. */
export function present(scope: RequestScope, object: KubeObject): KubeObject {
  const shown = scope.rest.fromStored(object as unknown as JsonObject) as unknown as KubeObject;
  // What the API only shows (measurements) nobody manages.
  const shows = scope.options.showManagedFields && scope.rest.api.verbs.includes('update');
  return shows ? scope.server.managedFields.show(scope.rest, object, shown) : shown;
}

export function getObject(scope: RequestScope): Outcome {
  const { rest, server } = scope;
  const object = server.store.get(rest.type, scope.namespace, scope.name);
  if (!object) return refused(notFound(subject(scope), scope.name));
  if (scope.options.asTable) return done(objectTable(scope, [object], object.metadata.resourceVersion));
  return done(present(scope, object));
}

export function answerList(scope: RequestScope): Outcome {
  const listed = listObjects(scope);
  if (!listed.ok) return refused(listed.error);
  const { items, remaining } = listed.value;
  const metadata: JsonObject = { resourceVersion: String(scope.server.store.resourceVersion) };
  if (listed.value.continue !== undefined) metadata.continue = listed.value.continue;
  if (remaining !== undefined && !scope.options.labelSelector && !scope.options.fieldSelector)
    metadata.remainingItemCount = remaining;
  if (scope.options.asTable) return done(objectTable(scope, items, metadata));
  return done({
    apiVersion: apiVersionOf(scope.rest.api),
    kind: `${scope.rest.api.kind}List`,
    metadata,
    items: items.map((object) => present(scope, object)) as unknown as JsonObject[],
  });
}
