import { defineCommand } from '../command.js';
import { errorText, toolProgram } from '../tool/tool.js';
import { parseCount } from './head.command.js';

const LETTERS = 26;
const LONGEST_NAME = 256;
const MOST_FILES = 10_000;

/** `aa`, `ab`… or `00`, `01`…. */
function suffixOf(index: number, length: number, numeric: boolean): string | undefined {
  const base = numeric ? 10 : LETTERS;
  let [text, rest] = ['', index];
  for (let at = 0; at < length; at++) {
    text = (numeric ? String(rest % base) : String.fromCharCode(97 + (rest % base))) + text;
    rest = Math.floor(rest / base);
  }
  return rest > 0 ? undefined : text;
}

function piecesOf(text: string, unit: 'lines' | 'bytes', size: number): string[] {
  const pieces: string[] = [];
  if (unit === 'bytes') for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size));
  else {
    const lines = text.split(/(?<=\n)/);
    for (let at = 0; at < lines.length && text !== ''; at += size) pieces.push(lines.slice(at, at + size).join(''));
  }
  return pieces;
}

/** `split`: a file in pieces of so many lines or bytes. */
export const split = defineCommand({
  name: 'split',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-l --lines=, -b --bytes=, -n --number=, -a --suffix-length=, -d --numeric-suffixes=?, --additional-suffix=, --verbose',
    );
    const [source = '-', prefix = 'x'] = operands;
    const text = yield* tool.read(source);
    if (!text.ok) return yield* tool.die(`cannot open '${source}' for reading: ${errorText(text.error)}`);
    const unit = values.has('b') ? 'bytes' : 'lines';
    const given = values.get(unit === 'bytes' ? 'b' : 'l')?.at(-1) ?? '1000';
    const size = parseCount(given) ?? 0;
    const parts = Number(values.get('n')?.at(-1));
    if (size <= 0) return yield* tool.die(`invalid number of ${unit}: ${tool.quote(given)}`);
    const pieces =
      parts > 0
        ? piecesOf(text.value, 'bytes', Math.ceil(text.value.length / parts))
        : piecesOf(text.value, unit, size);
    // A longer suffix makes a name that no file system takes.
    const length = Math.min(LONGEST_NAME, Number(values.get('a')?.at(-1) ?? 2));
    for (const [index, piece] of pieces.entries()) {
      tool.charge(1);
      const suffix = index < MOST_FILES ? suffixOf(index, length, flags.has('d')) : undefined;
      if (suffix === undefined) return yield* tool.die('output file suffixes exhausted');
      const name = prefix + suffix + (values.get('additional-suffix')?.at(-1) ?? '');
      const written = tool.machine.files.writeFile(tool.path(name), piece, { owner: tool.process.user });
      if (!written.ok) return yield* tool.die(`${name}: ${errorText(written.error)}`);
      if (flags.has('verbose')) yield* tool.out(`creating file '${name}'\n`);
    }
    return 0;
  }),
});
