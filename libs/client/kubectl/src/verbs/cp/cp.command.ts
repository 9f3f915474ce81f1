import type { Pod } from '@seatrial/apiserver';
import {
  TextInput,
  TextOutput,
  baseName,
  directoryName,
  resolvePath,
  waitFor,
  type Coroutine,
  type JsonObject,
} from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import { readTree, writeEntry } from '../../archive/file-tree.js';
import { readTar, writeTar } from '../../archive/tar-archive.js';
import { defineVerb } from '../../command/command.js';
import { CommandFailure, attempt, failWith } from '../../command/failure.js';
import { boolFlag, intFlag, stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { fetchPlain } from '../../resource/resolve-infos.js';
import { kubeletOf, requireUnfinished } from '../exec/pod-streams.js';
import { defaultContainer } from '../pod-streams/choose-pod.js';
import { failStream } from '../pod-streams/stream-failure.js';

/** `[[namespace/]pod:]path`. */
interface FileSpec {
  readonly namespace: string;
  readonly typedNamespace: string;
  readonly pod: string;
  readonly path: string;
}

const MALFORMED = 'filespec must match the canonical format: [[namespace/]pod:]file/path';

const withoutTrailingSlash = (path: string): string => (path === '/' ? path : path.replace(/\/$/, ''));

function parseSpec(k: Invocation, typed: string): FileSpec {
  const colon = typed.indexOf(':');
  if (colon === 0) failWith(MALFORMED);
  if (colon < 0) return { namespace: '', typedNamespace: '', pod: '', path: withoutTrailingSlash(typed) };
  const where = typed.slice(0, colon).split('/');
  if (where.length > 2) failWith(MALFORMED);
  const [typedNamespace, pod] = where.length === 2 ? where : ['', where[0]];
  const namespace = typedNamespace || k.namespace().namespace;
  return { namespace, typedNamespace, pod, path: withoutTrailingSlash(typed.slice(colon + 1)).replaceAll('\\', '/') };
}

/** A command in the pod; `say`: where kubectl's own remarks go. */
interface Remote {
  readonly spec: FileSpec;
  readonly command: readonly string[];
  readonly input?: string;
  readonly say: (text: string) => Coroutine<void>;
}

interface RemoteEnd {
  readonly output: string;
  readonly remarks: string;
  readonly code: number;
}

/** Runs a command in the pod and gives its output; its remarks (stderr) are the caller's to say. */
function* runInPod(k: Invocation, { spec, command, input = '', say }: Remote): Coroutine<RemoteEnd> {
  const pod = (yield* fetchPlain(k, 'pods', spec.namespace, spec.pod)) as unknown as Pod;
  requireUnfinished(pod as unknown as JsonObject, 'exec into');
  const container = k.flags.string('container') || (yield* defaultContainer(k, pod, false, say));
  const endpoint = yield* kubeletOf(k, pod as unknown as JsonObject, 'exec', container);
  const stdout = new TextOutput();
  const stderr = new TextOutput();
  const started = endpoint.exec(spec.namespace, spec.pod, {
    container,
    command,
    stdin: new TextInput(input),
    stdout,
    stderr,
  });
  if (!started.ok) failStream(started.error);
  yield* waitFor([started.value.exited]);
  return { output: stdout.text, remarks: stderr.text, code: started.value.exitStatus?.code ?? 0 };
}

/** A path without `.`, `..` and doubled slashes that stays relative (path.Clean). */
const cleaned = (path: string): string =>
  path.startsWith('/') ? resolvePath('/', path) : resolvePath('/', path).slice(1) || '.';

function* discard(): Coroutine<void> {
  // What the look at the destination says is not shown.
}

function* copyToPod(k: Invocation, from: FileSpec, to: FileSpec): Coroutine<number> {
  const { files } = k.process.machine;
  const local = resolvePath(k.process.cwd, from.path);
  if (!files.exists(local)) failWith(`${from.path} doesn't exist in local filesystem`);
  const look = yield* attempt(runInPod(k, { spec: to, command: ['test', '-d', to.path], say: discard }));
  const isDirectory = 'value' in look && look.value.code === 0;
  // The name as typed: `folder/.` puts what is in the folder into the directory.
  const target = cleaned(isDirectory ? `${to.path}/${baseName(from.path)}` : to.path);
  const tree = readTree(files, local, baseName(target));
  if (!tree.ok) failWith(`open ${from.path}: permission denied`);
  const preserve = k.flags.bool('no-preserve') ? ['--no-same-permissions', '--no-same-owner'] : [];
  const directory = target.includes('/') ? directoryName(target) : '.';
  const command = ['tar', ...preserve, '-xmf', '-', '-C', directory];
  const input = writeTar(tree.value);
  const say = (text: string): Coroutine<void> => k.err(text);
  const { output, remarks, code } = yield* runInPod(k, { spec: to, command, input, say });
  yield* say(remarks);
  yield* k.out(output);
  if (code !== 0)
    throw new CommandFailure([{ type: 'text', text: `command terminated with exit code ${code}`, bare: true }], code);
  return 0;
}

/** Leading slashes and `../` off a path (StripSlashes, Clean, stripPathShortcuts). */
const memberPrefix = (path: string): string => resolvePath('/', path).slice(1);

function* copyFromPod(k: Invocation, from: FileSpec, to: FileSpec): Coroutine<number> {
  const { files } = k.process.machine;
  const command = ['tar', 'cf', '-', from.path];
  // The client's streams are joined to the remote's output: tar's remarks and kubectl's own come out on stdout.
  const say = (text: string): Coroutine<void> => k.out(text);
  const { output, remarks } = yield* runInPod(k, { spec: from, command, say });
  const prefix = memberPrefix(from.path);
  let hint = symlinkHint(from);
  const entries = readTar(output);
  for (const entry of entries) {
    const name = entry.name.replace(/^(\.?\/)+/, '');
    if (!name.startsWith(prefix)) failWith('tar contents corrupted');
    const rest = withoutTrailingSlash(name.slice(prefix.length)).replace(/^\/+/, '');
    const shown = rest === '' ? to.path : `${withoutTrailingSlash(to.path)}/${rest}`;
    if (entry.type === 'link') {
      yield* k.err(`warning: skipping symlink: ${goQuote(shown)} -> ${goQuote(entry.content)}${hint}\n`);
      hint = '';
      continue;
    }
    const path = resolvePath(k.process.cwd, shown);
    if (entry.type !== 'directory' && files.isDirectory(path)) failWith(`open ${shown}: is a directory`);
    writeEntry(files, '/', { ...entry, name: path }, k.process.user);
  }
  // kubectl ends with the archive: tar's remarks come in time only when there was something to unpack.
  if (entries.length > 0) yield* say(remarks);
  return 0;
}

const symlinkHint = ({ typedNamespace, pod, path }: FileSpec): string =>
  ` (consider using "kubectl exec -n ${goQuote(typedNamespace)} ${goQuote(pod)} -- tar cf - ${goQuote(path)} | tar xf -")`;

function* run(k: Invocation): Coroutine<number> {
  if (k.args.length !== 2) failWith('source and destination are required');
  const [from, to] = k.args.map((typed) => parseSpec(k, typed));
  if (from.pod !== '' && to.pod !== '') failWith('one of src or dest must be a local file specification');
  if (from.path === '' || to.path === '') failWith('filepath can not be empty');
  if (from.pod !== '') return yield* copyFromPod(k, from, to);
  if (to.pod !== '') return yield* copyToPod(k, from, to);
  return failWith('one of src or dest must be a remote file specification');
}

/** `kubectl cp` (k8s.io/kubectl/pkg/cmd/cp): tar over exec. */
export const cpCommand = defineVerb({
  name: 'cp',
  usage: '<file-spec-src> <file-spec-dest>',
  short: 'Copy files and directories to and from containers',
  flags: [
    stringFlag('container', 'Container name.', { shorthand: 'c' }),
    boolFlag(
      'no-preserve',
      "The copied file/directory's ownership and permissions will not be preserved in the container",
    ),
    intFlag('retries', 'Set number of retries to complete a copy operation from a container.', { default: '0' }),
  ],
  run,
});
