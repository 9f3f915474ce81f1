import { utf8Length } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { parseCount } from '../text/head.command.js';
import { errorText, toolProgram } from '../tool/tool.js';

const CHUNK = 65_536;

/** dd: blocks from a file, device or standard input. */
export const dd = defineCommand({
  name: 'dd',
  program: toolProgram(function* (tool) {
    const settings = new Map(tool.args.map((arg) => [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)]));
    const size = parseCount(settings.get('bs') ?? settings.get('ibs') ?? '512') ?? 512;
    const count = settings.get('count');
    const wanted = count === undefined ? undefined : (parseCount(count) ?? 0) * size;
    const from = settings.get('if');
    let text: string;
    if (from === '/dev/zero') text = '\0'.repeat(wanted ?? 0);
    else if (from === '/dev/urandom' || from === '/dev/random')
      text = tool.machine.simulation.random.split(`dd/${String(tool.process.pid)}`).characters(wanted ?? 0);
    else {
      const content = yield* tool.read(from);
      if (!content.ok) return yield* tool.die(tool.machine.programs.has('busybox') ? `can't open '${from ?? ''}': ${errorText(content.error)}` : `failed to open '${from ?? ''}': ${errorText(content.error)}`); // prettier-ignore
      text = content.value.slice(0, wanted);
    }
    const began = tool.machine.simulation.now();
    const to = settings.get('of');
    let problem: string | undefined;
    let written = 0;
    if (to === undefined) {
      yield* tool.out(text);
      written = utf8Length(text);
    } else {
      const opened = tool.machine.files.writeFile(tool.path(to), '');
      if (!opened.ok) return yield* tool.die(`failed to open '${to}': ${errorText(opened.error)}`);
      for (let at = 0; at < text.length; at += CHUNK) {
        const piece = text.slice(at, at + CHUNK);
        const done = tool.machine.files.writeFile(tool.path(to), piece, { append: true });
        if (!done.ok) {
          problem = `error writing '${to}': ${errorText(done.error)}`;
          break;
        }
        written += utf8Length(piece);
      }
    }
    if (problem !== undefined) yield* tool.complain(problem);
    const records = (bytes: number): string => `${Math.floor(bytes / size)}+${bytes % size === 0 ? 0 : 1}`;
    const seconds = Math.max(1, tool.machine.simulation.now() - began) / 1000;
    const human = written >= 1e6 ? ` (${(written / 1e6).toPrecision(2)} MB, ${(written / 1048576).toPrecision(2)} MiB)` : written >= 1000 ? ` (${(written / 1e3).toPrecision(2)} kB, ${(written / 1024).toPrecision(2)} KiB)` : ''; // prettier-ignore
    if (settings.get('status') !== 'none')
      yield* tool.err(`${records(utf8Length(text))} records in\n${records(written)} records out\n${written} bytes${human} copied, ${seconds} s, ${(written / seconds / 1e6).toFixed(1)} MB/s\n`); // prettier-ignore
    return problem === undefined ? 0 : 1;
  }),
});
