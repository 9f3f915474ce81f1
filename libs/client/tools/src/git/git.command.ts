import type { Coroutine } from '@seatrial/kernel';
import { notSimulated } from '../cluster-tools/cluster-tool.js';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { clone } from './clone.js';
import { fatal } from './fatal.js';
import { filesOf, findWorkTree, isClean, type WorkTree } from './work-tree.js';

export const GIT_VERSION = '2.39.5';
const COMMANDS = ['add', 'am', 'bisect', 'blame', 'branch', 'checkout', 'cherry-pick', 'clean', 'commit', 'config', 'diff', 'fetch', 'grep', 'help', 'init', 'log', 'merge', 'mv', 'pull', 'push', 'rebase', 'remote', 'reset', 'restore', 'revert', 'rm', 'show', 'sparse-checkout', 'stash', 'status', 'submodule', 'switch', 'tag', 'worktree']; // prettier-ignore
/** Those that work without a repository. */
const ANYWHERE = ['config', 'help', 'init'];

/** What can be asked of a clone that nobody has worked in. */
function* inWorkTree(tool: Tool, tree: WorkTree): Coroutine<number> {
  const files = filesOf(tool, tree.url);
  const line = tool.args.join(' ');
  if (!files) return yield* notSimulated(tool, line);
  switch (line) {
    case 'branch':
      yield* tool.out(`* ${tree.branch}\n`);
      return 0;
    case 'remote':
      yield* tool.out('origin\n');
      return 0;
    case 'remote -v':
      yield* tool.out(`origin\t${tree.url} (fetch)\norigin\t${tree.url} (push)\n`);
      return 0;
    case 'fetch':
      return 0;
    case 'pull':
      yield* tool.out('Already up to date.\n');
      return 0;
    case 'status':
    case 'diff':
      if (!isClean(tool, tree, files)) return yield* notSimulated(tool, line);
      if (line === 'status')
        yield* tool.out(
          `On branch ${tree.branch}\nYour branch is up to date with 'origin/${tree.branch}'.\n\nnothing to commit, working tree clean\n`,
        );
      return 0;
    default:
      return yield* notSimulated(tool, line);
  }
}

/** git, as far as it gets a student the files of a lesson. */
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
    if (ANYWHERE.includes(command)) return yield* notSimulated(tool, command);
    const tree = findWorkTree(tool);
    return tree
      ? yield* inWorkTree(tool, tree)
      : yield* fatal(tool, 'not a git repository (or any of the parent directories): .git');
  }),
});
