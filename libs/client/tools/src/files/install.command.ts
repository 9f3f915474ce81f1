import { defineCommand } from '../command.js';
import { errorText, toolProgram } from '../tool/tool.js';
import { joinPath } from './walk.js';

const USAGE = "Try 'install --help' for more information.\n";

/** `install -o root -g root -m 0755 kubectl /usr/local/bin/kubectl`, `install -d folder`. */
export const install = defineCommand({
  name: 'install',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-b, -c, -C --compare, -d --directory, -D, -g --group=, -m --mode=, -o --owner=, -p --preserve-timestamps, -s --strip, -S --suffix=, -t --target-directory=, -T --no-target-directory, -v --verbose',
    );
    const { files } = tool.machine;
    const mode = Number.parseInt(values.get('m')?.at(-1) ?? '755', 8);
    const owner = values.get('o')?.at(-1) ?? tool.process.user;
    if (Number.isNaN(mode)) return yield* tool.die(`invalid mode ${tool.quote(values.get('m')?.at(-1) ?? '')}`);
    if (values.has('o') && owner !== tool.process.user && tool.process.user !== 'root')
      return yield* tool.die(
        `cannot change ownership of ${tool.quote(operands.at(-1) ?? '')}: Operation not permitted`,
      );
    if (operands.length === 0) {
      yield* tool.err(`install: missing file operand\n${USAGE}`);
      return 1;
    }
    if (flags.has('d')) {
      for (const folder of operands) {
        const made = files.makeDirectories(tool.path(folder), owner);
        if (!made.ok) return yield* tool.die(`cannot create directory ${tool.quote(folder)}: ${errorText(made.error)}`);
      }
      return 0;
    }
    const target = values.get('t')?.at(-1);
    const sources = target === undefined ? operands.slice(0, -1) : operands;
    const destination = target ?? operands[operands.length - 1];
    if (sources.length === 0) {
      yield* tool.err(`install: missing destination file operand after ${tool.quote(operands[0])}\n${USAGE}`);
      return 1;
    }
    const intoFolder = files.isDirectory(tool.path(destination));
    if (!intoFolder && sources.length > 1)
      return yield* tool.die(`target ${tool.quote(destination)} is not a directory`);
    let status = 0;
    for (const source of sources) {
      const found = tool.stat(source);
      if (!found.ok || found.value.type !== 'file') {
        status = 1;
        yield* tool.complain(
          found.ok ? `omitting directory '${source}'` : `cannot stat '${source}': ${errorText(found.error)}`,
        );
        continue;
      }
      const path = intoFolder ? joinPath(destination, source.slice(source.lastIndexOf('/') + 1)) : destination;
      const written = files.writeFile(tool.path(path), found.value.content, { mode, owner });
      if (!written.ok) {
        status = 1;
        yield* tool.complain(`cannot create regular file '${path}': ${errorText(written.error)}`);
        continue;
      }
      const copy = files.stat(tool.path(path));
      // The program behind an executable goes with it.
      if (copy.ok && copy.value.type === 'file' && found.value.program !== undefined)
        copy.value.program = found.value.program;
      if (copy.ok) copy.value.mode = mode;
      if (flags.has('v')) yield* tool.out(`'${source}' -> '${path}'\n`);
    }
    return status;
  }),
});
