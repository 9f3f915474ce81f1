import { resolvePath, type Coroutine } from '@seatrial/kernel';
import { boolFlag, defineVerb, stringArrayFlag, stringFlag, type Invocation } from '@seatrial/kubectl';
import { toYaml } from '@seatrial/manifest';
import { CHART_SCAFFOLD } from './chart-scaffold.js';
import { loadChartAt } from './chart-archive.js';
import type { Chart } from './chart.js';
import { withEnabledDependencies } from './chart-dependencies.js';
import {
  chartAt,
  givenValues,
  logLine,
  nameComplaint,
  openSession,
  renderRelease,
  schemaComplaint,
  warnOfValues,
} from './helm-action.js';
import { lintObjects } from './lint-objects.js';
import { failHelm } from './helm-failure.js';
import { VALUE_FLAGS, demandArguments, dryRunOf } from './release.verbs.js';
import { computedValues } from './engine.js';
import type { Values } from './set-parser.js';
import { coalesceValues, plainValues } from './values.js';
import { schemaViolations } from './values-schema.js';

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
    { ...boolFlag('validate'), deprecated: "use '--dry-run=server' instead" },
    stringFlag('post-renderer'),
    stringFlag('kube-version'),
    stringFlag('output-dir'),
    stringFlag('name-template'),
  ],
  *run(k) {
    demandArguments(k, 1, Number.MAX_SAFE_INTEGER);
    if (k.args.length > 2)
      failHelm(`expected at most two arguments, unexpected arguments: ${k.args.slice(2).join(', ')}`);
    const { flags } = k;
    const other = flags.string('name-template') !== '' ? 'name-template' : 'generate-name';
    if (k.args.length === 2 && (other === 'name-template' || flags.bool(other)))
      failHelm(`cannot set --${other} and also specify a name`);
    const renderer = flags.string('post-renderer');
    if (renderer !== '')
      failHelm(`invalid argument "${renderer}" for "--post-renderer" flag: plugin: {Name:${renderer} Type:postrenderer/v1} not found`); // prettier-ignore
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
    if (chart.metadata.type === 'library') failHelm('library charts are not installable');
    yield* warnOfValues(k, chart, values);
    const rendered = renderRelease(k, chart, values, options, cluster);
    if (!rendered.ok && rendered.error === schemaComplaint(k, withEnabledDependencies(chart, values), values))
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

interface LintMessage {
  readonly severity: 'INFO' | 'WARNING' | 'ERROR';
  readonly path: string;
  readonly text: string;
}

export const lintVerb = defineVerb({
  name: 'lint',
  usage: 'PATH',
  short: 'examine a chart for possible issues',
  flags: [
    ...VALUE_FLAGS,
    boolFlag('strict'),
    boolFlag('quiet'),
    boolFlag('skip-schema-validation'),
    boolFlag('with-subcharts'),
    stringFlag('kube-version'),
  ],
  *run(k) {
    demandArguments(k, 1, Number.MAX_SAFE_INTEGER);
    const paths = k.flags.bool('with-subcharts') ? k.args.flatMap((path) => [path, ...chartsBelow(k, path)]) : k.args;
    const values = yield* givenValues(k);
    let failures = 0;
    for (const path of paths) {
      const missing: string[] = [];
      const tables: string[] = [];
      const given = loadChartAt(k.process.machine.files, resolvePath(k.process.cwd, path).replace(/\/$/, ''));
      if (given.ok)
        coalesceValues(values, given.value.values, { path: '', nested: true, say: (text) => tables.push(text) });
      const messages = lint(k, path, values, (warning) => missing.push(warning));
      for (const warning of tables) yield* logLine(k, 'INFO', warning, {});
      for (const warning of missing) yield* logLine(k, 'WARN', 'missing required value', { message: warning });
      if (typeof messages === 'string') {
        failures++;
        yield* k.out(`==> Linting ${path}\n${messages}\n`);
        continue;
      }
      const bad = messages.some(
        ({ severity }) => severity === 'ERROR' || (k.flags.bool('strict') && severity === 'WARNING'),
      );
      if (bad) failures++;
      yield* k.out(
        `==> Linting ${path}\n${messages.map(({ severity, path: at, text }) => `[${severity}] ${at}: ${text}\n`).join('')}\n`,
      );
    }
    const summary = `${String(paths.length)} chart(s) linted, ${String(failures)} chart(s) failed`;
    if (failures > 0) failHelm(summary);
    yield* k.out(`${summary}\n`);
    return 0;
  },
});

/** The charts in a chart's charts/ folder, and in theirs. */
function chartsBelow(k: Invocation, path: string): string[] {
  const { files } = k.process.machine;
  const folder = `${path.replace(/\/$/, '')}/charts`;
  const names = files.readDirectory(resolvePath(k.process.cwd, folder));
  k.process.machine.simulation.charge('steps', 1);
  return (names.ok ? names.value : []).flatMap((name) => {
    const below = `${folder}/${name}`;
    if (name.endsWith('.tgz')) return [below];
    return files.exists(resolvePath(k.process.cwd, `${below}/Chart.yaml`)) ? [below, ...chartsBelow(k, below)] : [];
  });
}

/** A failure of the templates as lint words it. */
function templateMessage(error: string): LintMessage {
  const yaml = /^YAML parse error on [^/]+\/(.*?): ([^]*)$/.exec(error);
  if (!yaml) return { severity: 'ERROR', path: 'templates/', text: error };
  return { severity: 'ERROR', path: yaml[1], text: `unable to parse YAML: ${yaml[2]}` };
}

/** What lint says of the objects of the chart's own templates. */
function objectMessages(chart: Chart, texts: ReadonlyMap<string, string>): LintMessage[] {
  return chart.templates.flatMap(({ name }) => {
    if (!/\.ya?ml$/.test(name)) return [];
    return lintObjects(texts.get(`${chart.metadata.name}/${name}`) ?? '').map((message) => ({
      ...message,
      path: name,
    }));
  });
}

function lint(
  k: Invocation,
  path: string,
  values: Values,
  onRequired: (warning: string) => void,
): LintMessage[] | string {
  const { files } = k.process.machine;
  const folder = resolvePath(k.process.cwd, path).replace(/\/$/, '');
  if (!files.exists(folder))
    return `Error unable to check Chart.yaml file in chart: stat ${path}/Chart.yaml: no such file or directory\n`;
  const chart = loadChartAt(files, folder);
  if (!chart.ok) return [{ severity: 'ERROR', path: 'Chart.yaml', text: chart.error }];
  const messages: LintMessage[] = [];
  const { metadata } = chart.value;
  if (!metadata.icon) messages.push({ severity: 'INFO', path: 'Chart.yaml', text: 'icon is recommended' });
  const folderNamed = files.isDirectory(folder);
  if (folderNamed && metadata.name !== folder.slice(folder.lastIndexOf('/') + 1))
    messages.push({
      severity: 'ERROR',
      path: 'Chart.yaml',
      text: `directory name (${folder.slice(folder.lastIndexOf('/') + 1)}) and chart name (${metadata.name}) must be the same`,
    });
  if (folderNamed && chart.value.rawValues === '' && !files.exists(`${folder}/values.yaml`))
    messages.push({ severity: 'INFO', path: 'values.yaml', text: 'file does not exist' });
  if (folderNamed && chart.value.templates.length === 0 && !files.exists(`${folder}/templates`))
    messages.push({ severity: 'WARNING', path: 'templates/', text: 'directory does not exist' });
  const ownSchema = chart.value.schema;
  if (ownSchema !== undefined) {
    const violations = schemaViolations(ownSchema, plainValues(computedValues(chart.value, values)));
    if (violations !== '') messages.push({ severity: 'ERROR', path: 'values.yaml', text: violations });
  }
  const options = { name: 'test-release', namespace: k.namespace().namespace, revision: 1, isUpgrade: false };
  const rendered = renderRelease(k, chart.value, values, options, undefined, onRequired);
  if (!rendered.ok) messages.push(templateMessage(rendered.error));
  else messages.push(...objectMessages(chart.value, rendered.value.texts));
  return messages;
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

const crdTexts = (chart: Chart): string =>
  chart.crds.map(({ data }) => `${data.startsWith('---') ? '' : '---\n'}${data}\n`).join('');

export const showVerb = defineVerb({
  name: 'show',
  aliases: ['inspect'],
  short: 'show information of a chart',
  subcommands: [
    showPart(
      'all',
      'show all information of the chart',
      (chart) =>
        `${metadataText(chart)}\n---\n${chart.rawValues}\n${readme(chart) === '' ? '' : `---\n${readme(chart)}`}${crdTexts(chart)}`,
    ),
    showPart('chart', "show the chart's definition", (chart) => `${metadataText(chart)}\n`),
    showPart('crds', "show the chart's CRDs", crdTexts),
    showPart('readme', "show the chart's README", readme),
    showPart('values', "show the chart's values", (chart) => `${chart.rawValues}\n`),
  ],
});
