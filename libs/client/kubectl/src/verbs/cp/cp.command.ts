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
import { readTree, writeEntry } from '../../archive/file-tree.js';
import { readTar, writeTar } from '../../archive/tar-archive.js';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag, intFlag, stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { fetchObject } from '../../resource/resolve-infos.js';
import { mappingFor } from '../../resource/resource-selection.js';
import { kubeletOf } from '../exec/pod-streams.js';
import { defaultContainer } from '../pod-streams/choose-pod.js';
import { failStream } from '../pod-streams/stream-failure.js';

/** `[[namespace/]pod:]path`. */
interface FileSpec {
  readonly namespace: string;
  readonly pod: string;
  readonly path: string;
}

function parseSpec(k: Invocation, typed: string): FileSpec {
  const colon = typed.indexOf(':');
  if (colon === 0) failWith('filespec must match the canonical format: [[namespace/]pod:]file/path');
  if (colon < 0) return { namespace: '', pod: '', path: typed };
  const where = typed.slice(0, colon).split('/');
  if (where.length > 2) failWith('filespec must match the canonical format: [[namespace/]pod:]file/path');
  const [namespace, pod] = where.length === 2 ? where : [k.namespace().namespace, where[0]];
  return { namespace, pod, path: typed.slice(colon + 1) };
}

/** Runs a command in the pod and gives its output; its stderr goes to ours. */
function* runInPod(
  k: Invocation,
  spec: FileSpec,
  command: readonly string[],
  input: string,
): Coroutine<{ readonly output: string; readonly code: number }> {
  const mapping = yield* mappingFor(k, 'pods');
  const pod = (yield* fetchObject(k, mapping, spec.namespace, spec.pod)) as unknown as Pod;
  const container = k.flags.string('container') || (yield* defaultContainer(k, pod));
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
  // The client's own streams are joined to the remote's: tar's remarks come out on stdout.
  yield* k.out(stderr.text);
  return { output: stdout.text, code: started.value.exitStatus?.code ?? 0 };
}

function* copyToPod(k: Invocation, from: FileSpec, to: FileSpec): Coroutine<number> {
  const { files } = k.process.machine;
  if (to.path === '' || from.path === '') failWith('filepath can not be empty');
  const local = resolvePath(k.process.cwd, from.path);
  if (!files.exists(local)) failWith(`${from.path} doesn't exist in local filesystem`);
  let target = to.path;
  if (target.endsWith('/')) target = `${target}${baseName(local)}`;
  else if ((yield* runInPod(k, to, ['test', '-d', target], '')).code === 0) target = `${target}/${baseName(local)}`;
  const tree = readTree(files, local, baseName(target));
  if (!tree.ok) failWith(`open ${from.path}: permission denied`);
  const directory = directoryName(resolvePath('/', target));
  const command = [
    'tar',
    ...(k.flags.bool('no-preserve') ? ['--no-same-permissions', '--no-same-owner'] : []),
    '-xmf',
    '-',
    '-C',
    directory,
  ];
  const { code } = yield* runInPod(k, to, command, writeTar(tree.value));
  if (code !== 0) failWith(`command terminated with exit code ${code}`);
  return 0;
}

function* copyFromPod(k: Invocation, from: FileSpec, to: FileSpec): Coroutine<number> {
  const { files } = k.process.machine;
  if (to.path === '' || from.path === '') failWith('filepath can not be empty');
  const { output, code } = yield* runInPod(k, from, ['tar', 'cf', '-', from.path], '');
  if (code !== 0 && output === '') return 0;
  const source = resolvePath('/', from.path).slice(1);
  let local = resolvePath(k.process.cwd, to.path);
  if (files.isDirectory(local)) local = `${local}/${baseName(source)}`;
  for (const entry of readTar(output)) {
    const rest = entry.name.replace(/^\.?\//, '').slice(source.length);
    writeEntry(files, directoryName(local), { ...entry, name: `${baseName(local)}${rest}` }, k.process.user);
  }
  return 0;
}

function* run(k: Invocation): Coroutine<number> {
  if (k.args.length !== 2) failWith('source and destination are required');
  const [from, to] = k.args.map((typed) => parseSpec(k, typed));
  if (from.pod !== '' && to.pod !== '') failWith('one of src or dest must be a local file specification');
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
