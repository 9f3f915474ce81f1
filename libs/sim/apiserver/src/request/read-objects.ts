import { compareStrings, fail, ok, type Result } from '@seatrial/kernel';
import { apiVersionOf } from '@seatrial/schema';
import type { JsonObject } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';
import type { Status } from '../contract/status.js';
import { badRequest, notFound } from '../status/status-errors.js';
import { decodeContinue, encodeContinue } from './continue-token.js';
import { askedRevision, wrongListOptions } from './list-options.js';
import { parseSelection } from './object-selection.js';
import { done, refused, subject, type Outcome, type RequestScope } from './request-scope.js';
import { objectTable } from './table.js';

export interface ObjectList {
  readonly items: readonly KubeObject[];
  /** What the list shows. */
  readonly revision: number;
  readonly continue?: string;
  readonly remaining?: number;
}

/** An object's key in etcd below the list's own. */
const keyIn = (scope: RequestScope, { namespace, name }: KubeObject['metadata']): string =>
  scope.namespace || namespace === undefined ? name : `${namespace}/${name}`;

/** Where a list begins and what it shows: the latest there is, but for pages that go on and revisions that are asked for. */
interface ListedRange {
  readonly revision: number;
  readonly start: string | undefined;
  readonly limit: number;
}

function rangeOf({ server, options }: RequestScope): Result<ListedRange, Status> {
  const current = server.store.resourceVersion;
  const { limit = 0, resourceVersion, resourceVersionMatch } = options;
  if (options.continue) {
    const token = decodeContinue(options.continue);
    if (!token.ok) return fail(badRequest(`invalid continue token: ${token.error}`));
    if (resourceVersion && resourceVersion !== '0')
      return fail(badRequest('specifying resource version is not allowed when using continue'));
    return ok({ revision: Math.min(token.value.revision, current), start: token.value.start, limit });
  }
  const asked = askedRevision(resourceVersion, current, 'list');
  if (!asked.ok) return asked;
  const revision = asked.value;
  const exact = resourceVersionMatch === 'Exact' || (!resourceVersionMatch && limit > 0);
  if (revision !== undefined && revision > 0 && exact) return ok({ revision, start: undefined, limit });
  // What may be of any age comes from the watch cache, whole.
  return ok({ revision: current, start: undefined, limit: revision === 0 ? 0 : limit });
}

/** The objects of a list as they were at a revision. */
function objectsAt({ rest, server, namespace }: RequestScope, revision: number): readonly KubeObject[] {
  const within = rest.api.namespaced ? namespace : undefined;
  const now = server.store.list(rest.type, within);
  if (revision >= server.store.resourceVersion) return now;
  const before = new Map<string, KubeObject | undefined>();
  for (const { resource, object, previous } of server.store.since(revision)) {
    const { namespace: place = '', name } = object.metadata;
    const key = `${place}/${name}`;
    const here = resource.group === rest.type.group && resource.resource === rest.type.resource;
    if (here && (!within || place === within) && !before.has(key)) before.set(key, previous);
  }
  if (before.size === 0) return now;
  const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
  return [...now.filter((object) => !before.has(keyOf(object))), ...before.values()]
    .filter((object): object is KubeObject => object !== undefined)
    .sort((a, b) => compareStrings(keyOf(a), keyOf(b)));
}

/** The objects that a list request selects, one page of them when it asks for a limit. */
export function listObjects(scope: RequestScope): Result<ObjectList, Status> {
  const { rest, options } = scope;
  const wrong = wrongListOptions(options, false);
  if (wrong) return fail(wrong);
  const selection = parseSelection(rest, options);
  if (!selection.ok) return selection;
  const range = rangeOf(scope);
  if (!range.ok) return range;
  const { revision, start, limit } = range.value;
  const stored = objectsAt(scope, revision);
  const selects = options.labelSelector || options.fieldSelector || scope.name;
  let items = selects
    ? stored.filter((object) => (scope.name === '' || object.metadata.name === scope.name) && selection.value(object))
    : stored;
  if (start !== undefined) items = items.filter(({ metadata }) => keyIn(scope, metadata) >= start);
  if (limit <= 0 || items.length <= limit) return ok({ items, revision });
  const page = items.slice(0, limit);
  return ok({
    items: page,
    revision,
    continue: encodeContinue(keyIn(scope, page[page.length - 1].metadata), revision),
    remaining: items.length - limit,
  });
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
  const asked = askedRevision(scope.options.resourceVersion, server.store.resourceVersion, 'get');
  if (!asked.ok) return refused(asked.error);
  const object = server.store.get(rest.type, scope.namespace, scope.name);
  if (!object) return refused(notFound(subject(scope), scope.name));
  if (scope.options.asTable) return done(objectTable(scope, [object], object.metadata.resourceVersion));
  return done(present(scope, object));
}

export function answerList(scope: RequestScope): Outcome {
  const listed = listObjects(scope);
  if (!listed.ok) return refused(listed.error);
  const { items, remaining } = listed.value;
  const metadata: JsonObject = { resourceVersion: String(listed.value.revision) };
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
