import type { Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { notSimulated } from './cluster-tool.js';

export const GIT_VERSION = '2.39.5';
const FATAL_STATUS = 128;
const COMMANDS = ['add', 'am', 'bisect', 'blame', 'branch', 'checkout', 'cherry-pick', 'clean', 'commit', 'config', 'diff', 'fetch', 'grep', 'help', 'init', 'log', 'merge', 'mv', 'pull', 'push', 'rebase', 'remote', 'reset', 'restore', 'revert', 'rm', 'show', 'sparse-checkout', 'stash', 'status', 'submodule', 'switch', 'tag', 'worktree']; // prettier-ignore
/** Those that work without a repository. */
const ANYWHERE = ['config', 'help', 'init'];

function* fatal(tool: Tool, text: string): Coroutine<number> {
  yield* tool.err(`fatal: ${text}\n`);
  return FATAL_STATUS;
}

function inRepository(tool: Tool): boolean {
  const parts = tool.process.cwd.split('/');
  return parts.some((_, index) => tool.machine.files.exists(`${parts.slice(0, index + 1).join('/')}/.git`));
}

/** `git clone`: no repository is provided, so it ends as it does on a machine that reaches no host. */
function* clone(tool: Tool): Coroutine<number> {
  const { operands, flags } = yield* tool.options(
    '-b --branch=, --depth=, -q --quiet, -v --verbose, --single-branch, --recursive, --recurse-submodules=?, -o --origin=, --bare, --mirror, --no-checkout, --progress',
    { args: tool.args.slice(1), status: 129 },
  );
  const [url, directory] = operands;
  if (url === undefined) {
    yield* tool.err(
      'fatal: You must specify a repository to clone.\n\nusage: git clone [<options>] [--] <repo> [<dir>]\n',
    );
    return 129;
  }
  const target =
    directory ??
    url
      .replace(/\/+$/, '')
      .replace(/\.git$/, '')
      .replace(/^.*[/:]/, '');
  const entries = tool.machine.files.readDirectory(tool.path(target));
  if (entries.ok && entries.value.length > 0)
    return yield* fatal(tool, `destination path '${target}' already exists and is not an empty directory.`);
  const web = /^(https?):\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?(\/.*)?$/.exec(url);
  const shell = /^(?:ssh:\/\/)?(?:[\w.-]+@)?([\w.-]+)[:/]/.exec(url);
  if (!web && (!shell || url.startsWith('.') || url.startsWith('/')))
    return yield* fatal(tool, `repository '${url}' does not exist`);
  if (!flags.has('q')) yield* tool.err(`Cloning into '${target}'...\n`);
  const host = web ? web[2] : (shell?.[1] ?? '');
  if (web) return yield* fatal(tool, `unable to access '${url.replace(/\/*$/, '/')}': Could not resolve host: ${host}`);
  yield* tool.err(`ssh: Could not resolve hostname ${host}: Temporary failure in name resolution\n`);
  return yield* fatal(
    tool,
    'Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.',
  );
}

/** git, as far as a machine without any repository goes. */
export const git = defineCommand({
  name: 'git',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const [command] = tool.args;
    if (command === '--version' || command === 'version') {
      yield* tool.out(`git version ${GIT_VERSION}\n`);
      return 0;
    }
    if (command === 'clone') return yield* clone(tool);
    if (command === undefined || command.startsWith('-')) return yield* notSimulated(tool, command ?? '(its help)');
    if (!COMMANDS.includes(command)) {
      yield* tool.err(`git: '${command}' is not a git command. See 'git --help'.\n`);
      return 1;
    }
    if (!ANYWHERE.includes(command) && !inRepository(tool))
      return yield* fatal(tool, 'not a git repository (or any of the parent directories): .git');
    return yield* notSimulated(tool, command);
  }),
});
