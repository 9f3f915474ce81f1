import { sleep, type Coroutine, type Process, type Program } from '@seatrial/kernel';
import { lookUpProgram, reportMissing, runCommand } from '@seatrial/shell';
import { CommandFailure, failureText } from '../command/failure.js';
import { findCommand, isNamedAfterFlags, flagsOf, suggestionsFor, type FoundCommand } from '../command/find-command.js';
import { GLOBAL_FLAGS } from '../command/global-flags.js';
import { helpPage } from '../command/help.js';
import { applyKuberc } from '../kuberc/apply-kuberc.js';
import { Invocation } from '../command/invocation.js';
import { logFailure } from '../client/request-log.js';
import { TemplateFailure } from '../printers/template-printer.js';
import { rootCommand } from '../verbs/registry.js';

export interface KubectlOptions {
  /** Virtual time that a command takes besides its API calls, ms. */
  readonly startupMs?: number;
}

/** kubectl v1.35.4 as a program: finds its cluster through the machine's files and network. */
export function createKubectlProgram(options: KubectlOptions = {}): Program {
  return function* kubectl(process) {
    yield* sleep(options.startupMs ?? 72);
    const preferred = applyKuberc(process, rootCommand, process.argv.slice(1));
    if (preferred.warnings !== '') yield* process.stderr.write(preferred.warnings);
    if ('error' in preferred)
      return yield* fail(process, `error occurred while applying preferences ${preferred.error}\n`);
    const found = findCommand(rootCommand, preferred.line, GLOBAL_FLAGS);
    const plugin = yield* runSubcommandPlugin(process, found, preferred.line);
    if (plugin !== undefined) return plugin;
    return found.verb === rootCommand ? yield* runRoot(process, found) : yield* runVerb(process, found);
  };
}

function* fail(process: Process, text: string, exit = 1): Coroutine<number> {
  yield* process.stderr.write(text);
  return exit;
}

/** `kubectl` itself: its help, an unknown command (a plugin may have it), or flags that are not there. */
function* runRoot(process: Process, found: FoundCommand): Coroutine<number> {
  const flags = flagsOf(found, GLOBAL_FLAGS);
  if (found.rest[0] === 'help') return yield* showHelp(process, found.rest.slice(1));
  const plugin = yield* runPlugin(process, found.rest);
  if (plugin !== undefined) return plugin;
  const parsed = flags.parse(found.rest);
  const [typed] = flags.args;
  // A command that is none may be a plugin, and a plugin comes before its flags.
  if (isNamedAfterFlags(found.rest, GLOBAL_FLAGS))
    return yield* fail(process, `Error: flags cannot be placed before plugin name: ${found.rest[0]}\n`);
  if (typed !== undefined) {
    const near = suggestionsFor(rootCommand, typed);
    const hint = near.length > 0 ? `\n\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join('')}` : '\n';
    return yield* fail(process, `error: unknown command ${JSON.stringify(typed)} for "kubectl"${hint}`);
  }
  if (!parsed.ok && parsed.error !== 'help')
    return yield* fail(process, `error: ${parsed.error}\nSee 'kubectl --help' for usage.\n`);
  yield* process.stdout.write(helpPage(found));
  return 0;
}

/** `kubectl help [COMMAND]…`. */
function* showHelp(process: Process, words: readonly string[]): Coroutine<number> {
  const found = findCommand(rootCommand, words, GLOBAL_FLAGS);
  if (found.verb === rootCommand && words.length > 0)
    return yield* fail(
      process,
      `Unknown help topic [${words.map((word) => JSON.stringify(word).replaceAll('"', '`')).join(' ')}]\n`,
      0,
    );
  yield* process.stdout.write(helpPage(found));
  return 0;
}

/** An executable `kubectl-NAME` on the PATH, the longest name first (kubectl's plugin handler). */
function* runPlugin(process: Process, line: readonly string[], least = 1): Coroutine<number | undefined> {
  const flag = line.findIndex((word) => word.startsWith('-'));
  const words = (flag < 0 ? line : line.slice(0, flag)).slice(0, 8).map((word) => word.replaceAll('-', '_'));
  for (let length = words.length; length >= least; length--) {
    const name = `kubectl-${words.slice(0, length).join('-')}`;
    if (name.includes('/')) continue;
    if (!lookUpProgram(process, name).ok) {
      reportMissing(process.machine, name);
      continue;
    }
    const status = yield* runCommand(process, [name, ...line.slice(length)]);
    return status.ok ? status.value.code : 1;
  }
  return undefined;
}

/** Commands that plugins may add subcommands to (IsSubcommandPluginAllowed). */
const EXTENSIBLE: ReadonlySet<string> = new Set(['kubectl create']);

/** A subcommand that a plugin has: `kubectl create networkpolicy` as `kubectl-create-networkpolicy`. */
function* runSubcommandPlugin(
  process: Process,
  { path, rest }: FoundCommand,
  line: readonly string[],
): Coroutine<number | undefined> {
  if (!EXTENSIBLE.has(path) || rest.length === 0 || rest[0].startsWith('-')) return undefined;
  return yield* runPlugin(process, line, line.length - rest.length + 1);
}

/** What a command says of flags that it does not understand; `diff` has its own words and status. */
function failFlags(process: Process, { path }: FoundCommand, error: string): Coroutine<number> {
  if (path === 'kubectl diff') return fail(process, `error: ${error}\nSee '${path} -h' for help and examples\n`, 2);
  return fail(process, `error: ${error}\nSee '${path} --help' for usage.\n`);
}

function* runVerb(process: Process, found: FoundCommand): Coroutine<number> {
  const { verb, path } = found;
  const flags = flagsOf(found, GLOBAL_FLAGS, process.env);
  const parsed = flags.parse(found.rest);
  for (const deprecation of flags.deprecations) yield* process.stderr.write(deprecation);
  if (!parsed.ok) {
    if (parsed.error !== 'help') return yield* failFlags(process, found, parsed.error);
    yield* process.stdout.write(helpPage(found));
    return 0;
  }
  const k = new Invocation(process, rootCommand, verb, path, flags);
  if (!verb.run) return yield* runGroup(process, found, k);
  try {
    const exit = (yield* verb.run(k)) ?? 0;
    const { warnings } = k.received;
    if (exit !== 0 || warnings === 0 || !flags.bool('warnings-as-errors')) return exit;
    return yield* fail(process, `error: ${warnings} warning${warnings === 1 ? '' : 's'} received\n`);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    if (error instanceof TemplateFailure) yield* process.stdout.write(error.output);
    yield* logFailure(k, error);
    return yield* fail(process, failureText(error), error.exitCode);
  }
}

/** cmdutil.DefaultSubCommandRun: a group's help on stderr, or its complaint about a word that is no command. */
function* runGroup(process: Process, found: FoundCommand, k: Invocation): Coroutine<number> {
  if (found.verb.helpOnly) {
    yield* process.stdout.write(helpPage(found));
    return 0;
  }
  if (k.args.length === 0 && found.verb.helpOnStdout) {
    yield* process.stdout.write(helpPage(found));
    return 1;
  }
  if (k.args.length === 0) return yield* fail(process, helpPage(found));
  const text = `error: unknown command ${JSON.stringify(k.args.join(' '))}\nSee '${found.path} -h' for help and examples\n`;
  return yield* fail(process, text);
}
