import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, defineVerb, durationFlag, stringFlag } from '@seatrial/kubectl';
import { TemplateSet, templateResult } from '@seatrial/template';
import { failHelm } from '../helm-failure.js';
import { unreachable } from '../helm-network.js';
import { repoIndex } from './package.verbs.js';
import { demandArguments } from './demand-arguments.js';
import { OUTPUT } from './output-format.js';

/** A repository command without a network: only the local list of repositories answers. */
function* noRepositories(): Coroutine<number> {
  yield* [];
  return failHelm('no repositories configured');
}

const repoList = defineVerb({
  name: 'list',
  aliases: ['ls'],
  short: 'list chart repositories',
  flags: [boolFlag('no-headers'), stringFlag('output', '', { shorthand: 'o', default: 'table' })],
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
      flags: [
        boolFlag('allow-deprecated-repos'),
        stringFlag('ca-file'),
        stringFlag('cert-file'),
        boolFlag('force-update'),
        boolFlag('insecure-skip-tls-verify'),
        stringFlag('key-file'),
        boolFlag('pass-credentials'),
        stringFlag('password'),
        boolFlag('password-stdin'),
        durationFlag('timeout', '', { default: '2m0s' }),
        stringFlag('username'),
      ],
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
      flags: [durationFlag('timeout', '', { default: '2m0s' })],
      *run() {
        yield* [];
        return failHelm('no repositories found. You must add one before updating');
      },
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
      run: noRepositories,
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
