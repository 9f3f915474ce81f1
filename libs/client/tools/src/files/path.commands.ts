import { baseName, directoryName, resolvePath, type Coroutine } from '@seatrial/kernel';
import { findOnPath } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';

function trimSlashes(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
}

function* missingOperand(tool: Tool): Coroutine<number> {
  yield* tool.err(`${tool.name}: missing operand\nTry '${tool.name} --help' for more information.\n`);
  return 1;
}

export const basename = defineCommand({
  name: 'basename',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options('-a --multiple, -s --suffix=, -z --zero');
    if (operands.length === 0) return yield* missingOperand(tool);
    const multiple = flags.has('a') || flags.has('s');
    const suffix = values.get('s')?.at(-1) ?? (multiple ? '' : (operands[1] ?? ''));
    for (const operand of multiple ? operands : operands.slice(0, 1)) {
      const name = trimSlashes(operand) === '/' ? '/' : baseName(trimSlashes(operand));
      const cut = suffix !== '' && name.endsWith(suffix) && name !== suffix ? name.slice(0, -suffix.length) : name;
      yield* tool.out(cut + (flags.has('z') ? '\0' : '\n'));
    }
    return 0;
  }),
});

export const dirname = defineCommand({
  name: 'dirname',
  program: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('-z --zero');
    if (operands.length === 0) return yield* missingOperand(tool);
    for (const operand of operands) {
      const trimmed = trimSlashes(operand);
      yield* tool.out(`${trimmed.includes('/') ? trimSlashes(directoryName(trimmed)) : '.'}\n`);
    }
    return 0;
  }),
});

export const realpath = defineCommand({
  name: 'realpath',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options(
      '-e --canonicalize-existing, -m --canonicalize-missing, -s --strip --no-symlinks, -q, -z, -L, -P',
    );
    if (operands.length === 0) return yield* missingOperand(tool);
    let status = 0;
    for (const operand of operands) {
      const path = tool.path(operand);
      const real = tool.machine.files.realPath(path);
      const parent = tool.machine.files.realPath(directoryName(path));
      if (real.ok) yield* tool.out(`${flags.has('s') ? path : real.value}\n`);
      else if (!flags.has('e') && (parent.ok || flags.has('m')))
        yield* tool.out(`${parent.ok ? resolvePath(parent.value, baseName(path)) : path}\n`);
      else {
        status = 1;
        yield* tool.complain(`${operand}: ${errorText(real.error)}`);
      }
    }
    return status;
  }),
});

function canonicalPath(tool: Tool, operand: string, mustExist: boolean): string | undefined {
  const real = tool.machine.files.realPath(tool.path(operand));
  if (real.ok) return real.value;
  return mustExist ? undefined : tool.path(operand);
}

function linkTarget(tool: Tool, operand: string): string | undefined {
  const node = tool.stat(operand, false);
  return node.ok && node.value.type === 'link' ? node.value.target : undefined;
}

export const readlink = defineCommand({
  name: 'readlink',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options(
      '-f --canonicalize, -e --canonicalize-existing, -m --canonicalize-missing, -n --no-newline, -q, -s, -v, -z',
    );
    if (operands.length === 0) return yield* missingOperand(tool);
    let status = 0;
    const follows = flags.has('f') || flags.has('e') || flags.has('m');
    for (const operand of operands) {
      const text = follows ? canonicalPath(tool, operand, flags.has('e')) : linkTarget(tool, operand);
      if (text === undefined) status = 1;
      else yield* tool.out(text + (flags.has('n') ? '' : '\n'));
    }
    return status;
  }),
});

export const which = defineCommand({
  name: 'which',
  program: toolProgram(function* (tool) {
    let status = 0;
    for (const name of tool.args.filter((arg) => !arg.startsWith('-'))) {
      const given = name.includes('/') && tool.stat(name).ok ? name : undefined;
      const path = name.includes('/')
        ? given
        : findOnPath(tool.machine, name, tool.process.env.get('PATH'), tool.process.cwd);
      if (path === undefined) status = 1;
      else yield* tool.out(`${path}\n`);
    }
    return status;
  }),
});

export const whereis = defineCommand({
  name: 'whereis',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    for (const name of tool.args.filter((arg) => !arg.startsWith('-'))) {
      const path = findOnPath(tool.machine, name, tool.process.env.get('PATH'), tool.process.cwd);
      yield* tool.out(`${name}:${path === undefined ? '' : ` ${path}`}\n`);
    }
    return 0;
  }),
});

export const pwd = defineCommand({
  name: 'pwd',
  program: toolProgram(function* (tool) {
    yield* tool.out(`${tool.process.cwd}\n`);
    return 0;
  }),
});
