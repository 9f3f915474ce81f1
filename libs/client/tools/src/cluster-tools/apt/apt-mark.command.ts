import type { Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../../command.js';
import { toolProgram, type Tool } from '../../tool/tool.js';
import { nodeOf, notSimulated } from '../cluster-tool.js';
import { DEBIAN_PACKAGES } from './debian-packages.js';

const ERROR_STATUS = 100;

/** `apt-mark hold` and `unhold` (apt 2.6, cmdline/apt-mark.cc). */
function* hold(tool: Tool, names: readonly string[], held: boolean): Coroutine<number> {
  const packages = nodeOf(tool)?.packages;
  if (!packages || names.some((name) => Object.hasOwn(DEBIAN_PACKAGES, name)))
    return yield* notSimulated(tool, 'hold of these packages');
  const unknown = names.filter((name) => packages.versionOf(name) === undefined);
  yield* tool.err(unknown.map((name) => `E: Unable to locate package ${name}\n`).join(''));
  if (unknown.length > 0 || names.length === 0) {
    yield* tool.err('E: No packages found\n');
    return ERROR_STATUS;
  }
  const isRoot = tool.process.user === 'root';
  for (const name of names) {
    if (packages.held.includes(name) === held)
      yield* tool.out(`${name} was already ${held ? 'set on hold' : 'not on hold'}.\n`);
    else if (isRoot) {
      packages.hold(name, held);
      yield* tool.out(held ? `${name} set on hold.\n` : `Canceled hold on ${name}.\n`);
    } else {
      yield* tool.err(
        'dpkg: error: requested operation requires superuser privilege\nE: Executing dpkg failed. Are you root?\n',
      );
      return ERROR_STATUS;
    }
  }
  return 0;
}

/** `apt-mark` on Kubernetes' packages. */
export const aptMark = defineCommand({
  name: 'apt-mark',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('-q --quiet, -s --simulate');
    const [verb = '', ...names] = operands;
    if (verb === 'hold' || verb === 'unhold') return yield* hold(tool, names, verb === 'hold');
    if (verb === 'showhold' || verb === 'showholds') {
      const held = nodeOf(tool)?.packages?.held ?? [];
      const shown = names.length === 0 ? held : held.filter((name) => names.includes(name));
      yield* tool.out(shown.map((name) => `${name}\n`).join(''));
      return 0;
    }
    if (/^(?:auto|manual|minimize-manual|showauto|showmanual)?$/.test(verb)) return yield* notSimulated(tool, verb);
    yield* tool.err(`E: Invalid operation ${verb}\n`);
    return ERROR_STATUS;
  }),
});
