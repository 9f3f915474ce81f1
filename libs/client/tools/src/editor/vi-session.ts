import type { Coroutine } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import { findLine, runExCommand, type EditedFile } from './ex-command.js';

const ESCAPE = '\u001b';
const BACKSPACE = /[\u0008\u007f]/;
const MAX_COUNT = 10_000;

type Mode = 'normal' | 'insert' | 'command' | 'search';

/** vim's modes over a file, driven by the keys that are typed. */
export class ViSession {
  private mode: Mode = 'normal';
  private typed = '';
  private pending = '';
  private count = '';
  private register: string[] = [];
  private lastSearch = '';
  /** Set once the editor ends. */
  exit: number | undefined;

  constructor(
    private readonly tool: Tool,
    private readonly file: EditedFile,
  ) {}

  /** Types keys; what is left after the editor's end is not taken. Gives how many were. */
  *type(keys: string): Coroutine<number> {
    for (let at = 0; at < keys.length; at++) {
      this.tool.charge(1);
      const arrow = /^\u001b\[([ABCDHF])/.exec(keys.slice(at, at + 3));
      if (arrow) {
        this.move({ A: 'k', B: 'j', C: 'l', D: 'h', H: '0', F: '$' }[arrow[1]] ?? '', 1);
        at += 2;
        continue;
      }
      // A typed line's end is no key of its own where no text is written.
      const lineEnd = this.mode === 'normal' && keys[at] === '\n' && at === keys.length - 1;
      if (!lineEnd) yield* this.key(keys[at]);
      if (this.exit !== undefined) return at + 1;
    }
    return keys.length;
  }

  private *key(key: string): Coroutine<void> {
    if (this.mode === 'insert') this.insertKey(key);
    else if (this.mode === 'normal') yield* this.normalKey(key);
    else yield* this.lineKey(key);
  }

  private insertKey(key: string): void {
    const { buffer } = this.file;
    if (key === ESCAPE) {
      this.mode = 'normal';
      buffer.moveTo(buffer.line, Math.max(0, buffer.column - 1));
    } else if (BACKSPACE.test(key)) buffer.deleteBackwards();
    else buffer.insert(key);
  }

  /** A line after `:` or `/`. */
  private *lineKey(key: string): Coroutine<void> {
    if (key === ESCAPE) this.mode = 'normal';
    else if (BACKSPACE.test(key)) this.typed = this.typed.slice(0, -1);
    else if (key !== '\n' && key !== '\r') this.typed += key;
    else {
      const { mode, typed } = this;
      this.mode = 'normal';
      if (mode === 'search') yield* this.search(typed);
      else {
        const { message, exit } = yield* runExCommand(this.tool, this.file, typed);
        // The terminal shows what was there before once the editor has ended.
        if (message !== undefined && exit === undefined) yield* this.tool.out(`${message}\n`);
        this.exit = exit;
      }
    }
  }

  private *search(pattern: string): Coroutine<void> {
    this.lastSearch = pattern === '' ? this.lastSearch : pattern;
    const found = findLine(this.file.buffer, this.lastSearch);
    if (found === undefined) yield* this.tool.out(`E486: Pattern not found: ${this.lastSearch}\n`);
    else {
      const at = this.file.buffer.lines[found].indexOf(this.lastSearch);
      this.file.buffer.moveTo(found, Math.max(0, at));
    }
  }

  private startInsert(): void {
    this.file.buffer.remember();
    this.mode = 'insert';
  }

  private *normalKey(key: string): Coroutine<void> {
    if (this.pending === '' && (/[1-9]/.test(key) || (key === '0' && this.count !== ''))) {
      this.count += key;
      return;
    }
    const count = Math.min(MAX_COUNT, Number(this.count || '1'));
    const counted = this.count !== '';
    const { pending } = this;
    this.pending = '';
    if (pending !== '') {
      this.count = '';
      this.operate(pending, key, count);
      return;
    }
    if ('dycrgZ'.includes(key)) {
      this.pending = key;
      return;
    }
    this.count = '';
    if (key === ':' || key === '/') {
      this.mode = key === ':' ? 'command' : 'search';
      this.typed = '';
    } else if (key === 'n') yield* this.search('');
    else if (!this.startsInsert(key)) this.edit(key, count, counted);
  }

  private startsInsert(key: string): boolean {
    const { buffer } = this.file;
    if (!'iIaAoOsSC'.includes(key)) return false;
    this.startInsert();
    const { current } = buffer;
    if (key === 'I') buffer.moveTo(buffer.line, current.length - current.trimStart().length);
    else if (key === 'a') buffer.moveTo(buffer.line, buffer.column + 1);
    else if (key === 'A') buffer.moveTo(buffer.line, current.length);
    else if (key === 'o' || key === 'O') buffer.putLines(buffer.line + (key === 'o' ? 1 : 0), ['']);
    else if (key === 's') buffer.replace(1, '');
    else if (key === 'C') buffer.replace(current.length - buffer.column, '');
    else if (key === 'S') {
      buffer.moveTo(buffer.line, 0);
      buffer.replace(current.length, '');
    }
    return true;
  }

  private edit(key: string, count: number, counted: boolean): void {
    const { buffer } = this.file;
    if (key === 'x') {
      buffer.remember();
      buffer.replace(count, '');
    } else if (key === 'D') {
      buffer.remember();
      buffer.replace(buffer.current.length - buffer.column, '');
    } else if (key === 'p' || key === 'P') {
      buffer.remember();
      buffer.putLines(buffer.line + (key === 'p' ? 1 : 0), this.register);
    } else if (key === 'u') buffer.undo();
    else if (key === 'J') {
      buffer.remember();
      const [first, second = ''] = buffer.takeLines(buffer.line, 2);
      buffer.putLines(buffer.line, [`${first} ${second.trimStart()}`.trimEnd()]);
    } else if (key === 'G') buffer.moveTo(counted ? count - 1 : buffer.lines.length - 1, 0);
    else this.move(key, count);
  }

  private move(key: string, count: number): void {
    const { buffer } = this.file;
    if (key === 'j' || key === '\n' || key === '\r')
      buffer.moveTo(buffer.line + count, key === 'j' ? buffer.column : 0);
    else if (key === 'k') buffer.moveTo(buffer.line - count);
    else if (key === 'h') buffer.moveTo(buffer.line, buffer.column - count);
    else if (key === 'l') buffer.moveTo(buffer.line, buffer.column + count);
    else if (key === '0') buffer.moveTo(buffer.line, 0);
    else if (key === '$') buffer.moveTo(buffer.line, Math.max(0, buffer.current.length - 1));
    else if (key === '^') buffer.moveTo(buffer.line, buffer.current.length - buffer.current.trimStart().length);
    else if (key === 'w' || key === 'e')
      for (let step = 0; step < count; step++) buffer.moveTo(buffer.line, buffer.column + this.wordLength());
  }

  /** How far the next word is. */
  private wordLength(): number {
    const { buffer } = this.file;
    return /^(?:\w+|[^\w\s]+)?\s*/.exec(buffer.current.slice(buffer.column))?.[0].length ?? 0;
  }

  /** The second key of `dd`, `yy`, `cw`, `gg`, `rX`, `ZZ`. */
  private operate(operator: string, key: string, count: number): void {
    const { buffer } = this.file;
    if (operator === 'g') {
      if (key === 'g') buffer.moveTo(count - 1, 0);
      return;
    }
    if (operator === 'Z') {
      this.finish(key);
      return;
    }
    buffer.remember();
    if (operator === 'r') buffer.replace(1, key);
    else if (operator === key && operator === 'y') this.register = buffer.lines.slice(buffer.line, buffer.line + count);
    else if (operator === key && operator === 'd') this.register = buffer.takeLines(buffer.line, count);
    else if (operator === 'd' && key === 'G')
      this.register = buffer.takeLines(buffer.line, buffer.lines.length - buffer.line);
    else if (key === 'w' || key === '$') {
      const word = key === '$' ? buffer.current.length - buffer.column : this.wordLength();
      const kept =
        operator === 'c'
          ? (/\s*$/.exec(buffer.current.slice(buffer.column, buffer.column + word))?.[0].length ?? 0)
          : 0;
      if (operator !== 'y') buffer.replace(word - kept, '');
    } else if (operator === 'c' && key === 'c') {
      buffer.moveTo(buffer.line, 0);
      buffer.replace(buffer.current.length, '');
    }
    if (operator === 'c') this.mode = 'insert';
  }

  private finish(key: string): void {
    const { buffer, path } = this.file;
    if (key === 'Z' && buffer.modified && path !== undefined)
      this.tool.machine.files.writeFile(this.tool.path(path), buffer.text);
    if (key === 'Z' || key === 'Q') this.exit = 0;
  }
}
