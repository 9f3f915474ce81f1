import { defineCommand } from '../command.js';
import { errorText, splitLines, toolProgram } from '../tool/tool.js';

export const uniq = defineCommand({
  name: 'uniq',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-c --count, -d --repeated, -D, -u --unique, -i --ignore-case, -f --skip-fields=, -s --skip-chars=, -w --check-chars=, -z',
    );
    const text = yield* tool.read(operands[0]);
    if (!text.ok) return yield* tool.die(`${operands[0]}: ${errorText(text.error)}`);
    const number = (name: string): number => Number(values.get(name)?.at(-1) ?? 0);
    const keyOf = (line: string): string => {
      let key = line;
      for (let i = 0; i < number('f'); i++) key = key.replace(/^[ \t]*[^ \t]*/, '');
      key = key.slice(number('s'));
      if (flags.has('w')) key = key.slice(0, number('w'));
      return flags.has('i') ? key.toLowerCase() : key;
    };
    const groups: { key: string; lines: string[] }[] = [];
    for (const line of splitLines(text.value)) {
      const key = keyOf(line);
      const last = groups.at(-1);
      if (last?.key === key) last.lines.push(line);
      else groups.push({ key, lines: [line] });
    }
    let result = '';
    for (const { lines } of groups) {
      if ((flags.has('d') || flags.has('D')) && lines.length < 2) continue;
      if (flags.has('u') && lines.length > 1) continue;
      const count = flags.has('c') ? `${String(lines.length).padStart(7)} ` : '';
      for (const line of flags.has('D') ? lines : lines.slice(0, 1)) result += `${count}${line}\n`;
    }
    if (operands[1] === undefined) yield* tool.out(result);
    else tool.machine.files.writeFile(tool.path(operands[1]), result);
    return 0;
  }),
});
