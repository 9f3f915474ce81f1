import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, defineVerb, durationFlag, stringFlag, type Invocation } from '@seatrial/kubectl';
import { TemplateSet, templateResult } from '@seatrial/template';
import { failHelm } from '../helm-failure.js';
import { helmTable } from '../helm-table.js';
import { fetchIndex } from '../repository/repository-index.js';
import { cachedIndexPath, repositories, saveRepositories } from '../repository/repositories.js';
import { searchRepositories } from '../repository/search-repositories.js';
import { updateIndexes } from '../repository/update-indexes.js';
import { repoIndex } from './package.verbs.js';
import { demandArguments } from './demand-arguments.js';
import { OUTPUT, formatted } from './output-format.js';

/** `repo add`: a repository whose index can be had. */
function* addRepository(k: Invocation): Coroutine<number> {
  demandArguments(k, 2);
  const [name, url] = k.args;
  const known = repositories(k) ?? [];
  if (name.includes('/'))
    failHelm(`repository name (${name}) contains '/', please specify a different name without '/'`);
  const same = known.find((each) => each.name === name);
  if (same && !k.flags.bool('force-update')) {
    if (same.url !== url) failHelm(`repository name (${name}) already exists, please specify a different name`);
    yield* k.out(`"${name}" already exists with the same configuration, skipping\n`);
    return 0;
  }
  if (url.startsWith('oci://'))
    failHelm(
      `looks like "${url}" is not a valid chart repository or cannot be reached: failed to perform "FetchReference" on source: invalid reference`,
    );
  if (!/^https?:\/\//.test(url)) failHelm(`could not find protocol handler for: ${/^(\w+):/.exec(url)?.[1] ?? ''}`);
  const index = yield* fetchIndex(k, { name, url });
  if (!index.ok) failHelm(index.error);
  saveRepositories(k, same ? known.map((each) => (each === same ? { name, url } : each)) : [...known, { name, url }]);
  yield* k.out(`"${name}" has been added to your repositories\n`);
  return 0;
}

const repoList = defineVerb({
  name: 'list',
  aliases: ['ls'],
  short: 'list chart repositories',
  flags: [boolFlag('no-headers'), OUTPUT],
  *run(k) {
    const known = repositories(k) ?? [];
    const text = formatted(
      k.flags.string('output'),
      known.map(({ name, url }) => ({ name, url })),
    );
    if (text !== undefined) yield* k.out(text);
    else if (known.length === 0) yield* k.err('no repositories to show\n');
    else
      yield* k.out(
        helmTable([
          ...(k.flags.bool('no-headers') ? [] : [['NAME', 'URL']]),
          ...known.map(({ name, url }) => [name, url]),
        ]),
      );
    return 0;
  },
});

function* removeRepositories(k: Invocation): Coroutine<number> {
  demandArguments(k, 1, Number.MAX_SAFE_INTEGER);
  let known = repositories(k) ?? [];
  if (known.length === 0) failHelm('no repositories configured');
  for (const name of k.args) {
    if (!known.some((each) => each.name === name)) failHelm(`no repo named ${JSON.stringify(name)} found`);
    known = known.filter((each) => each.name !== name);
    saveRepositories(k, known);
    const path = cachedIndexPath(k, name);
    for (const file of [path, path.replace(/-index\.yaml$/, '-charts.txt')]) k.process.machine.files.remove(file);
    yield* k.out(`"${name}" has been removed from your repositories\n`);
  }
  return 0;
}

function* updateRepositories(k: Invocation): Coroutine<number> {
  const known = repositories(k) ?? [];
  if (known.length === 0) failHelm('no repositories found. You must add one before updating');
  const absent = k.args.find((name) => !known.some((each) => each.name === name));
  if (absent !== undefined) failHelm(`no repositories found matching '${absent}'.  Nothing will be updated`);
  const failed = yield* updateIndexes(
    k,
    known.filter(({ name }) => k.args.length === 0 || k.args.includes(name)),
  );
  if (failed.length > 0) failHelm(`failed to update the following repositories: [${failed.join(' ')}]`);
  yield* k.out('Update Complete. ⎈Happy Helming!⎈\n');
  return 0;
}

/** `search repo` over the indexes that are kept. */
function* searchRepo(k: Invocation): Coroutine<number> {
  const known = repositories(k) ?? [];
  if (known.length === 0) failHelm('no repositories configured');
  const found = searchRepositories(k, known);
  if (found.length === 0 && k.flags.bool('fail-on-no-result')) failHelm('no results found');
  const rows = found.map(({ name, chart }) => ({
    name,
    version: chart.version,
    app_version: chart.appVersion,
    description: chart.description,
  }));
  const text = formatted(k.flags.string('output'), rows);
  const width = Number(k.flags.string('max-col-width'));
  const cut = (cell: string): string =>
    width > 0 && cell.length > width ? `${cell.slice(0, Math.max(0, width - 3))}...` : cell;
  if (text !== undefined) yield* k.out(text);
  else if (rows.length === 0) yield* k.out('No results found\n');
  else
    yield* k.out(
      helmTable([
        ['NAME', 'CHART VERSION', 'APP VERSION', 'DESCRIPTION'],
        ...rows.map((row) => Object.values(row).map(cut)),
      ]),
    );
  return 0;
}

const ADD_FLAGS = [
  ...['allow-deprecated-repos', 'force-update', 'insecure-skip-tls-verify', 'pass-credentials', 'password-stdin'].map(
    (name) => boolFlag(name),
  ),
  ...['ca-file', 'cert-file', 'key-file', 'password', 'username'].map((name) => stringFlag(name)),
  durationFlag('timeout', '', { default: '2m0s' }),
];

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
      flags: ADD_FLAGS,
      run: addRepository,
    }),
    defineVerb({
      name: 'remove',
      aliases: ['rm'],
      usage: '[REPO1 [REPO2 ...]]',
      short: 'remove one or more chart repositories',
      run: removeRepositories,
    }),
    defineVerb({
      name: 'update',
      aliases: ['up'],
      usage: '[REPO1 [REPO2 ...]]',
      short: 'update information of available charts locally from chart repositories',
      flags: [durationFlag('timeout', '', { default: '2m0s' })],
      run: updateRepositories,
    }),
  ],
});

const SEARCH_FLAGS = [OUTPUT, boolFlag('fail-on-no-result'), { ...stringFlag('max-col-width'), default: '50' }];

export const searchVerb = defineVerb({
  name: 'search',
  short: 'search for a keyword in charts',
  subcommands: [
    defineVerb({
      name: 'hub',
      usage: '[KEYWORD]',
      short: 'search for charts in the Artifact Hub or your own hub instance',
      flags: [
        ...SEARCH_FLAGS,
        stringFlag('endpoint', '', { default: 'https://hub.helm.sh' }),
        boolFlag('list-repo-url'),
      ],
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
        ...SEARCH_FLAGS,
        boolFlag('devel'),
        boolFlag('versions', '', { shorthand: 'l' }),
        stringFlag('version'),
        boolFlag('regexp', '', { shorthand: 'r' }),
      ],
      run: searchRepo,
    }),
  ],
});

/** `--template` over what helm says of its build. */
function versionText(template: string): string {
  const set = new TemplateSet('_', { functions: {} });
  const build = {
    Version: 'v4.1.4',
    GitCommit: '',
    GitTreeState: 'clean',
    GoVersion: 'go1.25.8',
    KubeClientVersion: 'v1.35',
  };
  const run = templateResult(() => {
    set.parse('_', template);
    return set.execute('_', build);
  });
  return run.ok ? run.value : failHelm(run.error.message);
}

export const versionVerb = defineVerb({
  name: 'version',
  short: 'print the helm version information',
  flags: [boolFlag('short'), stringFlag('template')],
  *run(k) {
    const build =
      'version.BuildInfo{Version:"v4.1.4", GitCommit:"", GitTreeState:"clean", GoVersion:"go1.25.8", KubeClientVersion:"v1.35"}';
    const template = k.flags.string('template');
    if (template !== '') yield* k.out(versionText(template));
    else yield* k.out(k.flags.bool('short') ? 'v4.1.4\n' : `${build}\n`);
    return 0;
  },
});
