import { SIGNALS, type Coroutine, type JsonObject, type Output } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag, durationFlag, stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { filenameOptions } from '../../resource/manifest-source.js';
import { manifestObjects } from '../../resource/manifest-objects.js';
import { FILENAME_FLAG } from '../get/get-options.js';
import { attachablePod, defaultContainer, podRunningTimeout } from './choose-pod.js';
import { awaitRemote, kubeletOf, remoteStreams } from '../exec/pod-streams.js';
import { failStream } from './stream-failure.js';

/** The target and the command of the line; only what stands behind `--` is the command. */
function splitArguments(k: Invocation): { readonly target: string | undefined; readonly command: readonly string[] } {
  const { args, flags } = k;
  const dash = flags.argsLengthAtDash;
  const files = filenameOptions(k).filenames.length > 0;
  if (args.length > 0 && dash === 0 && !files) failWith('pod, type/name or --filename must be specified');
  if (dash < 0 && args.length > 1)
    k.usageError('exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead');
  if (args.length === 0 && !files) failWith('pod, type/name or --filename must be specified');
  const command = dash < 0 ? (files ? args : args.slice(1)) : args.slice(dash);
  return { target: files ? undefined : args[0], command };
}

function* targetOf(k: Invocation, target: string | undefined): Coroutine<string> {
  if (target !== undefined) return target;
  const read = yield* manifestObjects(k, filenameOptions(k));
  if (read.infos.length > 1) failWith('cannot exec into multiple objects at a time');
  const [info] = read.infos;
  return info ? `${info.mapping.resource}/${info.name}` : failWith('pod, type/name or --filename must be specified');
}

function* run(k: Invocation): Coroutine<number> {
  const { flags, process } = k;
  const { target, command } = splitArguments(k);
  if (command.length === 0) failWith('you must specify at least one command for the container');
  const { pod } = yield* attachablePod(k, yield* targetOf(k, target), podRunningTimeout(k));
  const { namespace = 'default', name } = pod.metadata;
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed')
    failWith(`cannot exec into a container in a completed pod; current phase is ${pod.status.phase}`);
  const container = flags.string('container') || (yield* defaultContainer(k, pod, flags.bool('quiet')));
  const tty = flags.bool('tty') && process.stdin.isTerminal;
  if (flags.bool('tty') && !tty)
    yield* k.err('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  const endpoint = yield* kubeletOf(k, pod as unknown as JsonObject, 'exec', container, {
    command: [...command],
    ...(flags.bool('stdin') ? { stdin: true } : {}),
    ...(tty ? { tty: true, stderr: false } : {}),
  });
  const streams = remoteStreams(k, flags.bool('stdin'), tty);
  let isRead = true;
  const stdout: Output = {
    ...streams.stdout,
    *write(text) {
      isRead &&= yield* streams.stdout.write(text);
      return isRead;
    },
  };
  const started = endpoint.exec(namespace, name, { container, command, ...streams, stdout, tty });
  if (!started.ok) failStream(started.error);
  let code: number;
  try {
    code = yield* awaitRemote(k, started.value);
  } finally {
    if (!started.value.exitStatus) started.value.kill('HUP');
  }
  // Nobody reads what it prints any more: kubectl itself dies of SIGPIPE, and tells nothing.
  if (!isRead) return 128 + SIGNALS.PIPE;
  if (code !== 0) yield* k.err(`command terminated with exit code ${code}\n`);
  return code;
}

/** `kubectl exec` (k8s.io/kubectl/pkg/cmd/exec). */
export const execCommand = defineVerb({
  name: 'exec',
  usage: '(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  short: 'Execute a command in a container',
  flags: [
    FILENAME_FLAG,
    stringFlag('container', 'Container name. If omitted, the default container is used.', { shorthand: 'c' }),
    durationFlag('pod-running-timeout', 'How long to wait until at least one pod is running', { default: '1m0s' }),
    boolFlag('quiet', 'Only print output from the remote session', { shorthand: 'q' }),
    boolFlag('stdin', 'Pass stdin to the container', { shorthand: 'i' }),
    boolFlag('tty', 'Stdin is a TTY', { shorthand: 't' }),
  ],
  run,
});
