import { isJsonObject, resolvePath, type Coroutine } from '@seatrial/kernel';
import { boolFlag, defineVerb, stringFlag, type Invocation } from '@seatrial/kubectl';
import { yamlToJson } from '@seatrial/manifest';
import { loadChart } from './chart.js';
import { failHelm } from './helm-failure.js';
import { unreachable } from './helm-network.js';
import { helmTable } from './helm-table.js';
import { repoIndex } from './package.verbs.js';
import { demandArguments } from './release.verbs.js';

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
    if (k.flags.string('output') === 'table') yield* k.err('no repositories to show\n');
    else yield* k.out('[]\n');
    return 0;
  },
});

export const repoVerb = defineVerb({
  name: 'repo',
  short: 'add, list, remove, update, and index chart repositories',
  subcommands: [
    repoIndex,
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
          `looks like "${k.args[1]}" is not a valid chart repository or cannot be reached: ${unreachable(k, `${k.args[1].replace(/\/$/, '')}/index.yaml`)}`,
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
      name: 'hub',
      usage: '[KEYWORD]',
      short: 'search for charts in the Artifact Hub or your own hub instance',
      flags: [stringFlag('endpoint', '', { default: 'https://hub.helm.sh' })],
      *run(k) {
        yield* [];
        return failHelm(`unable to perform search against "${k.flags.string('endpoint')}"`);
      },
    }),
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
  if (!files.exists(folder)) failHelm(`could not find ${k.args[0] ?? '.'}: stat ${k.args[0] ?? '.'}: no such file or directory`); // prettier-ignore
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
    const template = k.flags.string('template');
    if (template !== '') yield* k.out(template.replace(/\{\{\s*\.Version\s*\}\}/g, 'v4.1.4'));
    else yield* k.out(k.flags.bool('short') ? 'v4.1.4\n' : `${build}\n`);
    return 0;
  },
});
