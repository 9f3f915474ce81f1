import { resolvePath, type Coroutine } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import type { Chart } from './chart/chart.js';
import { dependencyEntries, textIn } from './chart/chart-metadata.js';
import { loadChart } from './chart/load-chart.js';
import { debugLine, logLine } from './helm-action.js';
import { failHelm } from './helm-failure.js';
import { unreachable } from './helm-network.js';
import { updateDependencies } from './update-dependencies.js';
import { givenValues } from './values/given-values.js';
import type { Values } from './values/set-parser.js';

/** Why a chart that is no file cannot be had: no repository is configured and nothing outside answers. */
export function chartFromAfar(k: Invocation, argument: string): string {
  const repository = k.flags.has('repo') ? k.flags.string('repo') : '';
  if (repository !== '')
    return `looks like "${repository}" is not a valid chart repository or cannot be reached: ${unreachable(k, `${repository.replace(/\/$/, '')}/index.yaml`)}`;
  if (argument.startsWith('oci://')) {
    const [host, ...path] = argument.slice('oci://'.length).split('/');
    return unreachable(k, `https://${host}/v2/${path.join('/')}/tags/list`);
  }
  if (/^https?:\/\//.test(argument)) return unreachable(k, argument);
  const slash = argument.indexOf('/');
  if (slash < 0) return `non-absolute URLs should be in form of repo_name/path_to_chart, got: ${argument}`;
  return `repo ${argument.slice(0, slash)} not found`;
}

/** The path of the chart that an argument names; what is no path would be a repository's (LocateChart). */
export function locateChart(k: Invocation, argument: string): string {
  const { files } = k.process.machine;
  const path = resolvePath(k.process.cwd, argument);
  if (!files.exists(path)) {
    if (argument.startsWith('.') || argument.startsWith('/')) failHelm(`path "${argument}" not found`);
    failHelm(chartFromAfar(k, argument));
  }
  if (k.flags.has('verify') && k.flags.bool('verify') && !files.isDirectory(path))
    failHelm(`could not load provenance file ${path}.prov: stat ${path}.prov: no such file or directory`);
  return path.replace(/\/$/, '');
}

/** The chart that an argument names. */
export function chartAt(k: Invocation, argument: string, load = loadChart): Chart {
  const chart = load(k.process.machine.files, locateChart(k, argument));
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

/** The chart and the values that a command was given, checked as `install`, `upgrade` and `template` do. */
export function* requestedChart(
  k: Invocation,
  argument: string,
  isUpgrade = false,
): Coroutine<{ readonly chart: Chart; readonly values: Values }> {
  const path = locateChart(k, argument);
  if (!isUpgrade) yield* debugLine(k, 'Chart path', { path });
  const values = yield* givenValues(k);
  let chart = chartAt(k, argument);
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
    chart = chartAt(k, argument);
  }
  return { chart, values };
}
