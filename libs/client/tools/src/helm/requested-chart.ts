import { resolvePath, type Coroutine } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import type { Chart } from './chart/chart.js';
import { dependencyEntries, textIn } from './chart/chart-metadata.js';
import { loadChart } from './chart/load-chart.js';
import { debugLine, logLine } from './helm-action.js';
import { failHelm } from './helm-failure.js';
import { downloadedChart } from './repository/remote-chart.js';
import { updateDependencies } from './dependencies/update-dependencies.js';
import { givenValues } from './values/given-values.js';
import type { Values } from './values/set-parser.js';

/** The path of the chart that an argument names; what is no path comes from a repository (LocateChart). */
export function* locateChart(k: Invocation, argument: string): Coroutine<string> {
  const { files } = k.process.machine;
  const path = resolvePath(k.process.cwd, argument);
  if (!files.exists(path)) {
    if (argument.startsWith('.') || argument.startsWith('/')) failHelm(`path "${argument}" not found`);
    return yield* downloadedChart(k, argument);
  }
  if (k.flags.has('verify') && k.flags.bool('verify')) failHelm(withoutProvenance(k, path));
  return path.replace(/\/$/, '');
}

/** Why a chart of the machine's cannot be verified: none of them is signed. */
export function withoutProvenance({ process }: Invocation, path: string, shown = path): string {
  const { files } = process.machine;
  if (!files.exists(path)) return `stat ${shown}: no such file or directory`;
  if (files.isDirectory(path)) return 'unpacked charts cannot be verified';
  if (files.exists(`${path}.prov`)) return 'openpgp: signature made by unknown entity';
  return `could not load provenance file ${shown}.prov: stat ${shown}.prov: no such file or directory`;
}

/** The chart that an argument names. */
export function* chartAt(k: Invocation, argument: string, load = loadChart): Coroutine<Chart> {
  const chart = load(k.process.machine.files, yield* locateChart(k, argument));
  return chart.ok ? chart.value : failHelm(chart.error);
}

/** Dependencies in Chart.yaml that charts/ lacks (action.CheckDependencies); undefined when there are none. */
export function missingDependencies(chart: Chart): string | undefined {
  const present = new Set(chart.dependencies.map(({ metadata }) => metadata.name));
  const missing = dependencyEntries(chart.metadata).filter(({ name }) => !present.has(name));
  if (missing.length === 0) return undefined;
  return `found in Chart.yaml, but missing in charts/ directory: ${missing.map(({ name }) => name).join(', ')}`;
}

/** What `--debug` says before a chart of an install or a template is looked for. */
export function* debugVersion(k: Invocation): Coroutine<void> {
  yield* debugLine(k, 'Original chart version', { version: k.flags.string('version') });
  if (k.flags.bool('devel') && k.flags.string('version') === '') yield* debugLine(k, 'setting version to >0.0.0-0');
}

const loadedChart = ({ process }: Invocation, path: string): Chart => {
  const chart = loadChart(process.machine.files, path);
  return chart.ok ? chart.value : failHelm(chart.error);
};

/** The chart and the values that a command was given, checked as `install`, `upgrade` and `template` do. */
export function* requestedChart(
  k: Invocation,
  argument: string,
  isUpgrade = false,
): Coroutine<{ readonly chart: Chart; readonly values: Values }> {
  const path = yield* locateChart(k, argument);
  if (!isUpgrade) yield* debugLine(k, 'Chart path', { path });
  const values = yield* givenValues(k);
  let chart = loadedChart(k, path);
  const type = textIn(chart.metadata, 'type');
  if (type === 'library') failHelm('library charts are not installable');
  if (chart.metadata.deprecated === true) yield* logLine(k, 'WARN', 'this chart is deprecated', {});
  const missing = missingDependencies(chart);
  if (missing !== undefined) {
    if (!k.flags.bool('dependency-update'))
      failHelm(
        `an error occurred while checking for chart dependencies. You may need to run \`helm dependency build\` to fetch missing dependencies: ${missing}`,
      );
    yield* updateDependencies(k, argument);
    chart = loadedChart(k, path);
  }
  return { chart, values };
}
