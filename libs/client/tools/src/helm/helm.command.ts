import { sleep, type Coroutine, type Process } from '@seatrial/kernel';
import {
  CommandFailure,
  Invocation,
  boolFlag,
  defineVerb,
  findCommand,
  flagsOf,
  intFlag,
  plainMessage,
  stringArrayFlag,
  stringFlag,
  suggestionsFor,
  type FlagDefinition,
} from '@seatrial/kubectl';
import { defineCommand } from '../command.js';
import { createVerb } from './verbs/create.verb.js';
import { lintVerb } from './verbs/lint.verb.js';
import { showVerb } from './verbs/show.verb.js';
import { templateVerb } from './verbs/template.verb.js';
import { envVerb, pluginVerb } from './verbs/environment.verbs.js';
import { packageVerb, verifyVerb } from './verbs/package.verbs.js';
import { pullVerb } from './verbs/pull.verb.js';
import { pushVerb } from './verbs/push.verb.js';
import { registryVerb } from './verbs/registry.verbs.js';
import { repoVerb, searchVerb, versionVerb } from './verbs/repository.verbs.js';
import { dependencyVerb } from './verbs/dependency.verbs.js';
import { HelmFailure } from './helm-failure.js';
import { helpPage, rootUsage } from './help-text.js';
import { completionVerb } from './verbs/completion.verb.js';
import { getVerb } from './verbs/get.verbs.js';
import { listVerb } from './verbs/list.verb.js';
import { historyVerb, statusVerb } from './verbs/status.verbs.js';
import { installVerb } from './verbs/install.verb.js';
import { rollbackVerb } from './verbs/rollback.verb.js';
import { testVerb } from './verbs/test.verb.js';
import { uninstallVerb } from './verbs/uninstall.verb.js';
import { upgradeVerb } from './verbs/upgrade.verb.js';

const STARTUP_MS = 60;

const GLOBAL_FLAGS: readonly FlagDefinition[] = [
  stringFlag('namespace', '', { shorthand: 'n' }),
  stringFlag('kubeconfig'),
  // Not helm's own, but what reads the kubeconfig looks for it.
  { ...stringFlag('request-timeout'), default: '0', hidden: true },
  stringFlag('kube-context'),
  stringFlag('kube-apiserver'),
  stringFlag('kube-token'),
  stringFlag('kube-as-user'),
  stringArrayFlag('kube-as-group'),
  boolFlag('debug'),
  intFlag('burst-limit'),
  stringFlag('color'),
  stringFlag('colour'),
  stringFlag('content-cache'),
  stringFlag('kube-ca-file'),
  boolFlag('kube-insecure-skip-tls-verify'),
  stringFlag('kube-tls-server-name'),
  stringFlag('qps'),
  stringFlag('registry-config'),
  stringFlag('repository-cache'),
  stringFlag('repository-config'),
];

/** As cmd/root.go adds the commands. */
const HELM_ORDER =
  'create dependency pull show lint package repo search verify get history install list test rollback status template uninstall upgrade completion env plugin version registry push'.split(
    ' ',
  );

const ROOT = defineVerb({
  name: 'helm',
  order: HELM_ORDER,
  short: 'The Kubernetes package manager',
  subcommands: [
    completionVerb,
    createVerb,
    dependencyVerb,
    envVerb,
    getVerb,
    historyVerb,
    installVerb,
    lintVerb,
    listVerb,
    packageVerb,
    pluginVerb,
    pullVerb,
    pushVerb,
    registryVerb,
    repoVerb,
    rollbackVerb,
    searchVerb,
    showVerb,
    statusVerb,
    templateVerb,
    testVerb,
    uninstallVerb,
    upgradeVerb,
    verifyVerb,
    versionVerb,
  ],
});

/** Prints a command's help page; `path` is what follows `helm`. */
function* help(process: Process, path: readonly string[]): Coroutine<number> {
  const home = process.env.get('HOME') ?? '/root';
  yield* process.stdout.write(helpPage(path.join(' '), home) ?? '');
  return 0;
}

/** `helm help …`: of the longest command that the words name. */
function* helpCommand(process: Process, words: readonly string[]): Coroutine<number> {
  const named = words.filter((word) => !word.startsWith('-'));
  const found = findCommand(ROOT, named, GLOBAL_FLAGS);
  if (named.length === 0 || found.verb !== ROOT) return yield* help(process, found.path.split(' ').slice(1));
  const topics = named.map((word) => `\`${word}\``).join(' ');
  yield* process.stderr.write(`Unknown help topic [${topics}]\n${rootUsage(process.env.get('HOME') ?? '/root')}`);
  return 0;
}

function* complain(process: Process, text: string): Coroutine<number> {
  yield* process.stderr.write(`Error: ${text}\n`);
  return 1;
}

/** `Error: unknown command …`, with what may have been meant. */
function* unknownCommand(process: Process, found: ReturnType<typeof findCommand>, typed: string): Coroutine<number> {
  const near = suggestionsFor(found.verb, typed);
  const hint = near.length === 0 ? '' : `\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join('')}`;
  return yield* complain(
    process,
    `unknown command "${typed}" for "${found.path}"\n${hint}${hint === '' ? '' : '\n'}Run '${found.path} --help' for usage.`,
  );
}

/** What the environment says in place of global flags; the flags themselves come later and win. */
function flagsOfEnvironment({ env }: Process): string[] {
  const variables = { HELM_NAMESPACE: 'namespace', HELM_KUBECONTEXT: 'kube-context' };
  return Object.entries(variables).flatMap(([variable, flag]) => {
    const value = env.get(variable) ?? '';
    return value === '' ? [] : [`--${flag}=${value}`];
  });
}

/** Helm v4.1.4, on the machine's files and kubeconfig. */
export const helm = defineCommand({
  name: 'helm',
  userlands: ['gnu'],
  *program(process) {
    yield* sleep(STARTUP_MS);
    if (process.argv[1] === 'help') return yield* helpCommand(process, process.argv.slice(2));
    const found = findCommand(ROOT, process.argv.slice(1), GLOBAL_FLAGS);
    const flags = flagsOf(found, GLOBAL_FLAGS);
    const parsed = flags.parse([...flagsOfEnvironment(process), ...found.rest]);
    for (const deprecation of flags.deprecations) yield* process.stderr.write(deprecation);
    if (!parsed.ok && parsed.error !== 'help') return yield* complain(process, parsed.error);
    const [typed] = flags.args;
    if (found.verb === ROOT && typed !== undefined) return yield* unknownCommand(process, found, typed);
    if (!parsed.ok || !found.verb.run) {
      return yield* help(process, found.path.split(' ').slice(1));
    }
    const k = new Invocation(process, ROOT, found.verb, found.path, flags);
    try {
      return (yield* found.verb.run(k)) ?? 0;
    } catch (failure) {
      if (failure instanceof HelmFailure) return yield* complain(process, failure.message);
      if (!(failure instanceof CommandFailure)) throw failure;
      const messages = failure.errors.map(plainMessage).join('\n');
      return yield* complain(process, `kubernetes cluster unreachable: ${messages}`);
    }
  },
});
