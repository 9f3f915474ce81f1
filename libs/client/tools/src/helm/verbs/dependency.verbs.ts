import { resolvePath } from '@seatrial/kernel';
import { boolFlag, defineVerb, stringFlag, type Invocation } from '@seatrial/kubectl';
import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { dependencyEntries, textIn } from '../chart/chart-metadata.js';
import type { Chart } from '../chart/chart.js';
import { loadAnyVersion, loadChart } from '../chart/load-chart.js';
import { versionFits } from '../chart/version-constraint.js';
import { cleanPath } from '../clean-path.js';
import { failHelm } from '../helm-failure.js';
import { helmTable } from '../helm-table.js';
import { packedNames } from '../dependencies/dependency-target.js';
import { buildDependencies, updateDependencies } from '../dependencies/update-dependencies.js';
import { demandArguments } from './demand-arguments.js';
import { FETCH_FLAGS } from './release-flags.js';

/** What lies in charts/ of a dependency (cmd `dependency list`, dependencyStatus). */
function statusOf(k: Invocation, folder: string, chart: Chart, entry: JsonObject): string {
  const [name, wanted] = [textIn(entry, 'name'), textIn(entry, 'version')];
  const archives = packedNames(k, folder).filter((file) => file.startsWith(`${name}-`) && file.endsWith('.tgz'));
  if (archives.length > 1) return 'too many matches';
  if (archives.length === 1) {
    const packed = loadChart(k.process.machine.files, `${folder}/charts/${archives[0]}`);
    if (!packed.ok) return 'corrupt';
    if (packed.value.metadata.name !== name) return 'misnamed';
    return versionFits(wanted, packed.value.metadata.version) ? 'ok' : 'wrong version';
  }
  const unpacked = chart.dependencies.find(({ metadata }) => metadata.name === name);
  if (!unpacked) return 'missing';
  return unpacked.metadata.version === wanted || versionFits(wanted, unpacked.metadata.version)
    ? 'unpacked'
    : 'wrong version';
}

const dependencyList = defineVerb({
  name: 'list',
  aliases: ['ls'],
  usage: 'CHART',
  short: 'list the dependencies for the given chart',
  flags: [{ ...stringFlag('max-col-width'), default: '80' }],
  *run(k) {
    demandArguments(k, 0, 1);
    const argument = cleanPath(k.args[0] ?? '.');
    const folder = resolvePath(k.process.cwd, argument).replace(/\/$/, '');
    const { files } = k.process.machine;
    if (!files.exists(folder)) failHelm(`stat ${argument}: no such file or directory`);
    const chart = loadAnyVersion(files, folder);
    if (!chart.ok) failHelm(chart.error);
    const wanted = dependencyEntries(chart.value.metadata);
    if (wanted.length === 0) {
      yield* k.out(`WARNING: no dependencies at ${argument}/charts\n`);
      return 0;
    }
    const rows = wanted.map((entry) => [
      textIn(entry, 'name'),
      textIn(entry, 'version'),
      textIn(entry, 'repository'),
      statusOf(k, folder, chart.value, entry),
    ]);
    yield* k.out(`${helmTable([['NAME', 'VERSION', 'REPOSITORY', 'STATUS'], ...rows])}\n`);
    const named = new Set(wanted.map((entry) => textIn(entry, 'name')));
    for (const file of packedNames(k, folder)) {
      const found = loadChart(files, `${folder}/charts/${file}`);
      if (found.ok && !named.has(found.value.metadata.name))
        yield* k.out(`WARNING: "${argument}/charts/${file}" is not in Chart.yaml.\n`);
    }
    return 0;
  },
});

const fetching = (name: string, aliases: readonly string[], short: string, fetch: typeof updateDependencies) =>
  defineVerb({
    name,
    aliases,
    usage: 'CHART',
    short,
    flags: [...FETCH_FLAGS, boolFlag('skip-refresh'), boolFlag('verify'), stringFlag('keyring')],
    *run(k: Invocation): Coroutine<number> {
      demandArguments(k, 0, 1);
      yield* fetch(k, k.args[0] ?? '.');
      return 0;
    },
  });

export const dependencyVerb = defineVerb({
  name: 'dependency',
  aliases: ['dep', 'dependencies'],
  short: "manage a chart's dependencies",
  subcommands: [
    fetching('build', [], 'rebuild the charts/ directory based on the Chart.lock file', buildDependencies),
    dependencyList,
    fetching('update', ['up'], 'update charts/ based on the contents of Chart.yaml', updateDependencies),
  ],
});
