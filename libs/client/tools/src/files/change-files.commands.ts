import {
  ACCESS,
  baseName,
  compareStrings,
  directoryName,
  type Coroutine,
  type FileErrorCode,
  type FileNode,
} from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { joinPath } from './walk.js';

export function* needOperands(tool: Tool, operands: readonly string[], count = 1): Coroutine<boolean> {
  if (operands.length >= count) return true;
  const text = operands.length === 0 ? 'missing operand' : `missing destination file operand after '${operands[0]}'`;
  const file = ['cp', 'mv', 'touch', 'ln'].includes(tool.name) && operands.length === 0 ? 'missing file operand' : text;
  yield* tool.wrongCall(file);
  return false;
}

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
        yield* tool.complain(
          `cannot create directory ${tool.quote(operand)}: ${errorText(made.error === 'ENOTDIR' && flags.has('p') ? (files.stat(path).ok ? 'EEXIST' : 'ENOTDIR') : made.error)}`,
        );
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

export const rmdir = defineCommand({
  name: 'rmdir',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options('-p --parents, -v --verbose, --ignore-fail-on-non-empty');
    if (!(yield* needOperands(tool, operands))) return 1;
    let status = 0;
    for (const operand of operands) {
      const node = tool.stat(operand, false);
      const removed =
        node.ok && node.value.type !== 'directory'
          ? { ok: false as const, error: 'ENOTDIR' as const }
          : tool.machine.files.remove(tool.path(operand));
      if (removed.ok || (flags.has('ignore-fail-on-non-empty') && removed.error === 'ENOTEMPTY')) continue;
      status = 1;
      yield* tool.complain(`failed to remove '${operand}': ${errorText(removed.error)}`);
    }
    return status;
  }),
});

export const rm = defineCommand({
  name: 'rm',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options(
      '-f --force, -r -R --recursive, -i, -I, -d --dir, -v --verbose, --no-preserve-root, --preserve-root',
    );
    if (operands.length === 0 && flags.has('f')) return 0;
    if (!(yield* needOperands(tool, operands))) return 1;
    let status = 0;
    for (const operand of operands) {
      const node = tool.stat(operand, false);
      const problem = removalProblem(operand, node.ok ? node.value : node.error, flags);
      if (problem !== undefined) {
        if (problem !== '') {
          status = 1;
          yield* tool.complain(problem);
        }
        continue;
      }
      const removed = tool.machine.files.remove(tool.path(operand), flags.has('r'));
      if (removed.ok) {
        if (flags.has('v'))
          yield* tool.out(`removed ${node.ok && node.value.type === 'directory' ? 'directory ' : ''}'${operand}'\n`);
        continue;
      }
      status = 1;
      const below = node.ok && flags.has('r') ? lockedBelow(tool, operand, node.value) : [];
      for (const path of below.length > 0 ? below : [operand])
        yield* tool.complain(`cannot remove '${path}': ${errorText(removed.error)}`);
    }
    return status;
  }),
});

/** What keeps a directory from being removed, deepest first; all else below it is removed. */
function lockedBelow(tool: Tool, path: string, node: FileNode): string[] {
  const { files } = tool.machine;
  tool.charge(1);
  if (node.type !== 'directory' || !files.permits(node, ACCESS.read | ACCESS.execute)) return [path];
  const locked = [...node.entries]
    .sort(([a], [b]) => compareStrings(a, b))
    .flatMap(([name, entry]) => {
      const inner = joinPath(path, name);
      if (files.remove(tool.path(inner), true).ok) return [];
      return entry.type === 'directory' && entry.entries.size > 0 ? lockedBelow(tool, inner, entry) : [inner];
    });
  if (locked.length > 0) return locked;
  return files.remove(tool.path(path)).ok ? [] : [path];
}

/** Why rm leaves something alone: a message, or '' when nothing need be said. */
function removalProblem(
  operand: string,
  found: FileNode | FileErrorCode,
  flags: ReadonlyMap<string, number>,
): string | undefined {
  if (typeof found === 'string')
    return flags.has('f') && found === 'ENOENT' ? '' : `cannot remove '${operand}': ${errorText(found)}`;
  if (/(^|\/)\.{1,2}\/*$/.test(operand)) return `refusing to remove '.' or '..' directory: skipping '${operand}'`;
  if (/^\/+$/.test(operand))
    return "it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe";
  if (found.type === 'directory' && !flags.has('r') && !(flags.has('d') && found.entries.size === 0))
    return `cannot remove '${operand}': ${errorText('EISDIR')}`;
  return undefined;
}

/** Where each source of `cp`, `mv` and `ln` goes. */
export function* destinations(
  tool: Tool,
  operands: readonly string[],
  target: string | undefined,
): Coroutine<(readonly [source: string, destination: string])[] | undefined> {
  if (target !== undefined) return operands.map((source) => [source, joinPath(target, baseName(tool.path(source)))]);
  if (!(yield* needOperands(tool, operands, 2))) return undefined;
  const last = operands[operands.length - 1];
  const sources = operands.slice(0, -1);
  const node = tool.stat(last);
  const folder = node.ok && node.value.type === 'directory';
  if (sources.length > 1 && !folder) {
    yield* tool.complain(
      `target '${last}'${tool.name === 'ln' || !node.ok ? ': No such file or directory' : ' is not a directory'}`.replace(
        ' is not a directory',
        ': Not a directory',
      ),
    );
    return undefined;
  }
  return sources.map((source) => [source, folder ? joinPath(last, baseName(tool.path(source))) : last]);
}

export const mv = defineCommand({
  name: 'mv',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-f --force, -i --interactive, -n --no-clobber, -u --update, -v --verbose, -t --target-directory=, -T --no-target-directory',
    );
    const pairs = yield* destinations(tool, operands, values.get('t')?.at(-1));
    if (!pairs) return 1;
    let status = 0;
    for (const [source, destination] of pairs) {
      const node = tool.stat(source, false);
      let problem = node.ok ? undefined : `cannot stat '${source}': ${errorText(node.error)}`;
      if (node.ok) {
        if (flags.has('n') && tool.stat(destination).ok) continue;
        if (tool.path(source) === tool.path(destination))
          problem = `'${source}' and '${destination}' are the same file`;
        else {
          const moved = tool.machine.files.rename(tool.path(source), tool.path(destination));
          if (!moved.ok)
            problem =
              moved.error === 'EINVAL'
                ? `cannot move '${source}' to a subdirectory of itself, '${destination}'`
                : `cannot move '${source}' to '${destination}': ${errorText(moved.error)}`;
        }
      }
      if (problem !== undefined) {
        status = 1;
        yield* tool.complain(problem);
      } else if (flags.has('v')) yield* tool.out(`renamed '${source}' -> '${destination}'\n`);
    }
    return status;
  }),
});

export const ln = defineCommand({
  name: 'ln',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options(
      '-s --symbolic, -f --force, -n --no-dereference, -v --verbose, -r --relative, -T, -i',
    );
    const pairs =
      operands.length === 1
        ? [[operands[0], baseName(operands[0])] as const]
        : yield* destinations(tool, operands, undefined);
    if (!pairs) return 1;
    const { files } = tool.machine;
    let status = 0;
    for (const [source, destination] of pairs) {
      const path = tool.path(destination);
      if (flags.has('f') && files.stat(path, false).ok) files.remove(path);
      const node = tool.stat(source);
      const problem = flags.has('s') ? files.makeLink(path, source) : node.ok ? files.place(path, node.value) : node;
      if (problem.ok) continue;
      status = 1;
      const kind = flags.has('s') ? 'symbolic link' : 'hard link';
      yield* tool.complain(
        !flags.has('s') && !node.ok
          ? `failed to access '${source}': ${errorText(problem.error)}`
          : `failed to create ${kind} '${destination}': ${errorText(problem.error)}`,
      );
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

export const touch = defineCommand({
  name: 'touch',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-a, -m, -c --no-create, -d --date=, -t=, -r --reference=, -h',
    );
    if (!(yield* needOperands(tool, operands))) return 1;
    const reference = values.get('r')?.at(-1);
    const referenced = reference === undefined ? undefined : tool.stat(reference);
    const given = values.get('d')?.at(-1);
    const stamp = values.get('t')?.at(-1);
    const time = referenced?.ok
      ? referenced.value.modifiedAt
      : stamp !== undefined
        ? stampTime(stamp, tool)
        : given === undefined
          ? undefined
          : Date.parse(given);
    let status = 0;
    for (const operand of operands) {
      const node = tool.stat(operand);
      const when = time === undefined || Number.isNaN(time) ? tool.machine.simulation.now() : time;
      const mayTouch =
        node.ok && (tool.machine.files.owns(node.value) || tool.machine.files.permits(node.value, ACCESS.write));
      if (node.ok && mayTouch) node.value.modifiedAt = when;
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
          yield* tool.complain(
            tool.machine.programs.has('busybox')
              ? `${operand}: ${errorText(made.error)}`
              : `${operand.endsWith('/') ? 'setting times of' : 'cannot touch'} '${operand}': ${errorText(made.error)}`,
          );
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
    const shown =
      operands.length === 0 || flags.has('p') || flags.has('t')
        ? joinPath(values.get('p')?.at(-1) ?? tool.process.env.get('TMPDIR') ?? '/tmp', name)
        : name;
    const path = tool.path(shown);
    const { files } = tool.machine;
    if (!files.isDirectory(directoryName(path)))
      return yield* tool.die(
        `failed to create ${flags.has('d') ? 'directory' : 'file'} via template ${tool.quote(template)}: No such file or directory`,
      );
    if (flags.has('d')) files.makeDirectory(path, 0o700, tool.process.user);
    else if (!flags.has('u')) files.writeFile(path, '', { mode: 0o600, owner: tool.process.user });
    yield* tool.out(`${shown}\n`);
    return 0;
  }),
});
