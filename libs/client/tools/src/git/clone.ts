import { sleep, type Coroutine } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import { notSimulated } from '../cluster-tools/cluster-tool.js';
import { fatal } from './fatal.js';
import { checkOut, filesOf } from './work-tree.js';

const USAGE_STATUS = 129;
const CLONE_MS = 900;
const BRANCHES = ['main', 'master'];

/** `git clone` of a repository that comes with the exercise; what others hold is not known. */
export function* clone(tool: Tool): Coroutine<number> {
  const { operands, flags, values } = yield* tool.options(
    '-b --branch=, --depth=, -q --quiet, -v --verbose, --single-branch, --recursive, --recurse-submodules=?, -o --origin=, --bare, --mirror, --no-checkout, --progress',
    { args: tool.args.slice(1), status: USAGE_STATUS },
  );
  const [url, directory] = operands;
  if (url === undefined) {
    yield* tool.err(
      'fatal: You must specify a repository to clone.\n\nusage: git clone [<options>] [--] <repo> [<dir>]\n',
    );
    return USAGE_STATUS;
  }
  const target =
    directory ??
    url
      .replace(/\/+$/, '')
      .replace(/\.git$/, '')
      .replace(/^.*[/:]/, '');
  const root = tool.path(target);
  const entries = tool.machine.files.readDirectory(root);
  if (entries.ok && entries.value.length > 0)
    return yield* fatal(tool, `destination path '${target}' already exists and is not an empty directory.`);
  const web = /^(https?):\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?(\/.*)?$/.exec(url);
  const shell = /^(?:ssh:\/\/)?(?:[\w.-]+@)?([\w.-]+)[:/]/.exec(url);
  if (!web && (!shell || url.startsWith('.') || url.startsWith('/')))
    return yield* fatal(tool, `repository '${url}' does not exist`);
  if (!flags.has('q')) yield* tool.err(`Cloning into '${target}'...\n`);
  const host = web ? web[2] : (shell?.[1] ?? '');
  const resolved = yield* tool.machine.network.resolve(host);
  if (!resolved.ok) return yield* unresolved(tool, url, host, web !== null);
  const files = web ? filesOf(tool, url) : undefined;
  const branch = values.get('b')?.[0] ?? BRANCHES[0];
  const bare = ['bare', 'mirror', 'no-checkout'].find((name) => flags.has(name));
  if (!files || !BRANCHES.includes(branch)) return yield* notSimulated(tool, `clone ${url}`);
  if (bare !== undefined) return yield* notSimulated(tool, `clone --${bare}`);
  yield* sleep(CLONE_MS);
  checkOut(tool, { root, branch, url }, files);
  return 0;
}

function* unresolved(tool: Tool, url: string, host: string, web: boolean): Coroutine<number> {
  if (web) return yield* fatal(tool, `unable to access '${url.replace(/\/*$/, '/')}': Could not resolve host: ${host}`);
  yield* tool.err(`ssh: Could not resolve hostname ${host}: Temporary failure in name resolution\n`);
  return yield* fatal(
    tool,
    'Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.',
  );
}
