import type { Coroutine } from '@seatrial/kernel';
import { errorText, type Tool } from '../tool/tool.js';
import type { TextBuffer } from './text-buffer.js';

/** Keys with Ctrl, as control characters or written out (`^O`). */
const CONTROL = /^\^([A-Z_\\])/;

/** nano over a file, driven by the keys that are typed: text goes in at the cursor. */
export class NanoSession {
  /** What is asked at the bottom: the name to write to, or whether to write before the end. */
  private asking: 'name' | 'search' | 'save' | undefined;
  private answer = '';
  private leaving = false;
  private cut: string[] = [];
  exit: number | undefined;

  constructor(
    private readonly tool: Tool,
    private readonly buffer: TextBuffer,
    private path: string | undefined,
  ) {}

  *type(keys: string): Coroutine<number> {
    for (let at = 0; at < keys.length; at++) {
      this.tool.charge(1);
      const written = CONTROL.exec(keys.slice(at, at + 2))?.[1];
      const arrow = /^\u001b\[([ABCD])/.exec(keys.slice(at, at + 3));
      const code = keys.charCodeAt(at);
      const control =
        written ??
        (code < 32 && code !== 9 && code !== 10 && code !== 13 && code !== 27
          ? String.fromCharCode(code + 64)
          : undefined);
      if (arrow) {
        this.move(arrow[1]);
        at += 2;
      } else if (control !== undefined) {
        yield* this.control(control);
        if (written !== undefined) at++;
        // A line that holds nothing but the key was ended to type it.
        if (keys[at + 1] === '\n' && this.asking === undefined) at++;
      } else yield* this.plain(keys[at]);
      if (this.exit !== undefined) return at + 1;
    }
    return keys.length;
  }

  private move(arrow: string): void {
    const { line, column } = this.buffer;
    if (arrow === 'A' || arrow === 'B') this.buffer.moveTo(line + (arrow === 'A' ? -1 : 1));
    else this.buffer.moveTo(line, column + (arrow === 'C' ? 1 : -1));
  }

  private *control(key: string): Coroutine<void> {
    const { buffer } = this;
    if (key === 'O') this.ask('name');
    else if (key === 'X') {
      if (!buffer.modified) this.exit = 0;
      else {
        this.leaving = true;
        this.ask('save');
      }
    } else if (key === 'K') this.cut = buffer.takeLines(buffer.line, 1);
    else if (key === 'U') buffer.putLines(buffer.line, this.cut);
    else if (key === 'W') this.ask('search');
    else if (key === 'S') yield* this.save(this.path ?? '');
    else if (key === 'A') buffer.moveTo(buffer.line, 0);
    else if (key === 'E') buffer.moveTo(buffer.line, buffer.current.length);
    else if (key === 'C') this.asking = undefined;
    else if (key === 'H') buffer.deleteBackwards();
  }

  private ask(what: 'name' | 'search' | 'save'): void {
    this.asking = what;
    this.answer = '';
  }

  private *plain(key: string): Coroutine<void> {
    if (this.asking === 'save') {
      this.asking = undefined;
      if (/[yYsS]/.test(key)) this.ask('name');
      else if (/[nN]/.test(key)) this.exit = 0;
      else if (key === '\n') this.asking = 'save';
    } else if (this.asking === undefined) {
      if (key === '\u007f') this.buffer.deleteBackwards();
      else if (key !== '\u001b') this.buffer.insert(key);
    } else if (key !== '\n' && key !== '\r') this.answer += key;
    else yield* this.answered(this.asking, this.answer);
  }

  private *answered(what: 'name' | 'search', answer: string): Coroutine<void> {
    if (what === 'name' && answer === '' && this.leaving && this.path !== undefined && !this.buffer.modified) return;
    this.asking = undefined;
    if (what === 'search') {
      const found = this.buffer.lines.findIndex((line) => line.includes(answer));
      if (found >= 0) this.buffer.moveTo(found, this.buffer.lines[found].indexOf(answer));
      return;
    }
    yield* this.save(answer || (this.path ?? ''));
    if (this.leaving) this.exit = 0;
  }

  private *save(path: string): Coroutine<void> {
    if (path === '') return;
    const existed = this.tool.machine.files.exists(this.tool.path(path));
    const written = this.tool.machine.files.writeFile(
      this.tool.path(path),
      this.buffer.text,
      existed ? {} : { owner: this.tool.process.user },
    );
    if (!written.ok) {
      yield* this.tool.out(`[ Error writing ${path}: ${errorText(written.error)} ]\n`);
      return;
    }
    this.path = path;
    this.buffer.modified = false;
    const { length } = this.buffer.lines;
    yield* this.tool.out(`[ Wrote ${length} line${length === 1 ? '' : 's'} ]\n`);
  }
}
