import { reportUnsupported, type Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { gunzipText, gzipText, isGzip } from './gzip-format.js';

const OPTIONS =
  '-d --decompress, -c --stdout, -k --keep, -f --force, -v --verbose, -t --test, -n --no-name, -q --quiet, -1 --fast, -2, -3, -4, -5, -6, -7, -8, -9 --best';

/** The result of one file: the changed text, or what is wrong with it. */
function* converted(tool: Tool, text: string, shown: string, unpack: boolean): Coroutine<string | undefined> {
  tool.charge(text.length >> 3);
  if (!unpack) return gzipText(text);
  if (!isGzip(text)) {
    yield* tool.err(`\n${tool.name}: ${shown}: not in gzip format\n`);
    return undefined;
  }
  const plain = gunzipText(text);
  if (plain !== undefined) return plain;
  reportUnsupported(tool.machine, 'gzip files made elsewhere');
  yield* tool.complain(`${shown}: compressed data are not simulated`);
  return undefined;
}

function* convertFile(
  tool: Tool,
  path: string,
  unpack: boolean,
  flags: ReadonlyMap<string, number>,
): Coroutine<number> {
  const { files } = tool.machine;
  const toStdout = flags.has('c') || tool.name === 'zcat';
  const node = tool.stat(path);
  if (node.ok && node.value.type === 'directory') {
    yield* tool.complain(`${path} is a directory -- ignored`);
    return 2;
  }
  if (!toStdout && unpack !== /\.t?gz$/.test(path)) {
    yield* tool.complain(unpack ? `${path}: unknown suffix -- ignored` : `${path} already has .gz suffix -- unchanged`);
    return 2;
  }
  const text = tool.readFile(path);
  if (!text.ok) {
    yield* tool.complain(`${path}: ${errorText(text.error)}`);
    return 1;
  }
  const result = yield* converted(tool, text.value, path, unpack);
  if (result === undefined) return 1;
  if (flags.has('t')) return 0;
  if (toStdout) {
    yield* tool.out(result);
    return 0;
  }
  const target = unpack ? path.replace(/\.tgz$/, '.tar').replace(/\.gz$/, '') : `${path}.gz`;
  if (files.exists(tool.path(target)) && !flags.has('f')) {
    yield* tool.complain(`${target} already exists;\tnot overwritten`);
    return 2;
  }
  const written = files.writeFile(tool.path(target), result, { owner: tool.process.user });
  if (!written.ok) {
    yield* tool.complain(`${target}: ${errorText(written.error)}`);
    return 1;
  }
  if (!flags.has('k')) files.remove(tool.path(path));
  return 0;
}

function* run(tool: Tool): Coroutine<number> {
  const { flags, operands } = yield* tool.options(OPTIONS);
  const unpack = tool.name !== 'gzip' || flags.has('d') || flags.has('t');
  if (operands.length === 0 || (operands.length === 1 && operands[0] === '-')) {
    const result = yield* converted(tool, yield* tool.readStdin(), 'stdin', unpack);
    if (result === undefined) return 1;
    if (!flags.has('t')) yield* tool.out(result);
    return 0;
  }
  let status = 0;
  for (const path of operands) status = Math.max(status, yield* convertFile(tool, path, unpack, flags));
  return status;
}

const program = toolProgram(run);

/** `gzip`, `gunzip` and `zcat`: genuine gzip files, whose data are stored. */
export const gzip = defineCommand({ name: 'gzip', program });
export const gunzip = defineCommand({ name: 'gunzip', program });
export const zcat = defineCommand({ name: 'zcat', program });
