import { encodeUtf8 } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram } from '../tool/tool.js';

const ROW = 16;

function canonicalRow(bytes: Uint8Array, offset: number): string {
  const cells = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const left = cells.slice(0, 8).join(' ').padEnd(23);
  const right = cells.slice(8).join(' ').padEnd(23);
  const shown = Array.from(bytes, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
  return `${offset.toString(16).padStart(8, '0')}  ${left}  ${right}  |${shown}|\n`;
}

function wordRow(bytes: Uint8Array, offset: number): string {
  const words: string[] = [];
  for (let at = 0; at < bytes.length; at += 2)
    words.push(((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)).toString(16).padStart(4, '0'));
  return `${offset.toString(16).padStart(7, '0')} ${words.join(' ').padEnd(39)}\n`;
}

/** `hexdump`, `hexdump -C`; rows like the one before are a `*`. */
export const hexdump = defineCommand({
  name: 'hexdump',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-C --canonical, -n --length=, -s --skip=, -v --no-squeezing',
    );
    let text = '';
    for (const operand of operands.length > 0 ? operands : ['-']) {
      const content = yield* tool.read(operand);
      if (!content.ok) return yield* tool.die(`${operand}: ${errorText(content.error)}`);
      text += content.value;
    }
    const skip = Number(values.get('s')?.at(-1) ?? 0);
    const length = values.get('n')?.at(-1);
    const bytes = encodeUtf8(text).slice(skip, length === undefined ? undefined : skip + Number(length));
    const canonical = flags.has('C');
    let [result, before] = ['', ''];
    for (let at = 0; at < bytes.length; at += ROW) {
      tool.charge(1);
      const row = bytes.slice(at, at + ROW);
      const key = row.join();
      if (key === before && row.length === ROW && !flags.has('v')) result += result.endsWith('*\n') ? '' : '*\n';
      else result += canonical ? canonicalRow(row, skip + at) : wordRow(row, skip + at);
      before = key;
    }
    if (bytes.length > 0) result += `${(skip + bytes.length).toString(16).padStart(canonical ? 8 : 7, '0')}\n`;
    yield* tool.out(result);
    return 0;
  }),
});
