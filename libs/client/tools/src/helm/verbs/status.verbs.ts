import type { Coroutine } from '@seatrial/kernel';
import { TABLE_LAYOUT, alignColumns, defineVerb, intFlag, isFailure, requestFor } from '@seatrial/kubectl';
import { openSession, releaseOf, type ReleaseSession } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import { ansic, helmTable } from '../helm-table.js';
import { instant, releaseJson } from '../release/release-json.js';
import { appVersion, chartLabel, type Release } from '../release/release.js';
import { statusText } from '../release/status-text.js';
import { OUTPUT, formatted } from './output-format.js';
import { demandArguments } from './demand-arguments.js';

export const historyVerb = defineVerb({
  name: 'history',
  aliases: ['hist'],
  usage: 'RELEASE_NAME',
  short: 'fetch release history',
  flags: [intFlag('max', '', { default: '256' }), OUTPUT],
  *run(k) {
    demandArguments(k, 1);
    const session = yield* openSession(k);
    const history = yield* session.storage.history(session.namespace, k.args[0]);
    if (history.length === 0) failHelm('release: not found');
    const rows = history.slice(-k.flags.int('max')).map((release) => ({
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
    const other = formatted(k.flags.string('output'), releaseJson(release));
    yield* k.out(other ?? statusText(release, { resources: yield* resourceTables(session, release) }));
    return 0;
  },
});

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority?: number }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

/** The release's objects as tables, a kind each, and the pods of its workloads. */
function* resourceTables(session: ReleaseSession, release: Release): Coroutine<string> {
  const { cluster } = session;
  const sections = new Map<string, string[][]>();
  const resources = cluster.build(release.manifest, release.namespace, 'release manifest');
  const add = function* (title: string, resource: (typeof resources)[number], selector?: string): Coroutine<void> {
    const { name, ...where } = resource;
    const response = yield* cluster.api.send({
      ...requestFor(
        resource.mapping,
        selector === undefined ? 'get' : 'list',
        selector === undefined ? { ...where, name } : where,
      ),
      options: { asTable: {}, ...(selector !== undefined && { labelSelector: selector }) },
    });
    if (isFailure(response)) return;
    const { columnDefinitions, rows } = response.body as unknown as Table;
    const shown = columnDefinitions.map(({ priority }, i) => ((priority ?? 0) === 0 ? i : -1)).filter((i) => i >= 0);
    const section = sections.get(title) ?? [shown.map((i) => columnDefinitions[i].name.toUpperCase())];
    for (const { cells } of rows) section.push(shown.map((i) => String(cells[i] as string | number)));
    if (section.length > 1) sections.set(title, section);
  };
  for (const resource of resources) {
    const { group, version, kind } = resource.mapping;
    yield* add(
      `${group === '' ? '' : group}${group === '' ? '' : '/'}${version}/${kind}`.replace(/^apps\//, ''),
      resource,
    );
  }
  const pods = cluster.api.restMapper().forKind('v1', 'Pod');
  const selected = new Set<string>();
  for (const resource of pods ? resources : []) {
    const selector = selectorOf(resource.object);
    const key = `${resource.namespace} ${selector}`;
    if (!pods || selector === '' || selected.has(key)) continue;
    selected.add(key);
    yield* add('v1/Pod(related)', { ...resource, mapping: pods }, selector);
  }
  return [...sections]
    .map(
      ([title, rows]) =>
        `==> ${title}\n${alignColumns(rows.map((row) => `${row.join('\t')}\n`).join(''), TABLE_LAYOUT)}\n`,
    )
    .join('');
}

function selectorOf(object: Readonly<Record<string, unknown>>): string {
  const spec = object.spec as { selector?: { matchLabels?: Record<string, string> }; template?: unknown } | undefined;
  return spec?.template === undefined
    ? ''
    : Object.entries(spec.selector?.matchLabels ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .join(',');
}
