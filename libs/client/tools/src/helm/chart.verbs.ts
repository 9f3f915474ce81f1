import { resolvePath, type Coroutine } from '@seatrial/kernel';
import { boolFlag, defineVerb, stringArrayFlag, stringFlag, type Invocation } from '@seatrial/kubectl';
import { toYaml } from '@seatrial/manifest';
import { CHART_SCAFFOLD } from './chart-scaffold.js';
import type { Chart } from './chart.js';
import { processDependencies } from './chart-dependencies.js';
import {
  chartAt,
  givenValues,
  logLine,
  nameComplaint,
  openSession,
  renderLogged,
  schemaComplaint,
} from './helm-action.js';
import { failHelm } from './helm-failure.js';
import { VALUE_FLAGS, demandArguments, dryRunOf } from './release.verbs.js';
import { plainValues } from './values.js';

export const createVerb = defineVerb({
  name: 'create',
  usage: 'NAME',
  short: 'create a new chart with the given name',
  flags: [stringFlag('starter', '', { shorthand: 'p' })],
  *run(k) {
    demandArguments(k, 1);
    const argument = k.args[0].replace(/\/$/, '');
    const name = argument.slice(argument.lastIndexOf('/') + 1);
    yield* k.out(`Creating ${k.args[0]}\n`);
    if (name === '' || name.length > 250) failHelm(`chart name must be between 1 and 250 characters`);
    if (!/^[a-zA-Z0-9._-]+$/.test(name)) failHelm('chart name must match the regular expression "^[a-zA-Z0-9._-]+$"');
    const { files } = k.process.machine;
    const folder = resolvePath(k.process.cwd, argument);
    const parent = folder.slice(0, Math.max(1, folder.lastIndexOf('/')));
    if (!files.isDirectory(parent)) failHelm(`stat ${parent}: no such file or directory`);
    if (files.exists(folder) && !files.isDirectory(folder)) failHelm(`file ${folder} already exists and is not a directory`); // prettier-ignore
    for (const sub of ['templates/tests', 'charts']) files.makeDirectories(`${folder}/${sub}`);
    for (const [path, text] of CHART_SCAFFOLD) {
      if (files.exists(`${folder}/${path}`)) yield* k.out(`WARNING: File "${folder}/${path}" already exists. Overwriting.\n`); // prettier-ignore
      const written = files.writeFile(`${folder}/${path}`, text.replaceAll('<CHARTNAME>', name));
      if (!written.ok) failHelm(`mkdir ${folder}: ${written.error}`);
    }
    return 0;
  },
});

export const templateVerb = defineVerb({
  name: 'template',
  usage: '[NAME] [CHART]',
  short: 'locally render templates',
  flags: [
    ...VALUE_FLAGS,
    { ...stringFlag('dry-run'), default: 'client', withoutValue: 'client' },
    stringArrayFlag('show-only', '', { shorthand: 's' }),
    stringArrayFlag('api-versions', '', { shorthand: 'a' }),
    boolFlag('generate-name', '', { shorthand: 'g' }),
    boolFlag('include-crds'),
    boolFlag('is-upgrade'),
    boolFlag('no-hooks'),
    boolFlag('skip-crds'),
    boolFlag('skip-schema-validation'),
    boolFlag('skip-tests'),
    boolFlag('validate'),
    stringFlag('kube-version'),
    stringFlag('output-dir'),
    stringFlag('name-template'),
  ],
  *run(k) {
    demandArguments(k, 1, Number.MAX_SAFE_INTEGER);
    if (k.args.length > 2)
      failHelm(`expected at most two arguments, unexpected arguments: ${k.args.slice(2).join(', ')}`);
    const { flags } = k;
    const name = k.args.length === 2 ? k.args[0] : 'release-name';
    const complaint = nameComplaint(name);
    const chart = chartAt(k, k.args[k.args.length - 1]);
    const values = yield* givenValues(k);
    if (complaint !== undefined) {
      const problem = `release name ${JSON.stringify(name)}: ${complaint}`;
      yield* logLine(k, 'ERROR', 'release name check failed', { error: problem });
      failHelm(`release name check failed: ${problem}`);
    }
    const options = { name, namespace: k.namespace().namespace, revision: 1, isUpgrade: flags.bool('is-upgrade') };
    const cluster = flags.bool('validate') || dryRunOf(k) === 'server' ? (yield* openSession(k)).cluster : undefined;
    let unparsed = '';
    const rendered = yield* renderLogged(k, chart, values, options, cluster, {
      onUnparsed: (text) => (unparsed = text),
    });
    if (!rendered.ok && flags.bool('debug')) {
      if (unparsed !== '') yield* k.out(`${unparsed.trim()}\n`);
      failHelm(rendered.error);
    }
    if (!rendered.ok && rendered.error === schemaComplaint(k, processDependencies(chart, values), values))
      failHelm(rendered.error);
    if (!rendered.ok) failHelm(`${rendered.error}\n\nUse --debug flag to render out invalid YAML`);
    const { manifest, hooks } = rendered.value;
    const crds = flags.bool('include-crds')
      ? chart.crds.map((file) => `---\n# Source: ${chart.metadata.name}/${file.name}\n${file.data}\n`)
      : [];
    const shown = flags.bool('no-hooks')
      ? []
      : hooks.filter(({ events }) => !flags.bool('skip-tests') || !events.includes('test'));
    const text =
      crds.join('') + manifest + shown.map((hook) => `---\n# Source: ${hook.path}\n${hook.manifest}\n`).join('');
    const folder = flags.string('output-dir');
    if (folder !== '') return yield* writeRendered(k, folder, text);
    yield* k.out(flags.list('show-only').length === 0 ? text : onlyShown(text, chart, flags.list('show-only')));
    return 0;
  },
});

/** `--output-dir`: each template's text in a file of its own. */
function* writeRendered(k: Invocation, folder: string, text: string): Coroutine<number> {
  const { files } = k.process.machine;
  const written = new Map<string, string>();
  for (const document of text.split(/^---\n(?=# Source: )/m).filter((part) => part !== '')) {
    const path = /^# Source: (.*)\n/.exec(document)?.[1] ?? '';
    written.set(path, `${written.get(path) ?? ''}---\n${document}`);
  }
  for (const [path, content] of written) {
    const target = resolvePath(k.process.cwd, `${folder}/${path}`);
    files.makeDirectories(target.slice(0, target.lastIndexOf('/')), k.process.user);
    files.writeFile(target, content, { owner: k.process.user });
    yield* k.out(`wrote ${folder.replace(/\/$/, '')}/${path}\n`);
  }
  yield* k.out('\n');
  return 0;
}

function onlyShown(text: string, chart: Chart, wanted: readonly string[]): string {
  const documents = text.split(/^---\n(?=# Source: )/m).filter((document) => document !== '');
  return wanted
    .map((path) => {
      const source = `# Source: ${chart.metadata.name}/${path}\n`;
      const found = documents.filter((document) => document.startsWith(source));
      if (found.length === 0) failHelm(`could not find template ${path} in chart`);
      return found.map((document) => `---\n${document}`).join('');
    })
    .join('');
}

const showPart = (name: string, short: string, text: (chart: Chart) => string) =>
  defineVerb({
    name,
    usage: '[CHART]',
    short,
    flags: VALUE_FLAGS,
    *run(k) {
      demandArguments(k, 1);
      yield* k.out(text(chartAt(k, k.args[0])));
      return 0;
    },
  });

/** Chart.yaml as Helm prints it: its members by name. */
const metadataText = (chart: Chart): string => toYaml(plainValues(chart.metadata));

const readme = (chart: Chart): string => {
  const file = chart.files.find(({ name }) => /^readme(\.md|\.txt)?$/i.test(name));
  return file ? `${file.data}\n` : '';
};

export const showVerb = defineVerb({
  name: 'show',
  aliases: ['inspect'],
  short: 'show information of a chart',
  subcommands: [
    showPart(
      'all',
      'show all information of the chart',
      (chart) =>
        `${metadataText(chart)}\n---\n${chart.rawValues}\n${readme(chart) === '' ? '' : `---\n${readme(chart)}`}`,
    ),
    showPart('chart', "show the chart's definition", (chart) => `${metadataText(chart)}\n`),
    showPart('crds', "show the chart's CRDs", (chart) => chart.crds.map(({ data }) => `---\n${data}\n`).join('')),
    showPart('readme', "show the chart's README", readme),
    showPart('values', "show the chart's values", (chart) => `${chart.rawValues}\n`),
  ],
});
