import { defineCommand } from '../command.js';
import { errorText, toolProgram } from '../tool/tool.js';

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, KB: 1000, M: 1024 ** 2, MB: 1e6, G: 1024 ** 3, GB: 1e9 }; // prettier-ignore

/** `10K`, `+5`, `-1M`: a size, absolute or relative; undefined when it is none. */
function parseSize(text: string): { readonly sign: string; readonly bytes: number } | undefined {
  const found = /^([-+<>%/]?)(\d+)([KMG]B?|)$/.exec(text.replace(/iB$/, ''));
  return found ? { sign: found[1], bytes: Number(found[2]) * UNITS[found[3]] } : undefined;
}

/** truncate(1) of coreutils 9.1. */
export const truncate = defineCommand({
  name: 'truncate',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-c --no-create, -o --io-blocks, -r --reference=, -s --size=',
    );
    const text = values.get('s')?.at(-1);
    const hint = "\nTry 'truncate --help' for more information.";
    if (text === undefined) return yield* tool.die(`you must specify either ‘--size’ or ‘--reference’${hint}`);
    const size = parseSize(text);
    if (!size) return yield* tool.die(`Invalid number: ${tool.quote(text)}`);
    if (operands.length === 0) return yield* tool.die(`missing file operand${hint}`);
    let status = 0;
    for (const operand of operands) {
      const before = tool.readFile(operand);
      if (!before.ok && (before.error !== 'ENOENT' || flags.has('c'))) {
        if (before.error === 'ENOENT') continue;
        status = 1;
        yield* tool.complain(`cannot open '${operand}' for writing: ${errorText(before.error)}`);
        continue;
      }
      const old = before.ok ? before.value : '';
      const length =
        size.sign === '+' ? old.length + size.bytes : size.sign === '-' ? old.length - size.bytes : size.bytes;
      const wanted = Math.max(0, length);
      tool.machine.simulation.charge('bytes', Math.max(0, wanted - old.length));
      const written = tool.machine.files.writeFile(tool.path(operand), old.slice(0, wanted).padEnd(wanted, '\0'));
      if (written.ok) continue;
      status = 1;
      yield* tool.complain(`cannot open '${operand}' for writing: ${errorText(written.error)}`);
    }
    return status;
  }),
});

/** unlink(1) of coreutils 9.1. */
export const unlink = defineCommand({
  name: 'unlink',
  program: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('--help');
    const hint = "\nTry 'unlink --help' for more information.";
    if (operands.length === 0) return yield* tool.die(`missing operand${hint}`);
    if (operands.length > 1) return yield* tool.die(`extra operand ${tool.quote(operands[1])}${hint}`);
    const node = tool.stat(operands[0], false);
    const problem = !node.ok ? node.error : node.value.type === 'directory' ? ('EISDIR' as const) : undefined;
    if (problem !== undefined) return yield* tool.die(`cannot unlink '${operands[0]}': ${errorText(problem)}`);
    tool.machine.files.remove(tool.path(operands[0]));
    return 0;
  }),
});
