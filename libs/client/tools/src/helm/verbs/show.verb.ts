import { defineVerb, stringFlag, type Invocation } from '@seatrial/kubectl';
import { toYaml } from '@seatrial/manifest';
import { JsonPath } from '@seatrial/template';
import { chartCrds, type Chart } from '../chart/chart.js';
import { loadAnyVersion } from '../chart/load-chart.js';
import { failHelm } from '../helm-failure.js';
import { chartAt } from '../requested-chart.js';
import { plainValues } from '../values/values.js';
import { demandArguments } from './demand-arguments.js';
import { CHART_FLAGS } from './release-flags.js';

/** Chart.yaml as Helm prints it: its members by name. */
const metadataText = (chart: Chart): string => `${toYaml(plainValues(chart.metadata))}\n`;

/** values.yaml as it stands, or with `--jsonpath` a part of its values. */
function valuesText(k: Invocation, { rawValues, values }: Chart): string {
  const path = k.flags.has('jsonpath') ? k.flags.string('jsonpath') : '';
  if (path === '') return rawValues === undefined ? '' : `${rawValues}\n`;
  const parsed = JsonPath.parse(path);
  if (!parsed.ok) return failHelm(`error parsing jsonpath ${path}: ${parsed.error}`);
  const shown = parsed.value.print(plainValues(values), { allowMissingKeys: true });
  return shown.ok ? shown.value : '';
}

function readmeText(chart: Chart): string {
  const file = chart.files.find(({ name }) => /^readme(\.md|\.txt)?$/i.test(name));
  return file ? `${file.data}\n` : '';
}

const crdTexts = (chart: Chart): string =>
  chartCrds(chart)
    .map(({ data }) => `${data.startsWith('---') ? '' : '---\n'}${data}\n`)
    .join('');

function allText(k: Invocation, chart: Chart): string {
  const readme = readmeText(chart);
  const values = chart.rawValues === undefined ? '' : `---\n${valuesText(k, chart)}`;
  return `${metadataText(chart)}${values}${readme === '' ? '' : `---\n${readme}`}${crdTexts(chart)}`;
}

const showPart = (name: string, short: string, text: (k: Invocation, chart: Chart) => string) =>
  defineVerb({
    name,
    usage: '[CHART]',
    short,
    flags: name === 'values' ? [...CHART_FLAGS, stringFlag('jsonpath')] : CHART_FLAGS,
    *run(k) {
      demandArguments(k, 1);
      yield* k.out(text(k, yield* chartAt(k, k.args[0], loadAnyVersion)));
      return 0;
    },
  });

export const showVerb = defineVerb({
  name: 'show',
  aliases: ['inspect'],
  short: 'show information of a chart',
  subcommands: [
    showPart('all', 'show all information of the chart', allText),
    showPart('chart', "show the chart's definition", (_, chart) => metadataText(chart)),
    showPart('crds', "show the chart's CRDs", (_, chart) => crdTexts(chart)),
    showPart('readme', "show the chart's README", (_, chart) => readmeText(chart)),
    showPart('values', "show the chart's values", valuesText),
  ],
});
