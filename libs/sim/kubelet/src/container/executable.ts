import {
  FileSystem,
  reportUnsupported,
  fail,
  ok,
  resolvePath,
  type Program,
  type ProgramTable,
  type Result,
} from '@seatrial/kernel';
import type { ContainerImage } from '../kubelet-options.js';

/** What execve would run: a program and the arguments it gets (a script's interpreter comes first). */
export interface Executable {
  readonly program: Program;
  readonly argv: readonly string[];
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const MAX_INTERPRETERS = 4;

/** Stands for an executable whose behaviour nobody has given: says so, and fails as a missing command does. */
function unsupportedProgram(name: string): Program {
  return function* (process) {
    reportUnsupported(process.machine, `the command ${name} in a container`);
    yield* process.stderr.write(`${name}: not simulated\n`);
    return 127;
  };
}

function findOnPath(files: FileSystem, name: string, path: string): string | undefined {
  for (const directory of path.split(':')) {
    const candidate = resolvePath('/', `${directory}/${name}`);
    const found = files.look(candidate);
    if (found.ok && found.value.type === 'file' && (found.value.mode & 0o111) !== 0) return candidate;
  }
  return undefined;
}

/** Finds what a command runs; the error is runc's text (`exec: "x": executable file not found in $PATH`). */
export function resolveExecutable(
  files: FileSystem,
  programs: ProgramTable,
  argv: readonly string[],
  options: { readonly cwd: string; readonly path?: string },
): Result<Executable, string> {
  return resolve(files, programs, argv, options, 0);
}

function resolve(
  files: FileSystem,
  programs: ProgramTable,
  argv: readonly string[],
  options: { readonly cwd: string; readonly path?: string },
  depth: number,
): Result<Executable, string> {
  const name = argv[0] ?? '';
  const quoted = JSON.stringify(name);
  const path = name.includes('/')
    ? resolvePath(options.cwd, name)
    : name === ''
      ? undefined
      : findOnPath(files, name, options.path ?? DEFAULT_PATH);
  if (path === undefined) return fail(`exec: ${quoted}: executable file not found in $PATH`);
  const found = files.look(path);
  if (!found.ok)
    return fail(
      `exec: ${quoted}: stat ${name}: ${found.error === 'ENOTDIR' ? 'not a directory' : 'no such file or directory'}`,
    );
  if (found.value.type !== 'file')
    return fail(`exec: ${quoted}: ${found.value.type === 'directory' ? 'is a directory' : 'permission denied'}`);
  if ((found.value.mode & 0o111) === 0) return fail(`exec: ${quoted}: permission denied`);
  const program = found.value.program === undefined ? undefined : programs.get(found.value.program);
  if (program) return ok({ program, argv });
  if (found.value.program !== undefined) return ok({ program: unsupportedProgram(found.value.program), argv });
  const shebang = /^#! *(\S+)(?: +([^\n]*\S))? *(?:\n|$)/.exec(found.value.content);
  if (!shebang) return fail(`exec ${name}: exec format error`);
  if (depth >= MAX_INTERPRETERS) return fail(`exec ${name}: too many levels of symbolic links`);
  const interpreter = [shebang[1], ...(shebang[2] ? [shebang[2]] : []), path, ...argv.slice(1)];
  const resolved = resolve(files, programs, interpreter, options, depth + 1);
  return resolved.ok ? resolved : fail(`exec ${name}: no such file or directory`);
}

interface Found {
  readonly programs: ProgramTable;
  readonly byCommand: Map<string, Executable | undefined>;
}

const MAX_COMMANDS = 100;
const found = new WeakMap<ContainerImage, Found>();

/** What a command runs in an image as it is, where that is a program that rests. */
export function restingProgram(
  image: ContainerImage,
  programs: ProgramTable,
  argv: readonly string[],
  options: { readonly cwd: string; readonly path: string },
): Executable | undefined {
  let known = found.get(image);
  if (known?.programs !== programs) {
    known = { programs, byCommand: new Map() };
    found.set(image, known);
  }
  const key = [options.cwd, options.path, ...argv].join('\0');
  if (!known.byCommand.has(key)) {
    if (known.byCommand.size >= MAX_COMMANDS) known.byCommand.clear();
    const files = new FileSystem({ now: () => 0 }, image.createRoot(0));
    const resolved = resolveExecutable(files, programs, argv, options);
    known.byCommand.set(key, resolved.ok && resolved.value.program.rests ? resolved.value : undefined);
  }
  return known.byCommand.get(key);
}
