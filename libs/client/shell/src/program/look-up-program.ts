import {
  ACCESS,
  fail,
  ok,
  resolvePath,
  type Machine,
  type Process,
  type Program,
  type RegularFile,
  type Result,
} from '@seatrial/kernel';

/** An executable and how to start it. */
export interface FoundProgram {
  readonly program: Program;
  /** Where it was found. */
  readonly path: string;
  /** Words that go in front of the arguments when a script names its interpreter: interpreter, its option, the script. */
  readonly interpreter?: readonly string[];
}

export type LookUpFailure =
  /** No such file on the path. */
  | 'not-found'
  /** The name has a slash and leads nowhere. */
  | 'no-such-file'
  | 'is-directory'
  | 'permission-denied'
  /** The interpreter named in the first line is not there. */
  | 'bad-interpreter'
  /** An executable without program and without a script's first line: shells run it themselves. */
  | 'plain-script';

export interface LookUpError {
  readonly failure: LookUpFailure;
  readonly path: string;
  readonly interpreter?: string;
}

/** Default of PATH where none is set, as bash has it. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Root, too, executes only what somebody may. */
function isExecutable({ files }: Machine, file: RegularFile): boolean {
  return (file.mode & 0o111) !== 0 && files.permits(file, ACCESS.execute);
}

function isExecutableFile(machine: Machine, path: string): boolean {
  const found = machine.files.stat(path);
  return found.ok && found.value.type === 'file' && isExecutable(machine, found.value);
}

/** The path of the executable that a name stands for; undefined when there is none on PATH. */
export function findOnPath(machine: Machine, name: string, path: string | undefined, cwd: string): string | undefined {
  for (const folder of (path ?? DEFAULT_PATH).split(':')) {
    const candidate = resolvePath(cwd, `${folder === '' ? '.' : folder}/${name}`);
    if (isExecutableFile(machine, candidate)) return candidate;
  }
  return undefined;
}

/** Finds what runs when a process executes `name`: by PATH, or as a path when the name has a slash. */
export function lookUpProgram(
  process: Pick<Process, 'machine' | 'env' | 'cwd'>,
  name: string,
): Result<FoundProgram, LookUpError> {
  if (name.includes('/')) return programAt(process.machine, resolvePath(process.cwd, name), name);
  const path = name === '' ? undefined : findOnPath(process.machine, name, process.env.get('PATH'), process.cwd);
  return path === undefined ? fail({ failure: 'not-found', path: name }) : programAt(process.machine, path, path);
}

/** What runs when the file at `path` is executed; `shown` is the path as the caller knows it. */
export function programAt(machine: Machine, path: string, shown: string, depth = 0): Result<FoundProgram, LookUpError> {
  const found = machine.files.stat(path);
  if (!found.ok) return fail({ failure: found.error === 'EACCES' ? 'permission-denied' : 'no-such-file', path: shown });
  if (found.value.type === 'directory') return fail({ failure: 'is-directory', path: shown });
  if (found.value.type !== 'file' || !isExecutable(machine, found.value))
    return fail({ failure: 'permission-denied', path: shown });
  return programOf(machine, found.value, shown, depth);
}

const MAX_INTERPRETERS = 4;

function programOf(
  machine: Machine,
  file: RegularFile,
  path: string,
  depth: number,
): Result<FoundProgram, LookUpError> {
  if (file.program !== undefined) {
    const program = machine.programs.get(file.program);
    return program ? ok({ program, path }) : fail({ failure: 'bad-interpreter', path, interpreter: file.program });
  }
  if (!file.content.startsWith('#!')) return fail({ failure: 'plain-script', path });
  const line = file.content.slice(2, Math.max(2, file.content.indexOf('\n'))).trim() || file.content.slice(2).trim();
  const [interpreter, ...options] = line.split(/\s+/);
  const target =
    depth < MAX_INTERPRETERS ? programAt(machine, resolvePath('/', interpreter), interpreter, depth + 1) : undefined;
  if (!target?.ok) return fail({ failure: 'bad-interpreter', path, interpreter });
  const option = options.length > 0 ? [options.join(' ')] : [];
  return ok({
    program: target.value.program,
    path,
    interpreter: [...(target.value.interpreter ?? [interpreter]), ...option, path],
  });
}

/** `argv` of a found program called with these words. */
export function programArguments(found: FoundProgram, argv: readonly string[]): string[] {
  return found.interpreter ? [...found.interpreter, ...argv.slice(1)] : [...argv];
}
