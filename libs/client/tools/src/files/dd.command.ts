import { reportUnsupported, sleep, utf8Length, type Coroutine, type Device } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { parseCount } from '../text/head.command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';

const CHUNK = 65_536;
/** Zeros beyond this are not kept as text: the file only takes their blocks. */
const MAX_ZEROS = 16 * 1024 * 1024;

const RATES = [
  [1e9, 'GB', 1024 ** 3, 'GiB'],
  [1e6, 'MB', 1024 ** 2, 'MiB'],
  [1000, 'kB', 1024, 'KiB'],
] as const;

function copied(bytes: number, seconds: number): string {
  const rate = RATES.find(([decimal]) => bytes >= decimal);
  const human = rate
    ? ` (${(bytes / rate[0]).toPrecision(2)} ${rate[1]}, ${(bytes / rate[2]).toPrecision(2)} ${rate[3]})`
    : '';
  return `${bytes} bytes${human} copied, ${seconds} s, ${(bytes / seconds / 1e6).toFixed(1)} MB/s\n`;
}

/** How fast a disk takes zeros, bytes per ms. */
const DISK_RATE = 1_000_000;

/** Many zeros into a file: they take their blocks, and their time. */
function* reserveZeros(
  tool: Tool,
  settings: ReadonlyMap<string, string>,
  bytes: number,
  size: number,
): Coroutine<number> {
  const to = settings.get('of');
  if (to === undefined) return yield* notKept(tool, bytes);
  const { files } = tool.machine;
  const opened = files.writeFile(tool.path(to), '', { owner: tool.process.user });
  if (!opened.ok) return yield* tool.die(`failed to open '${to}': ${errorText(opened.error)}`);
  yield* sleep(Math.ceil(bytes / DISK_RATE));
  const done = opened.value ? files.reserve(tool.path(to), bytes) : opened;
  if (!done.ok) yield* tool.complain(`error writing '${to}': ${errorText(done.error)}`);
  const written = done.ok ? bytes : 0;
  const records = `${Math.floor(written / size)}+0 records`;
  if (settings.get('status') !== 'none')
    yield* tool.err(
      `${records} in\n${records} out\n${copied(written, Math.max(1, Math.ceil(bytes / DISK_RATE)) / 1000)}`,
    );
  return done.ok ? 0 : 1;
}

function* notKept(tool: Tool, bytes: number): Coroutine<number> {
  reportUnsupported(tool.machine, `dd of ${String(bytes)} zeros to a pipe`);
  yield* tool.complain('this is not simulated');
  return 1;
}

const WHOLE_CORE = 1_000_000_000;
const LONGEST_SLEEP = 4096;
const ENDLESS_PIECE = 64 * 1024 * 1024;

/** A device without an end: into a device for ever, with a core; into a file until the disk is full; else until nobody reads. */
function* copyEndless(tool: Tool, device: Device, to: string | undefined): Coroutine<number> {
  const { files } = tool.machine;
  if (device.read(1) === undefined) {
    yield* tool.err(`0+0 records in\n0+0 records out\n0 bytes copied, 0.001 s, 0.0 kB/s\n`);
    return 0;
  }
  if (to === undefined) for (;;) yield* tool.out(yield* tool.readDevice(device));
  if (tool.device(to)) {
    tool.process.cpuNanocores = WHOLE_CORE;
    for (let ms = 1; ; ms = Math.min(2 * ms, LONGEST_SLEEP)) yield* sleep(ms);
  }
  for (;;) {
    const done = files.reserve(tool.path(to), ENDLESS_PIECE, tool.process.user);
    if (!done.ok) return yield* tool.die(`error writing '${to}': ${errorText(done.error)}`);
    yield* sleep(Math.ceil(ENDLESS_PIECE / DISK_RATE));
  }
}

/** fallocate of util-linux: takes a file's blocks at once. */
export const fallocate = defineCommand({
  name: 'fallocate',
  program: toolProgram(function* (tool) {
    const { operands, values } = yield* tool.options(
      '-l --length=, -o --offset=, -x --posix, -n --keep-size, -v --verbose',
    );
    const [file] = operands;
    const length = values.get('l')?.at(-1);
    if (length === undefined) return yield* tool.die('no length argument specified');
    if (file === undefined) return yield* tool.die('no filename specified');
    const bytes = parseCount(length.replace(/i?B?$/i, ''));
    if (bytes === undefined || bytes <= 0)
      return yield* tool.die(`failed to parse length: '${length}': Invalid argument`);
    const { files } = tool.machine;
    const done = files.reserve(tool.path(file), bytes, tool.process.user);
    if (done.ok) return 0;
    const problem = files.exists(tool.path(file)) ? 'fallocate failed' : `cannot open ${file}`;
    return yield* tool.die(`${problem}: ${errorText(done.error)}`);
  }),
});

/** dd: blocks from a file, device or standard input. */
export const dd = defineCommand({
  name: 'dd',
  program: toolProgram(function* (tool) {
    const wrong = tool.args.find(
      (arg) => !/^(?:if|of|bs|ibs|obs|cbs|count|skip|seek|conv|status|iflag|oflag)=/.test(arg),
    );
    if (wrong !== undefined) {
      yield* tool.err(`dd: unrecognized operand ${tool.quote(wrong)}\nTry 'dd --help' for more information.\n`);
      return 1;
    }
    const settings = new Map(tool.args.map((arg) => [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)]));
    const size = parseCount(settings.get('bs') ?? settings.get('ibs') ?? '512') ?? 512;
    const count = settings.get('count');
    const wanted = count === undefined ? undefined : (parseCount(count) ?? 0) * size;
    const from = settings.get('if');
    let text: string;
    const endless = from === undefined || wanted !== undefined ? undefined : tool.device(from);
    if (endless) return yield* copyEndless(tool, endless, settings.get('of'));
    if (from === '/dev/zero' && (wanted ?? 0) > MAX_ZEROS)
      return yield* reserveZeros(tool, settings, wanted ?? 0, size);
    if (from === '/dev/zero') text = '\0'.repeat(wanted ?? 0);
    else if (from === '/dev/urandom' || from === '/dev/random')
      text = tool.machine.simulation.random.split(`dd/${String(tool.process.pid)}`).characters(wanted ?? 0);
    else {
      const content = yield* tool.read(from);
      if (!content.ok)
        return yield* tool.die(
          tool.machine.programs.has('busybox')
            ? `can't open '${from ?? ''}': ${errorText(content.error)}`
            : `failed to open '${from ?? ''}': ${errorText(content.error)}`,
        );
      text = content.value.slice(0, wanted);
    }
    const began = tool.machine.simulation.now();
    const to = settings.get('of');
    let problem: string | undefined;
    let written = 0;
    if (to === undefined) {
      yield* tool.out(text);
      written = utf8Length(text);
    } else {
      const opened = tool.machine.files.writeFile(tool.path(to), '');
      if (!opened.ok) return yield* tool.die(`failed to open '${to}': ${errorText(opened.error)}`);
      for (let at = 0; at < text.length; at += CHUNK) {
        const piece = text.slice(at, at + CHUNK);
        const done = tool.machine.files.writeFile(tool.path(to), piece, { append: true });
        if (!done.ok) {
          problem = `error writing '${to}': ${errorText(done.error)}`;
          break;
        }
        written += utf8Length(piece);
      }
    }
    if (problem !== undefined) yield* tool.complain(problem);
    const records = (bytes: number): string => `${Math.floor(bytes / size)}+${bytes % size === 0 ? 0 : 1}`;
    const seconds = Math.max(1, tool.machine.simulation.now() - began) / 1000;
    if (settings.get('status') !== 'none')
      yield* tool.err(
        `${records(utf8Length(text))} records in\n${records(written)} records out\n${copied(written, seconds)}`,
      );
    return problem === undefined ? 0 : 1;
  }),
});
