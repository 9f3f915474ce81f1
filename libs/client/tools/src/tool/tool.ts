import {
  FILE_ERROR_TEXT,
  fail,
  ok,
  reportUnsupported,
  resolvePath,
  sleep,
  type Coroutine,
  type Device,
  type FileErrorCode,
  type FileNode,
  type Machine,
  type Process,
  type Program,
  type Result,
} from '@seatrial/kernel';
import { MatchBudgetExceeded } from '../text/backtracking/backtracking-matcher.js';
import { BUSYBOX_USAGE_STATUS, busyboxUsage, inBusyboxWords } from './busybox-words.js';
import { realOption } from './real-options.js';
import { parseArguments, type ArgumentOptions, type ParsedArguments } from './options.js';

/** Nobody reads a tool's output any more. */
class BrokenPipe extends Error {}

/** A wrong call of a tool: its message was printed, it ends with this status. */
class UsageFailure extends Error {
  constructor(readonly status: number) {
    super('usage');
  }
}

const SIGPIPE_STATUS = 141;
/** A path of more characters takes a while to walk. */
const LONG_PATH = 512;
const DEVICE_PIECE = 65_536;

/** What the code of a tool works with: its arguments, streams and files. */
export class Tool {
  readonly name: string;

  constructor(readonly process: Process) {
    const [name] = process.argv;
    this.name = name.slice(name.lastIndexOf('/') + 1);
  }

  get args(): readonly string[] {
    return this.process.argv.slice(1);
  }

  get machine(): Machine {
    return this.process.machine;
  }

  charge(steps: number): void {
    this.machine.simulation.charge('steps', steps);
  }

  /** Writes to standard output; the tool ends when nobody reads it. */
  *out(text: string): Coroutine<void> {
    if (text !== '' && !(yield* this.process.stdout.write(text))) throw new BrokenPipe();
  }

  *err(text: string): Coroutine<void> {
    yield* this.process.stderr.write(text);
  }

  /** `name: text` on standard error. */
  *complain(text: string): Coroutine<void> {
    yield* this.err(`${this.name}: ${this.isBusybox ? inBusyboxWords(this.name, text) : text}\n`);
  }

  /** Whether the machine has busybox's applets instead of GNU's tools. */
  get isBusybox(): boolean {
    return this.machine.programs.has('busybox');
  }

  /** gnulib's `quote`: as the locale has it; its `quoteaf` (file names) is always `'…'`. */
  quote(text: string): string {
    const { env } = this.process;
    const locale = env.get('LC_ALL') || env.get('LC_CTYPE') || env.get('LANG') || '';
    const curly = /utf-?8/i.test(locale) && !this.machine.programs.has('busybox');
    return curly ? `‘${text}’` : `'${text}'`;
  }

  path(operand: string): string {
    const path = resolvePath(this.process.cwd, operand);
    if (path.length > LONG_PATH) this.charge(path.length);
    return path;
  }

  stat(operand: string, follow = true): Result<FileNode, FileErrorCode> {
    const isFolder = operand.endsWith('/');
    const found =
      operand === '' ? fail('ENOENT' as const) : this.machine.files.stat(this.path(operand), follow || isFolder);
    if (found.ok && isFolder && found.value.type !== 'directory') return fail('ENOTDIR');
    return found;
  }

  /** The content of a file; `-` and undefined are standard input. */
  *read(operand: string | undefined): Coroutine<Result<string, FileErrorCode>> {
    if (operand === undefined || operand === '-') return ok(yield* this.readStdin());
    const device = this.device(operand);
    if (!device) return this.readFile(operand);
    const pieces: string[] = [];
    // It is kept in memory: a device without an end comes to the end of that.
    for (let piece = yield* this.readDevice(device); piece !== ''; piece = yield* this.readDevice(device)) {
      this.machine.simulation.charge('bytes', piece.length);
      pieces.push(piece);
    }
    return ok(pieces.join(''));
  }

  /** The device that an operand names, such as /dev/zero. */
  device(operand: string): Device | undefined {
    if (!operand.startsWith('/dev/') && !this.process.cwd.startsWith('/dev')) return undefined;
    const found = this.stat(operand);
    return found.ok && found.value.type === 'device' ? found.value : undefined;
  }

  /** The next piece that a device gives; nothing at its end. Reading on and on takes time. */
  *readDevice(device: Device): Coroutine<string> {
    const piece = device.read(DEVICE_PIECE) ?? '';
    // Random bytes are dear, zeros are cheap.
    this.charge(1 + (piece.length >> (piece.startsWith('\0') ? 8 : 3)));
    if (piece !== '') yield* sleep(1);
    return piece;
  }

  readFile(operand: string): Result<string, FileErrorCode> {
    const found = operand === '' ? fail('ENOENT' as const) : this.machine.files.readFile(this.path(operand));
    if (found.ok) this.charge(1 + (found.value.length >> 8));
    return found;
  }

  *readStdin(): Coroutine<string> {
    const pieces: string[] = [];
    const { simulation } = this.machine;
    let held = 0;
    try {
      for (
        let piece = yield* this.process.stdin.read();
        piece !== undefined;
        piece = yield* this.process.stdin.read()
      ) {
        this.charge(1 + (piece.length >> 8));
        simulation.charge('bytes', piece.length);
        held += piece.length;
        pieces.push(piece);
      }
      return pieces.join('');
    } finally {
      simulation.charge('bytes', -held);
    }
  }

  /** Arguments by getopt_long; a wrong one prints GNU's message and ends the tool with `status`. */
  *options(
    specification: string,
    options: ArgumentOptions & {
      readonly status?: number;
      readonly args?: readonly string[];
      readonly usage?: string;
    } = {},
  ): Coroutine<ParsedArguments> {
    const args = options.args ?? this.args;
    const applet = this.isBusybox ? busyboxUsage(this.name) : undefined;
    if (applet !== undefined && args[0] === '--help') {
      yield* this.err(applet);
      throw new UsageFailure(0);
    }
    const parsed = parseArguments(args, specification, options);
    if (parsed.ok) return parsed.value;
    const real = this.isBusybox ? undefined : realOption(this.name, parsed.error);
    if (real !== undefined) reportUnsupported(this.machine, `${this.name} ${real}`);
    const hint = applet ?? options.usage ?? `Try '${this.name} --help' for more information.\n`;
    yield* this.err(`${this.name}: ${parsed.error}\n${hint}`);
    throw new UsageFailure(applet === undefined ? (options.status ?? 1) : (BUSYBOX_USAGE_STATUS[this.name] ?? 1));
  }

  /** A call without what it needs: GNU's complaint with its hint, busybox's usage. */
  *wrongCall(text: string, status = 1): Coroutine<number> {
    const applet = this.isBusybox ? busyboxUsage(this.name) : undefined;
    yield* this.err(applet ?? `${this.name}: ${text}\nTry '${this.name} --help' for more information.\n`);
    return applet === undefined ? status : (BUSYBOX_USAGE_STATUS[this.name] ?? 1);
  }

  /** Prints a message and ends the tool. */
  *die(text: string, status = 1): Coroutine<never> {
    yield* this.complain(text);
    throw new UsageFailure(status);
  }

  /** Ends the tool without a word. */
  exit(status: number): never {
    throw new UsageFailure(status);
  }
}

/** A program from the code of a tool. */
export function toolProgram(run: (tool: Tool) => Coroutine<number>): Program {
  return function* (process) {
    const tool = new Tool(process);
    try {
      return yield* run(tool);
    } catch (error) {
      if (error instanceof MatchBudgetExceeded) {
        // grep -P gives up by itself; the other matchers would go on for as long as it takes.
        if (tool.name !== 'grep') tool.charge(Number.MAX_SAFE_INTEGER);
        yield* tool.complain("exceeded PCRE's backtracking limit");
        return 2;
      }
      if (error instanceof BrokenPipe) return SIGPIPE_STATUS;
      if (error instanceof UsageFailure) return error.status;
      throw error;
    }
  };
}

/** strerror(3). */
export function errorText(code: FileErrorCode): string {
  return FILE_ERROR_TEXT[code];
}

/** Lines without their ends; a last line without end counts, an empty rest does not. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
