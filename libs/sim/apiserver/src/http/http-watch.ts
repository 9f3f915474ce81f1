import {
  Condition,
  goJson,
  waitFor,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
  type JsonObject,
} from '@seatrial/kernel';
import { apiVersionOf } from '@seatrial/schema';
import type { ApiServer } from '../contract/api-server.js';
import type { RequestOptions, UserInfo, WatchEvent } from '../contract/request.js';
import type { Status } from '../contract/status.js';
import { wrongListOptions, wrongWatchRevision } from '../request/list-options.js';
import { inStructOrder } from './struct-order.js';
import { parseRequestQuery, parseResourcePath, type ResourcePath } from './request-path.js';

/** What a request wants to watch. */
interface WatchedPath {
  readonly target: ResourcePath;
  readonly options: RequestOptions;
  /** How long the server keeps it up; undefined for as long as it likes. */
  readonly timeoutMs: number | undefined;
  readonly bookmarks: boolean;
}

const DEPRECATED_PREFIX = /^(\/api\/[^/]+|\/apis\/[^/]+\/[^/]+)\/watch\//;

/** A GET of a list with `watch`, or of the older `/watch/` paths; undefined for other requests (APIInstaller's routes). */
export function watchedPath({ method, path: whole }: HttpRequest): WatchedPath | undefined {
  if (method !== 'GET') return undefined;
  const [path, query = ''] = whole.split('?', 2);
  const forced = DEPRECATED_PREFIX.test(path);
  const target = parseResourcePath(path.replace(DEPRECATED_PREFIX, '$1/'));
  const { watch, ...options } = parseRequestQuery(query);
  if (!target || target.subresource !== undefined || !(forced || (watch && target.name === undefined)))
    return undefined;
  const seconds = Number(/(?:^|&)timeoutSeconds=(\d+)/.exec(query)?.[1] ?? 0);
  const bookmarks = /(?:^|&)allowWatchBookmarks=(?!0|false)/i.test(query);
  return { target, options, timeoutMs: seconds > 0 ? seconds * 1000 : undefined, bookmarks };
}

/** What is wrong with a watch before it begins. */
const wrongWatch = ({ options }: WatchedPath): Status | undefined =>
  wrongListOptions(options, true) ?? wrongWatchRevision(options.resourceVersion);

/** --min-request-timeout, ms: how long a watch lasts at least whose client says nothing of it. */
const MIN_TIMEOUT_MS = 1_800_000;
/** A bookmark comes every minute, and shortly before the end (storage/cacher). */
const BOOKMARK_MS = 60_000;
const BEFORE_END_MS = 2_000;

/** When a watch that ends soon after `last` sends its first bookmark. */
function firstBookmark(now: number, last: number): number {
  const first = now + BOOKMARK_MS;
  return last > now ? Math.min(first, last) : first;
}

const INITIAL_EVENTS_END = { 'k8s.io/initial-events-end': 'true' };

/**
 * The events of a watch as lines of JSON, until its time is up or nobody reads them (endpoints/handlers/watch.go). Fails as the
 * request to begin it does.
 */
export function* answerWatch(
  apiServer: ApiServer,
  watched: WatchedPath,
  user: UserInfo,
  request: HttpRequest,
  refused: (status: Status) => HttpResponse,
): Coroutine<HttpResponse> {
  const { simulation } = apiServer;
  const { target, options } = watched;
  const wrong = wrongWatch(watched);
  if (wrong) return refused(wrong);
  const lines: string[] = [];
  const arrived = new Condition();
  const say = (event: JsonObject): void => {
    lines.push(`${goJson(event)}\n`);
    arrived.set();
  };
  const { group, version, resource, namespace, name } = target;
  const bookmark = (annotations?: JsonObject): void => {
    const served = apiServer.resources().find((one) => one.group === group && one.resource === resource);
    const metadata = { resourceVersion: String(apiServer.store.resourceVersion), ...(annotations && { annotations }) };
    const object = { kind: served?.kind ?? '', apiVersion: apiVersionOf({ group, version }), metadata };
    say({ type: 'BOOKMARK', object });
  };
  const { labelSelector, fieldSelector, resourceVersion, asTable } = options;
  const opened = apiServer.watch(
    {
      group,
      version,
      resource,
      namespace,
      name,
      user,
      labelSelector,
      fieldSelector,
      resourceVersion,
      asTable,
      showManagedFields: true,
    },
    ({ type, object, table }: WatchEvent) => say({ type, object: table ?? inStructOrder(object) }),
  );
  if (!opened.ok) return refused(opened.error);
  // Who says nothing of where to begin is sent what there is, as by a list (SetListOptionsDefaults).
  const fromList = options.sendInitialEvents ?? ['', '0'].includes(resourceVersion ?? '');
  if (fromList && watched.bookmarks) bookmark(INITIAL_EVENTS_END);
  const random = simulation.random.split(`watch/${simulation.now()}/${request.path}`);
  const end = simulation.now() + (watched.timeoutMs ?? MIN_TIMEOUT_MS + random.below(MIN_TIMEOUT_MS));
  const last = end - BEFORE_END_MS;
  let nextBookmark = watched.bookmarks ? firstBookmark(simulation.now(), last) : Infinity;
  let body = '';
  try {
    while (simulation.now() < end) {
      if (simulation.now() >= nextBookmark) {
        bookmark();
        nextBookmark = nextBookmark < last ? Math.min(nextBookmark + BOOKMARK_MS, last) : Infinity;
      }
      const text = lines.splice(0).join('');
      arrived.clear();
      if (text !== '' && request.onPiece && !(yield* request.onPiece(text))) break;
      if (!request.onPiece) body += text;
      yield* waitFor([arrived], Math.max(0, Math.min(end, nextBookmark) - simulation.now()));
    }
  } finally {
    opened.value.stop();
  }
  return { status: 200, headers: [['Content-Type', 'application/json']], body };
}
