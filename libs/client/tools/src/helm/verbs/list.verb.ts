import { compareStrings } from '@seatrial/kernel';
import { boolFlag, defineVerb, intFlag, stringFlag, type Invocation } from '@seatrial/kubectl';
import { parseLabelSelector } from '@seatrial/schema';
import { RE2JS } from 're2js';
import { formatLayout } from '../engine/sprig-time.js';
import { openSession } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import { goTime, helmTable } from '../helm-table.js';
import { appVersion, chartLabel, type Release } from '../release/release.js';
import { OUTPUT, formatted } from './output-format.js';
import { demandArguments } from './demand-arguments.js';

const STATES = ['deployed', 'failed', 'superseded', 'uninstalled', 'uninstalling'];

/** Whether `--filter` takes a name, and the state is one that was asked for. */
function wantedBy(k: Invocation): (release: Release) => boolean {
  const { flags } = k;
  const states = STATES.filter((state) => flags.bool(state));
  const isWanted = ({ status }: Release): boolean =>
    (states.length === 0 && !flags.bool('pending')) ||
    states.includes(status) ||
    (flags.bool('pending') && status.startsWith('pending'));
  let filter: RE2JS | undefined;
  try {
    filter = flags.string('filter') === '' ? undefined : RE2JS.compile(flags.string('filter'));
  } catch (error) {
    failHelm(error instanceof Error ? error.message : '');
  }
  return (release) => isWanted(release) && (filter === undefined || filter.matcher(release.name).find());
}

/** Whether `--selector` takes the labels of a release's last revision. */
function selectedBy(k: Invocation): (release: Release) => boolean {
  const selector = parseLabelSelector(k.flags.string('selector'));
  if (!selector.ok) return failHelm(selector.error);
  return ({ storedLabels = {} }) => selector.value.matches(storedLabels);
}

/** The last revision of each release; superseded ones only when nothing else was asked for. */
function latest(k: Invocation, all: readonly Release[]): Release[] {
  const { flags } = k;
  const onlySuperseded =
    flags.bool('superseded') && !flags.bool('pending') && STATES.filter((state) => flags.bool(state)).length === 1;
  if (onlySuperseded) return [...all];
  const last = new Map<string, Release>();
  for (const release of all) last.set(`${release.namespace}/${release.name}`, release);
  return [...last.values()];
}

function sorted(k: Invocation, releases: readonly Release[]): Release[] {
  const seconds = ({ lastDeployed }: Release): number => (k.flags.bool('date') ? Math.floor(lastDeployed / 1000) : 0);
  const order = [...releases].sort((a, b) => seconds(a) - seconds(b) || compareStrings(a.name, b.name));
  return k.flags.bool('reverse') ? order.reverse() : order;
}

function listText(k: Invocation, releases: readonly Release[]): string {
  const { flags } = k;
  const output = flags.string('output');
  if (flags.bool('short')) {
    const names = releases.map(({ name }) => name);
    return formatted(output, names) ?? names.map((name) => `${name}\n`).join('');
  }
  const layout = flags.string('time-format');
  const rows = releases.map((release) => ({
    name: release.name,
    namespace: release.namespace,
    revision: String(release.version),
    updated: layout === '' ? goTime(release.lastDeployed) : formatLayout(layout, release.lastDeployed),
    status: release.status,
    chart: chartLabel(release),
    app_version: appVersion(release),
  }));
  const header = ['NAME', 'NAMESPACE', 'REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION'];
  const cells = rows.map((row) => Object.values(row));
  const table = flags.bool('no-headers') ? cells : [header, ...cells];
  return formatted(output, rows) ?? (table.length === 0 ? '\n' : helmTable(table));
}

export const listVerb = defineVerb({
  name: 'list',
  aliases: ['ls'],
  short: 'list releases',
  flags: [
    boolFlag('all-namespaces', '', { shorthand: 'A' }),
    ...STATES.map((state) => boolFlag(state)),
    boolFlag('pending'),
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
    demandArguments(k, 0);
    const { flags } = k;
    const session = yield* openSession(k);
    const all = yield* session.storage.all(flags.bool('all-namespaces') ? undefined : session.namespace);
    const isSelected = selectedBy(k);
    const shown = sorted(k, latest(k, all).filter(wantedBy(k)).filter(isSelected));
    const limit = flags.int('max') > 0 ? flags.int('max') : all.length;
    yield* k.out(listText(k, shown.slice(flags.int('offset'), flags.int('offset') + limit)));
    return 0;
  },
});
