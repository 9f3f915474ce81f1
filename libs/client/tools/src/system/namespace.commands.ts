import {
  fail,
  reportUnsupported,
  type Coroutine,
  type FileErrorCode,
  type FileNode,
  type Result,
} from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { canRun, hostOfRoot, runOnHost } from './run-on-host.js';
import { runToEnd } from './run-to-end.js';

const CHROOT_FAILED = 125;
const NOT_FOUND = 127;

/** What looks the same behind a new root: the folders a program needs, all of this machine. */
function isWholeSystem(tool: Tool, root: string): boolean {
  return (
    tool.machine.files.isDirectory(`${root}/bin`) &&
    tool.machine.files.exists(`${root}/etc/passwd`) &&
    tool.path(root) === '/'
  );
}

/** The folder that is to be the new root, or why it cannot be. */
function newRoot(tool: Tool, root: string): Result<FileNode, FileErrorCode> {
  const found = tool.stat(root);
  if (found.ok && found.value.type !== 'directory') return fail('ENOTDIR');
  return found.ok && tool.process.user !== 'root' ? fail('EPERM') : found;
}

function* notRun(tool: Tool, name: string): Coroutine<number> {
  const what = tool.machine.programs.has('busybox')
    ? `can't execute '${name}'`
    : `failed to run command ${tool.quote(name)}`;
  yield* tool.complain(`${what}: ${errorText('ENOENT')}`);
  return NOT_FOUND;
}

/** chroot(1): refused to other users, and to programs that the new root does not have; behind a node's root the node's run. */
export const chroot = defineCommand({
  name: 'chroot',
  program: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('--groups=, --userspec=, --skip-chdir', {
      stopAtOperand: true,
      status: CHROOT_FAILED,
    });
    const [root, ...command] = operands;
    if (root === undefined) return yield* tool.wrongCall('missing operand', CHROOT_FAILED);
    const folder = newRoot(tool, root);
    if (!folder.ok) {
      const isBusybox = tool.machine.programs.has('busybox');
      yield* tool.complain(
        `${isBusybox ? "can't" : 'cannot'} change root directory to '${root}': ${errorText(folder.error)}`,
      );
      return isBusybox ? 1 : CHROOT_FAILED;
    }
    const argv = command.length > 0 ? command : [tool.process.env.get('SHELL') ?? '/bin/sh', '-i'];
    if (isWholeSystem(tool, root)) return yield* runToEnd(tool, argv);
    const [name] = argv;
    const host = hostOfRoot(tool, folder.value);
    if (host) return canRun(host, name) ? yield* runOnHost(tool, host, argv) : yield* notRun(tool, name);
    const folders = name.includes('/')
      ? ['']
      : ['/usr/local/sbin/', '/usr/local/bin/', '/usr/sbin/', '/usr/bin/', '/sbin/', '/bin/'];
    if (!folders.some((folder) => tool.machine.files.exists(tool.path(`${root}/${folder}${name}`)))) {
      return yield* notRun(tool, name);
    }
    return yield* notSimulated(tool, 'a program behind another root');
  }),
});

function* notSimulated(tool: Tool, what: string): Coroutine<number> {
  reportUnsupported(tool.machine, `${tool.name}: ${what}`);
  yield* tool.complain(`${what} is not simulated`);
  return 1;
}

/**
 * unshare(1) of util-linux: a UTS namespace keeps the host's name as it was; network, mount, IPC and cgroup namespaces
 * are entered, but what is in them is not told apart; a PID namespace is said not to be simulated.
 */
export const unshare = defineCommand({
  name: 'unshare',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options(
      '-m --mount=?, -u --uts=?, -i --ipc=?, -n --net=?, -p --pid=?, -U --user=?, -C --cgroup=?, -T --time=?, -f --fork, -r --map-root-user, -c --map-current-user, --mount-proc=?, --kill-child=?, --propagation=, -R --root=, -w --wd=',
      { stopAtOperand: true },
    );
    if (tool.process.user !== 'root' && !flags.has('U') && !flags.has('r')) {
      yield* tool.complain(`unshare failed: ${errorText('EPERM')}`);
      return 1;
    }
    const seen = ['m', 'n', 'p', 'U', 'R', 'i', 'C', 'T', 'r', 'mount-proc'].filter((name) => flags.has(name));
    if (seen.length > 0) return yield* notSimulated(tool, 'a namespace other than UTS');
    const { machine } = tool;
    const before = machine.hostname;
    try {
      return yield* runToEnd(tool, operands.length > 0 ? operands : [tool.process.env.get('SHELL') ?? '/bin/sh']);
    } finally {
      if (flags.has('u')) machine.hostname = before;
    }
  }),
});
