import { isJsonObject, resolvePath, type Coroutine } from '@seatrial/kernel';
import { boolFlag, defineVerb, stringArrayFlag, stringFlag, type Invocation } from '@seatrial/kubectl';
import { yamlToJson } from '@seatrial/manifest';
import { CHART_SCAFFOLD } from './chart-scaffold.js';
import { loadChart, type Chart } from './chart.js';
import { chartAt, givenValues, logLine, nameComplaint, openSession, renderRelease } from './helm-action.js';
import { failHelm } from './helm-failure.js';
import { helmTable } from './helm-table.js';
import { VALUE_FLAGS, demandArguments, dryRunOf } from './release.verbs.js';

export const createVerb = defineVerb({
  name: 'create',
  usage: 'NAME',
  short: 'create a new chart with the given name',
  flags: [stringFlag('starter', '', { shorthand: 'p' })],
  *run(k) {
    demandArguments(k, 1);
    const argument = k.args[0].replace(/\/$/, '');
    const name = argument.slice(argument.lastIndexOf('/') + 1);
    yield* k.out(`Creating ${argument}\n`);
    if (name === '' || name.length > 250) failHelm(`chart name must be between 1 and 250 characters`);
    if (!/^[a-zA-Z0-9._-]+$/.test(name)) failHelm('chart name must match the regular expression "^[a-zA-Z0-9._-]+$"');
    const { files } = k.process.machine;
    const folder = resolvePath(k.process.cwd, argument);
    for (const sub of ['templates/tests', 'charts']) files.makeDirectories(`${folder}/${sub}`);
    for (const [path, text] of CHART_SCAFFOLD) {
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
    boolFlag('skip-tests'),
    boolFlag('validate'),
    stringFlag('kube-version'),
    stringFlag('output-dir'),
    stringFlag('name-template'),
  ],
  *run(k) {
    demandArguments(k, 1, 2);
    const { flags } = k;
    const name = k.args.length === 2 ? k.args[0] : 'release-name';
    const complaint = nameComplaint(name);
    const chart = chartAt(k, k.args[k.args.length - 1]);
    const values = givenValues(k);
    if (complaint !== undefined) {
      const problem = `release name ${JSON.stringify(name)}: ${complaint}`;
      yield* logLine(k, 'ERROR', 'release name check failed', { error: problem });
      failHelm(`release name check failed: ${problem}`);
    }
    const options = { name, namespace: k.namespace().namespace, revision: 1, isUpgrade: flags.bool('is-upgrade') };
    const cluster = flags.bool('validate') || dryRunOf(k) === 'server' ? (yield* openSession(k)).cluster : undefined;
    const rendered = renderRelease(k, chart, values, options, cluster);
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
    yield* k.out(flags.list('show-only').length === 0 ? text : onlyShown(text, chart, flags.list('show-only')));
    return 0;
  },
});

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
    boolFlag('with-subcharts'),
    stringFlag('kube-version'),
  ],
  *run(k) {
    const paths = k.args.length === 0 ? ['.'] : k.args;
    let failures = 0;
    for (const path of paths) {
      const messages = lint(k, path);
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

function lint(k: Invocation, path: string): LintMessage[] {
  const { files } = k.process.machine;
  const folder = resolvePath(k.process.cwd, path).replace(/\/$/, '');
  if (!files.exists(folder))
    return [{ severity: 'ERROR', path: '', text: `unable to open chart: stat ${path}: no such file or directory` }];
  const chart = loadChart(files, folder);
  if (!chart.ok) return [{ severity: 'ERROR', path: 'Chart.yaml', text: chart.error }];
  const messages: LintMessage[] = [];
  const { metadata } = chart.value;
  if (!metadata.icon) messages.push({ severity: 'INFO', path: 'Chart.yaml', text: 'icon is recommended' });
  if (metadata.name !== folder.slice(folder.lastIndexOf('/') + 1))
    messages.push({
      severity: 'ERROR',
      path: 'Chart.yaml',
      text: `directory name (${folder.slice(folder.lastIndexOf('/') + 1)}) and chart name (${metadata.name}) must be the same`,
    });
  if (chart.value.rawValues === '' && !files.exists(`${folder}/values.yaml`))
    messages.push({ severity: 'INFO', path: 'values.yaml', text: 'file does not exist' });
  if (chart.value.templates.length === 0 && !files.exists(`${folder}/templates`))
    messages.push({ severity: 'WARNING', path: 'templates/', text: 'directory does not exist' });
  const options = { name: 'test-release', namespace: k.namespace().namespace, revision: 1, isUpgrade: false };
  const rendered = renderRelease(k, chart.value, givenValues(k), options);
  if (!rendered.ok) messages.push({ severity: 'ERROR', path: 'templates/', text: rendered.error });
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
        `${chart.rawMetadata}\n---\n${chart.rawValues}\n${readme(chart) === '' ? '' : `---\n${readme(chart)}`}`,
    ),
    showPart('chart', "show the chart's definition", (chart) => `${chart.rawMetadata}\n`),
    showPart('crds', "show the chart's CRDs", (chart) => chart.crds.map(({ data }) => `---\n${data}\n`).join('')),
    showPart('readme', "show the chart's README", readme),
    showPart('values', "show the chart's values", (chart) => `${chart.rawValues}\n`),
  ],
});

/** A repository command without a network: only the local list of repositories answers. */
function* noRepositories(): Coroutine<number> {
  yield* [];
  return failHelm('no repositories configured');
}

const repoList = defineVerb({
  name: 'list',
  aliases: ['ls'],
  short: 'list chart repositories',
  flags: [stringFlag('output', '', { shorthand: 'o', default: 'table' })],
  *run(k) {
    yield* k.err('no repositories to show\n');
    return 0;
  },
});

export const repoVerb = defineVerb({
  name: 'repo',
  short: 'add, list, remove, update, and index chart repositories',
  subcommands: [
    repoList,
    defineVerb({
      name: 'add',
      usage: '[NAME] [URL]',
      short: 'add a chart repository',
      flags: [boolFlag('force-update'), stringFlag('username'), stringFlag('password')],
      *run(k) {
        demandArguments(k, 2);
        yield* [];
        const host = /^https?:\/\/([^/:]+)/.exec(k.args[1])?.[1];
        if (host === undefined) failHelm(`could not find protocol handler for: `);
        failHelm(
          `looks like "${k.args[1]}" is not a valid chart repository or cannot be reached: Get "${k.args[1].replace(/\/$/, '')}/index.yaml": dial tcp: lookup ${host}: no such host`,
        );
      },
    }),
    defineVerb({
      name: 'remove',
      aliases: ['rm'],
      usage: '[REPO1 [REPO2 ...]]',
      short: 'remove one or more chart repositories',
      *run(k) {
        demandArguments(k, 1, Number.MAX_SAFE_INTEGER);
        return yield* noRepositories();
      },
    }),
    defineVerb({
      name: 'update',
      aliases: ['up'],
      short: 'update information of available charts locally from chart repositories',
      *run() {
        yield* [];
        return failHelm('no repositories found. You must add one before updating');
      },
    }),
  ],
});

export const searchVerb = defineVerb({
  name: 'search',
  short: 'search for a keyword in charts',
  subcommands: [
    defineVerb({
      name: 'repo',
      usage: '[keyword]',
      short: 'search repositories for a keyword in charts',
      flags: [
        boolFlag('versions', '', { shorthand: 'l' }),
        stringFlag('version'),
        boolFlag('regexp', '', { shorthand: 'r' }),
      ],
      run: noRepositories,
    }),
  ],
});

const dependencyList = defineVerb({
  name: 'list',
  aliases: ['ls'],
  usage: 'CHART',
  short: 'list the dependencies for the given chart',
  *run(k) {
    const argument = k.args[0] ?? '.';
    const folder = resolvePath(k.process.cwd, argument).replace(/\/$/, '');
    const chart = loadChart(k.process.machine.files, folder);
    if (!chart.ok) failHelm(chart.error);
    const wanted = Array.isArray(chart.value.metadata.dependencies)
      ? chart.value.metadata.dependencies.filter(isJsonObject)
      : [];
    if (wanted.length === 0) {
      yield* k.out(`WARNING: no dependencies at ${argument.replace(/\/$/, '')}/charts\n`);
      return 0;
    }
    const text = (value: unknown): string => (typeof value === 'string' ? value : '');
    const rows = wanted.map((entry) => {
      const present = chart.value.dependencies.some(({ metadata }) => metadata.name === entry.name);
      return [text(entry.name), text(entry.version), text(entry.repository), present ? 'unpacked' : 'missing'];
    });
    yield* k.out(`${helmTable([['NAME', 'VERSION', 'REPOSITORY', 'STATUS'], ...rows])}\n`);
    return 0;
  },
});

/** Copies charts of the working directory (`file://…`) into charts/; others need the network. */
function* fetchDependencies(k: Invocation): Coroutine<number> {
  const { files } = k.process.machine;
  const folder = resolvePath(k.process.cwd, k.args[0] ?? '.').replace(/\/$/, '');
  const metadata = files.readFile(`${folder}/Chart.yaml`);
  if (!metadata.ok) failHelm('Chart.yaml file is missing');
  const parsed = yamlToJson(metadata.value);
  const entries =
    parsed.ok && isJsonObject(parsed.value) && Array.isArray(parsed.value.dependencies)
      ? parsed.value.dependencies.filter(isJsonObject)
      : [];
  if (entries.length > 0) yield* k.out(`Saving ${String(entries.length)} charts\n`);
  for (const { name, repository } of entries) {
    if (typeof name !== 'string' || typeof repository !== 'string') continue;
    if (!repository.startsWith('file://'))
      failHelm(`no repository definition for ${repository}. Please add the missing repos via 'helm repo add'`);
    const source = resolvePath(folder, repository.slice('file://'.length));
    if (!files.exists(`${source}/Chart.yaml`)) failHelm(`directory ${source} not found`);
    copyFolder(k, source, `${folder}/charts/${name}`, 500);
  }
  if (entries.length > 0) yield* k.out('Deleting outdated charts\n');
  return 0;
}

function copyFolder(k: Invocation, from: string, to: string, left: number): number {
  const { files } = k.process.machine;
  const names = files.readDirectory(from);
  files.makeDirectories(to);
  for (const name of names.ok ? names.value : []) {
    if (--left < 0) break;
    const node = files.stat(`${from}/${name}`);
    if (node.ok && node.value.type === 'directory') left = copyFolder(k, `${from}/${name}`, `${to}/${name}`, left);
    else {
      const text = files.readFile(`${from}/${name}`);
      if (text.ok) files.writeFile(`${to}/${name}`, text.value);
    }
  }
  return left;
}

export const dependencyVerb = defineVerb({
  name: 'dependency',
  aliases: ['dep', 'dependencies'],
  short: "manage a chart's dependencies",
  subcommands: [
    defineVerb({
      name: 'build',
      usage: 'CHART',
      short: 'rebuild the charts/ directory based on the Chart.lock file',
      run: fetchDependencies,
    }),
    dependencyList,
    defineVerb({
      name: 'update',
      aliases: ['up'],
      usage: 'CHART',
      short: 'update charts/ based on the contents of Chart.yaml',
      run: fetchDependencies,
    }),
  ],
});

export const versionVerb = defineVerb({
  name: 'version',
  short: 'print the helm version information',
  flags: [boolFlag('short'), stringFlag('template')],
  *run(k) {
    const build =
      'version.BuildInfo{Version:"v4.1.4", GitCommit:"", GitTreeState:"clean", GoVersion:"go1.25.8", KubeClientVersion:"v1.35"}';
    yield* k.out(k.flags.bool('short') ? 'v4.1.4\n' : `${build}\n`);
    return 0;
  },
});
