import { ACCESS, directoryName, fail, ok, type FileNode, type Result } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { parseDate } from '../system/parse-date.js';
import { needOperands } from './operands.js';
import { joinPath } from './walk.js';

/** The folders of a path that are not there yet, the outermost first. */
function missingParents(tool: Tool, operand: string, parents: boolean): string[] {
  const pieces = operand.split('/');
  const prefixes = parents ? pieces.map((_, index) => pieces.slice(0, index + 1).join('/')) : [operand];
  return prefixes.filter((prefix) => prefix !== '' && !tool.machine.files.exists(tool.path(prefix)));
}

export const mkdir = defineCommand({
  name: 'mkdir',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options('-p --parents, -m --mode=, -v --verbose');
    if (!(yield* needOperands(tool, operands))) return 1;
    let status = 0;
    const { files } = tool.machine;
    const owner = tool.process.user;
    for (const operand of operands) {
      const path = tool.path(operand);
      const missing = flags.has('v') ? missingParents(tool, operand, flags.has('p')) : [];
      const made = flags.has('p') ? files.makeDirectories(path, owner) : files.makeDirectory(path, undefined, owner);
      if (!made.ok) {
        status = 1;
        const isFile = made.error === 'ENOTDIR' && flags.has('p') && files.stat(path).ok;
        const reason = errorText(isFile ? 'EEXIST' : made.error);
        yield* tool.complain(`cannot create directory ${tool.quote(operand)}: ${reason}`);
        continue;
      }
      const node = files.stat(path);
      const mode = values.get('m')?.at(-1);
      if (node.ok && mode !== undefined) node.value.mode = Number.parseInt(mode, 8);
      for (const created of missing) yield* tool.out(`mkdir: created directory '${created}'\n`);
    }
    return status;
  }),
});

/** `[[CC]YY]MMDDhhmm[.ss]`. */
function stampTime(text: string, tool: Tool): number | undefined {
  const found = /^(\d\d)?(\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(text);
  if (!found) return undefined;
  const [, first, second, month, day, hour, minute, seconds = '0'] = found as (string | undefined)[];
  const short = second ?? first;
  const thisYear = new Date(tool.machine.simulation.now()).getUTCFullYear();
  const century = second === undefined ? (Number(short) < 69 ? '20' : '19') : first;
  const year = short === undefined ? thisYear : Number(`${century ?? ''}${short}`);
  return Date.UTC(year, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(seconds));
}

function mayTouch({ machine: { files } }: Tool, node: FileNode): boolean {
  return files.owns(node) || files.permits(node, ACCESS.write);
}

/** The time that `-r`, `-t` or `-d` names; now without them. */
function timeAsked(tool: Tool, values: ReadonlyMap<string, readonly string[]>): Result<number, string> {
  const now = tool.machine.simulation.now();
  const [reference, stamp, date] = ['r', 't', 'd'].map((name) => values.get(name)?.at(-1));
  if (reference !== undefined) {
    const found = tool.stat(reference);
    return found.ok
      ? ok(found.value.modifiedAt)
      : fail(`failed to get attributes of '${reference}': ${errorText(found.error)}`);
  }
  const text = stamp ?? date;
  if (text === undefined) return ok(now);
  const time = stamp === undefined ? parseDate(text, now) : stampTime(text, tool);
  if (time !== undefined) return ok(time);
  return fail(`invalid date${tool.isBusybox ? '' : ' format'} ${tool.quote(text)}`);
}

export const touch = defineCommand({
  name: 'touch',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-a, -m, -c --no-create, -d --date=, -t=, -r --reference=, -h',
    );
    if (!(yield* needOperands(tool, operands))) return 1;
    const asked = timeAsked(tool, values);
    if (!asked.ok) {
      yield* tool.complain(asked.error);
      return 1;
    }
    const when = asked.value;
    let status = 0;
    for (const operand of operands) {
      const node = tool.stat(operand);
      if (node.ok && mayTouch(tool, node.value)) node.value.modifiedAt = when;
      else if (node.ok) {
        status = 1;
        yield* tool.complain(`cannot touch '${operand}': ${errorText('EACCES')}`);
      } else if (!flags.has('c')) {
        const made = operand.endsWith('/')
          ? node
          : tool.machine.files.writeFile(tool.path(operand), '', { owner: tool.process.user });
        if (made.ok && 'value' in made && made.value && 'modifiedAt' in made.value) made.value.modifiedAt = when;
        if (!made.ok) {
          status = 1;
          const what = `${operand.endsWith('/') ? 'setting times of' : 'cannot touch'} '${operand}'`;
          yield* tool.complain(`${tool.machine.programs.has('busybox') ? operand : what}: ${errorText(made.error)}`);
        }
      }
    }
    return status;
  }),
});

export const mktemp = defineCommand({
  name: 'mktemp',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-d --directory, -u --dry-run, -q --quiet, -p --tmpdir=?, -t, --suffix=',
    );
    const template = operands[0] ?? 'tmp.XXXXXXXXXX';
    const random = tool.machine.simulation.random.split(`mktemp/${tool.machine.hostname}/${String(tool.process.pid)}`);
    const name =
      template.replace(/X{3,}(?!.*X{3})/, (run) =>
        random.characters(run.length, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'),
      ) + (values.get('suffix')?.at(-1) ?? '');
    if (name === template) return yield* tool.die(`too few X's in template ${tool.quote(template)}`);
    const inFolder = operands.length === 0 || flags.has('p') || flags.has('t');
    const folder = values.get('p')?.at(-1) ?? tool.process.env.get('TMPDIR') ?? '/tmp';
    const shown = inFolder ? joinPath(folder, name) : name;
    const path = tool.path(shown);
    const { files } = tool.machine;
    if (!files.isDirectory(directoryName(path))) {
      const what = `${flags.has('d') ? 'directory' : 'file'} via template ${tool.quote(template)}`;
      return yield* tool.die(`failed to create ${what}: No such file or directory`);
    }
    if (flags.has('d')) files.makeDirectory(path, 0o700, tool.process.user);
    else if (!flags.has('u')) files.writeFile(path, '', { mode: 0o600, owner: tool.process.user });
    yield* tool.out(`${shown}\n`);
    return 0;
  }),
});
