import type { Coroutine } from '@seatrial/kernel';
import {
  TABLE_LAYOUT,
  alignColumns,
  boolFlag,
  defineVerb,
  intFlag,
  isFailure,
  requestFor,
  stringFlag,
} from '@seatrial/kubectl';
import { toYaml } from '@seatrial/manifest';
import { TemplateSet, templateResult } from '@seatrial/template';
import { computedValues } from '../engine/computed-values.js';
import { openSession, releaseOf, type ReleaseSession } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import { ansic, goTime, helmTable } from '../helm-table.js';
import { appVersion, chartLabel, type Release } from '../release/release.js';
import { demandArguments } from './release.verbs.js';
import { SPRIG } from '../engine/sprig-rest.js';
import { statusText } from '../release/status-text.js';
import { plainValues } from '../values/values.js';

const OUTPUT = stringFlag('output', '', { shorthand: 'o', default: 'table' });

/** Prints data as the `-o` flag asks; false for a table, which the caller prints. */
function formatted(output: string, data: unknown): string | undefined {
  if (output === 'json') return `${JSON.stringify(plainValues(data))}\n`;
  if (output === 'yaml') return toYaml(plainValues(data));
  if (output !== 'table') failHelm(`invalid argument "${output}" for "-o, --output" flag: invalid format type`);
  return undefined;
}

export const listVerb = defineVerb({
  name: 'list',
  aliases: ['ls'],
  short: 'list releases',
  flags: [
    boolFlag('all-namespaces', '', { shorthand: 'A' }),
    boolFlag('deployed'),
    boolFlag('failed'),
    boolFlag('pending'),
    boolFlag('superseded'),
    boolFlag('uninstalled'),
    boolFlag('uninstalling'),
    boolFlag('date', '', { shorthand: 'd' }),
    boolFlag('reverse', '', { shorthand: 'r' }),
    boolFlag('short', '', { shorthand: 'q' }),
    boolFlag('no-headers'),
    stringFlag('filter', '', { shorthand: 'f' }),
    stringFlag('selector', '', { shorthand: 'l' }),
    intFlag('max', '', { shorthand: 'm', default: '256' }),
    intFlag('offset'),
    stringFlag('time-format'),
    OUTPUT,
  ],
  *run(k) {
    const { flags } = k;
    const session = yield* openSession(k);
    const all = yield* session.storage.all(flags.bool('all-namespaces') ? undefined : session.namespace);
    const last = new Map<string, Release>();
    for (const release of all) last.set(`${release.namespace}/${release.name}`, release);
    const states = ['deployed', 'failed', 'superseded', 'uninstalled', 'uninstalling'].filter((state) =>
      flags.bool(state),
    );
    const shown = [...last.values()]
      .filter(({ status, name }) => {
        const wanted =
          states.length === 0 || states.includes(status) || (flags.bool('pending') && status.startsWith('pending'));
        return wanted && name.includes(flags.string('filter').replace(/[\^$]/g, ''));
      })
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.namespace < b.namespace ? -1 : 1));
    if (flags.bool('date')) shown.sort((a, b) => a.lastDeployed - b.lastDeployed);
    if (flags.bool('reverse')) shown.reverse();
    if (flags.bool('short')) yield* k.out(shown.map(({ name }) => `${name}\n`).join(''));
    else yield* k.out(listText(shown, flags.string('output'), flags.bool('no-headers')));
    return 0;
  },
});

function listText(releases: readonly Release[], output: string, noHeaders: boolean): string {
  const rows = releases.map((release) => ({
    name: release.name,
    namespace: release.namespace,
    revision: String(release.version),
    updated: goTime(release.lastDeployed),
    status: release.status,
    chart: chartLabel(release),
    app_version: appVersion(release),
  }));
  const header = ['NAME', 'NAMESPACE', 'REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION'];
  const cells = rows.map((row) => Object.values(row));
  return (
    formatted(output, rows) ??
    (noHeaders && cells.length === 0 ? '' : helmTable(noHeaders ? cells : [header, ...cells]))
  );
}

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
    const data = rows.map((row) => ({ ...row, updated: new Date(row.updated).toISOString() }));
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
    const data = {
      name: release.name,
      info: { description: release.description, status: release.status, notes: release.notes },
      manifest: release.manifest,
      version: release.version,
      namespace: release.namespace,
    };
    const other = formatted(k.flags.string('output'), data);
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

const REVISION = intFlag('revision');

const getPart = (name: string, short: string, text: (release: Release, all: boolean, output: string) => string) =>
  defineVerb({
    name,
    usage: 'RELEASE_NAME',
    short,
    flags: [REVISION, boolFlag('all', '', { shorthand: 'a' }), OUTPUT, stringFlag('template')],
    *run(k) {
      demandArguments(k, 1);
      const release = yield* releaseOf(yield* openSession(k), k.args[0], k.flags.int('revision'));
      const template = k.flags.string('template');
      yield* k.out(
        template === '' ? text(release, k.flags.bool('all'), k.flags.string('output')) : templated(template, release),
      );
      return 0;
    },
  });

const hooksText = ({ hooks }: Release): string =>
  hooks.map(({ path, manifest }) => `---\n# Source: ${path}\n${manifest}\n`).join('');

const computed = ({ chart, config }: Release): unknown =>
  computedValues({ ...EMPTY_CHART, metadata: chart.metadata, values: chart.values }, config ?? {});

const EMPTY_CHART = { templates: [], files: [], crds: [], dependencies: [] };

function valuesText(release: Release, all: boolean, output: string): string {
  const values = all ? computed(release) : release.config;
  if (output !== 'table') return formatted(output, values) ?? '';
  return `${all ? 'COMPUTED' : 'USER-SUPPLIED'} VALUES:\n${toYaml(plainValues(values))}`;
}

const notesText = ({ notes }: Release): string => (notes === '' ? '' : `NOTES:\n${notes}\n`);

function allText(release: Release): string {
  const values = `USER-SUPPLIED VALUES:\n${toYaml(plainValues(release.config))}\nCOMPUTED VALUES:\n${toYaml(plainValues(computed(release)))}\n`;
  const hooks = release.hooks.map(({ path, manifest }) => `---\n# Source: ${path}\n${manifest}\n`).join('');
  const head = statusText({ ...release, hooks: [], notes: '' }).replace(/TEST SUITE: None\n$/, '');
  const notes = release.notes.trim() === '' ? '' : `NOTES:\n${release.notes.trim()}\n`;
  return `${head}${values}HOOKS:\n${hooks}MANIFEST:\n${release.manifest}\n${notes}`;
}

/** `--template`: the release under `.Release`. */
function templated(template: string, release: Release): string {
  const info = { Description: release.description, Status: release.status, Notes: release.notes };
  const data = {
    Release: {
      Name: release.name,
      Namespace: release.namespace,
      Version: BigInt(release.version),
      Manifest: release.manifest,
      Config: release.config,
      Info: info,
      Chart: {
        Metadata: {
          Name: release.chart.metadata.name,
          Version: release.chart.metadata.version,
          AppVersion: appVersion(release),
        },
      },
    },
  };
  const set = new TemplateSet('tpl', { functions: SPRIG });
  const run = templateResult(() => {
    set.parse('tpl', template);
    return set.execute('tpl', data);
  });
  return run.ok ? run.value : failHelm(run.error.message);
}

export const getVerb = defineVerb({
  name: 'get',
  short: 'download extended information of a named release',
  subcommands: [
    getPart('all', 'download all information for a named release', allText),
    getPart('hooks', 'download all hooks for a named release', hooksText),
    getPart('manifest', 'download the manifest for a named release', ({ manifest }) => `${manifest}\n`),
    getPart('metadata', 'This command fetches metadata for a given release', (release) => {
      const { metadata } = release.chart;
      return `NAME: ${release.name}\nCHART: ${metadata.name}\nVERSION: ${metadata.version}\nAPP_VERSION: ${appVersion(release)}\nNAMESPACE: ${release.namespace}\nREVISION: ${String(release.version)}\nSTATUS: ${release.status}\n`;
    }),
    getPart('notes', 'download the notes for a named release', notesText),
    getPart('values', 'download the values file for a named release', valuesText),
  ],
});
