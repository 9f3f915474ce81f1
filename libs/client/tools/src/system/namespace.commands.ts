import { reportUnsupported, type Coroutine, type FileErrorCode } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
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

/** Why a folder cannot be the new root. */
function rootProblem(tool: Tool, root: string): FileErrorCode | undefined {
  const found = tool.stat(root);
  if (!found.ok) return found.error;
  if (found.value.type !== 'directory') return 'ENOTDIR';
  return tool.process.user === 'root' ? undefined : 'EPERM';
}

/** chroot(1): refused to other users, and to programs that the new root does not have. */
export const chroot = defineCommand({
  name: 'chroot',
  program: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('--groups=, --userspec=, --skip-chdir', {
      stopAtOperand: true,
      status: CHROOT_FAILED,
    });
    const [root, ...command] = operands;
    if (root === undefined) return yield* tool.wrongCall('missing operand', CHROOT_FAILED);
    const problem = rootProblem(tool, root);
    if (problem !== undefined) {
      yield* tool.complain(`cannot change root directory to '${root}': ${errorText(problem)}`);
      return CHROOT_FAILED;
    }
    const argv = command.length > 0 ? command : [tool.process.env.get('SHELL') ?? '/bin/sh', '-i'];
    if (isWholeSystem(tool, root)) return yield* runToEnd(tool, argv);
    const [name] = argv;
    const folders = name.includes('/')
      ? ['']
      : ['/usr/local/sbin/', '/usr/local/bin/', '/usr/sbin/', '/usr/bin/', '/sbin/', '/bin/'];
    if (!folders.some((folder) => tool.machine.files.exists(tool.path(`${root}/${folder}${name}`)))) {
      yield* tool.complain(`failed to run command ${tool.quote(name)}: ${errorText('ENOENT')}`);
      return NOT_FOUND;
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
