import { compareStrings, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { TABLE_LAYOUT, alignColumns, defineVerb, intFlag, isFailure, requestFor } from '@seatrial/kubectl';
import { toCompactJson } from '@seatrial/manifest';
import { debugLine, openSession, releaseOf, type ReleaseSession } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import { ansic, helmTable } from '../helm-table.js';
import type { Resource } from '../release/helm-cluster.js';
import { instant, releaseJson } from '../release/release-json.js';
import { appVersion, chartLabel, type Release } from '../release/release.js';
import { statusText } from '../release/status-text.js';
import { OUTPUT, formatted } from './output-format.js';
import { demandArguments } from './demand-arguments.js';

/** The last revisions, as many as `--max` says; none of them is none. */
const lastOf = (history: readonly Release[], most: number): readonly Release[] =>
  history.slice(Math.max(0, history.length - Math.max(0, most)));

export const historyVerb = defineVerb({
  name: 'history',
  aliases: ['hist'],
  usage: 'RELEASE_NAME',
  short: 'fetch release history',
  flags: [intFlag('max', '', { default: '256' }), OUTPUT],
  *run(k) {
    demandArguments(k, 1);
    const session = yield* openSession(k);
    yield* debugLine(k, 'getting history for release', { release: k.args[0] });
    const history = yield* session.storage.history(session.namespace, k.args[0]);
    if (history.length === 0) failHelm('release: not found');
    const rows = lastOf(history, k.flags.int('max')).map((release) => ({
      revision: release.version,
      updated: release.lastDeployed,
      status: release.status,
      chart: chartLabel(release),
      app_version: appVersion(release),
      description: release.description,
    }));
    const data = rows.map((row) => ({ ...row, updated: instant(row.updated) }));
    const table = [
      ['REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION', 'DESCRIPTION'],
      ...rows.map((row) => [
        String(row.revision),
        ansic(row.updated),
        row.status,
        row.chart,
        row.app_version,
        row.description,
      ]),
    ];
    yield* k.out(formatted(k.flags.string('output'), data) ?? helmTable(table));
    return 0;
  },
});

export const statusVerb = defineVerb({
  name: 'status',
  usage: 'RELEASE_NAME',
  short: 'display the status of the named release',
  flags: [intFlag('revision'), OUTPUT],
  *run(k) {
    demandArguments(k, 1);
    const session = yield* openSession(k);
    const release = yield* releaseOf(session, k.args[0], k.flags.int('revision'));
    const output = k.flags.string('output');
    const resources = output === 'table' ? {} : yield* resourceObjects(session, release);
    const other = formatted(output, releaseJson(release, { resources }));
    yield* k.out(other ?? statusText(release, { resources: yield* resourceTables(session, release) }));
    return 0;
  },
});

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority?: number }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

/** What a section of a release's objects is called (kube.Client.Get). */
const titleOf = ({ mapping: { version, kind } }: Resource): string => `${version}/${kind}`;

/** The selectors of a release's workloads, each once, with a place to look for its pods. */
function relatedPods(
  { cluster }: ReleaseSession,
  resources: readonly Resource[],
): [pods: Resource, selector: string][] {
  const mapping = cluster.api.restMapper().forKind('v1', 'Pod');
  const found = new Map<string, [Resource, string]>();
  for (const resource of mapping ? resources : []) {
    const selector = selectorOf(resource.object);
    if (mapping && selector !== '' && !found.has(selector)) found.set(selector, [{ ...resource, mapping }, selector]);
  }
  return [...found.values()];
}

const RELATED_PODS = 'v1/Pod(related)';

/** The release's objects as tables, a kind each, and the pods of its workloads. */
function* resourceTables(session: ReleaseSession, release: Release): Coroutine<string> {
  const { cluster } = session;
  const sections = new Map<string, Table[]>();
  const resources = cluster.build(release.manifest, release.namespace, 'release manifest');
  const add = function* (title: string, resource: Resource, selector?: string): Coroutine<void> {
    const { name, ...where } = resource;
    const target = selector === undefined ? { ...where, name } : where;
    const response = yield* cluster.api.send({
      ...requestFor(resource.mapping, selector === undefined ? 'get' : 'list', target),
      options: { asTable: {}, ...(selector !== undefined && { labelSelector: selector }) },
    });
    if (isFailure(response)) return;
    const table = response.body as unknown as Table;
    if (table.rows.length > 0) sections.set(title, [...(sections.get(title) ?? []), table]);
  };
  for (const resource of resources) yield* add(titleOf(resource), resource);
  for (const [pods, selector] of relatedPods(session, resources)) yield* add(RELATED_PODS, pods, selector);
  return sectionsText(sections);
}

/** Each object is a table of its own; its heading is left out where it is that of the last one. */
function sectionsText(sections: ReadonlyMap<string, readonly Table[]>): string {
  let last = '';
  const text = ({ columnDefinitions, rows }: Table): string => {
    const shown = columnDefinitions.map(({ priority }, i) => ((priority ?? 0) === 0 ? i : -1)).filter((i) => i >= 0);
    const names = shown.map((i) => columnDefinitions[i].name.toUpperCase());
    const heading = names.join('\t') === last ? [] : [names];
    last = names.join('\t');
    const cells = rows.map((row) => shown.map((i) => String(row.cells[i] as string | number)));
    return alignColumns([...heading, ...cells].map((row) => `${row.join('\t')}\n`).join(''), TABLE_LAYOUT);
  };
  return [...sections].map(([title, tables]) => `==> ${title}\n${tables.map(text).join('')}\n`).join('');
}

/** The release's objects as they are, by kind, and the pods of its workloads as lists; members by name, as Go's maps. */
function* resourceObjects(session: ReleaseSession, release: Release): Coroutine<JsonObject> {
  const { cluster } = session;
  const found: Record<string, JsonObject[]> = {};
  const resources = cluster.build(release.manifest, release.namespace, 'release manifest');
  const add = function* (
    title: string,
    request: ReturnType<typeof requestFor>,
    labelSelector?: string,
  ): Coroutine<void> {
    const response = yield* cluster.api.send({ ...request, options: { showManagedFields: true, labelSelector } });
    if (isFailure(response)) return;
    found[title] = [...(found[title] ?? []), JSON.parse(toCompactJson(response.body)) as JsonObject];
  };
  for (const resource of resources) yield* add(titleOf(resource), requestFor(resource.mapping, 'get', resource));
  for (const [pods, selector] of relatedPods(session, resources))
    yield* add(RELATED_PODS, requestFor(pods.mapping, 'list', { namespace: pods.namespace }), selector);
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => compareStrings(a, b)));
}

function selectorOf(object: Readonly<Record<string, unknown>>): string {
  const spec = object.spec as { selector?: { matchLabels?: Record<string, string> }; template?: unknown } | undefined;
  return spec?.template === undefined
    ? ''
    : Object.entries(spec.selector?.matchLabels ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .join(',');
}
