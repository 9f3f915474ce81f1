import { reportUnsupported, type Coroutine } from '@seatrial/kernel';
import { compileExpression, type Expression } from '../text/regular-expression.js';
import type { Tool } from '../tool/tool.js';
import { replaceMatches, transliterate, visible } from './sed-replace.js';
import type { SedAddress, SedCommand } from './sed-script.js';

/** Where the lines of an input file go. */
export interface SedOptions {
  readonly quiet: boolean;
  readonly extended: boolean;
  /** What ends a line: a newline by default. */
  readonly end?: string;
  /** Called with each piece of output. */
  readonly write: (text: string) => Coroutine<void>;
}

/** One line of input: `ended` says whether a newline followed it. */
interface InputLine {
  readonly text: string;
  readonly ended: boolean;
}

export function inputLines(text: string, end = '\n'): InputLine[] {
  const lines = text.split(end);
  const rest = lines.pop() ?? '';
  return [
    ...lines.map((line) => ({ text: line, ended: true })),
    ...(rest === '' ? [] : [{ text: rest, ended: false }]),
  ];
}

/** Runs a parsed script over lines: POSIX's pattern and hold space, with GNU's additions. */
export class SedMachine {
  private pattern = '';
  private ended = true;
  private hold = '';
  private line = 0;
  private index = 0;
  private appended: string[] = [];
  private substituted = false;
  private readonly rangeEnds = new Map<SedCommand, number | 'open'>();
  private last: Expression | undefined;
  private quit: number | undefined;
  private readonly end: string;
  readonly written = new Map<string, string>();

  /** The script's own expressions, by flags and source. */
  private readonly expressions = new Map<string, Expression>();

  constructor(
    private readonly tool: Tool,
    private readonly commands: readonly SedCommand[],
    private readonly options: SedOptions,
  ) {
    this.end = options.end ?? '\n';
  }

  /** The exit status when `q` or `Q` ended it. */
  *run(lines: readonly InputLine[]): Coroutine<number | undefined> {
    this.index = 0;
    while (this.index < lines.length && this.quit === undefined) {
      this.load(lines[this.index++]);
      yield* this.cycle(lines);
    }
    return this.quit;
  }

  private load(line: InputLine): void {
    this.pattern = line.text;
    this.ended = line.ended;
    this.line++;
    this.tool.charge(1 + (line.text.length >> 5));
  }

  private *print(text: string): Coroutine<void> {
    yield* this.options.write(`${text}${this.ended ? this.end : ''}`);
  }

  private *endCycle(): Coroutine<void> {
    if (!this.options.quiet) yield* this.print(this.pattern);
    yield* this.flush();
  }

  private *flush(): Coroutine<void> {
    for (const text of this.appended.splice(0)) yield* this.options.write(text);
  }

  private *cycle(lines: readonly InputLine[]): Coroutine<void> {
    this.substituted = false;
    for (let at = 0; at < this.commands.length; at++) {
      this.tool.charge(1);
      const command = this.commands[at];
      if (this.selects(command, lines) === command.negated) {
        if (command.name === '{') at = (command.end ?? at + 1) - 1;
        continue;
      }
      const next = yield* this.execute(command, lines);
      if (next === 'end') {
        yield* this.endCycle();
        return;
      }
      if (next === 'delete') {
        yield* this.flush();
        return;
      }
      if (next === 'restart') {
        yield* this.flush();
        at = -1;
      } else if (typeof next === 'number') at = next;
    }
    yield* this.endCycle();
  }

  private compiled(source: string, flags: string): Expression | undefined {
    if (source === '') return this.last;
    const key = `${flags}/${source}`;
    let expression = this.expressions.get(key);
    if (!expression) {
      const compiled = compileExpression(source, {
        extended: this.options.extended,
        ignoreCase: /[Ii]/.test(flags),
        multiline: /[Mm]/.test(flags),
      });
      if (!compiled.ok) return undefined;
      expression = compiled.value;
      this.expressions.set(key, expression);
    }
    this.last = expression;
    return expression;
  }

  private matches(address: SedAddress, lines: readonly InputLine[]): boolean {
    switch (address.type) {
      case 'line':
        return this.line === address.line;
      case 'last':
        return this.index >= lines.length;
      case 'step':
        return address.step === 0
          ? this.line === address.first
          : this.line >= address.first && (this.line - address.first) % address.step === 0;
      case 'expression':
        return this.compiled(address.source, address.flags)?.test(this.pattern) ?? false;
      default:
        return false;
    }
  }

  private selects(command: SedCommand, lines: readonly InputLine[]): boolean {
    const { from, to } = command;
    if (!from) return true;
    if (!to) return this.matches(from, lines);
    const end = this.rangeEnds.get(command);
    if (end === undefined) {
      const starts = from.type === 'line' && from.line === 0 ? this.line === 1 : this.matches(from, lines);
      if (!starts) return false;
      if (from.type === 'line' && from.line === 0 && to.type === 'expression' && this.matches(to, lines)) return true;
      const lastLine = this.rangeEnd(to);
      if (lastLine === 'open' || lastLine > this.line) this.rangeEnds.set(command, lastLine);
      return true;
    }
    if (typeof end === 'number' ? this.line >= end : this.matches(to, lines)) this.rangeEnds.delete(command);
    return typeof end !== 'number' || this.line <= end;
  }

  private rangeEnd(to: SedAddress): number | 'open' {
    if (to.type === 'line') return to.line;
    if (to.type === 'offset') return this.line + to.lines;
    if (to.type === 'multiple') return to.of === 0 ? this.line : Math.ceil(this.line / to.of) * to.of;
    return 'open';
  }

  /** What comes next: an index to go on behind, or how the cycle ends. */
  private *execute(
    command: SedCommand,
    lines: readonly InputLine[],
  ): Coroutine<number | 'end' | 'delete' | 'restart' | undefined> {
    switch (command.name) {
      case 's':
        yield* this.substitute(command);
        return undefined;
      case 'y':
        this.pattern = transliterate(this.pattern, command.expression ?? '', command.replacement ?? '');
        return undefined;
      case 'p':
        yield* this.print(this.pattern);
        return undefined;
      case 'P':
        yield* this.options.write(`${this.pattern.split('\n', 1)[0]}${this.end}`);
        return undefined;
      case 'd':
        return 'delete';
      case 'D':
        return this.deleteFirstLine();
      case 'n':
      case 'N':
        return yield* this.nextLine(command.name, lines);
      case 'q':
        this.quit = command.number ?? 0;
        return 'end';
      case 'Q':
        this.quit = command.number ?? 0;
        return 'delete';
      case 'a':
        this.appended.push(`${command.text ?? ''}\n`);
        return undefined;
      case 'i':
        yield* this.options.write(`${command.text ?? ''}\n`);
        return undefined;
      case 'c':
        return yield* this.change(command);
      case '=':
        yield* this.options.write(`${String(this.line)}\n`);
        return undefined;
      case 'b':
        return this.label(command.text ?? '');
      case 't':
      case 'T': {
        const jump = this.substituted === (command.name === 't');
        this.substituted = false;
        return jump ? this.label(command.text ?? '') : undefined;
      }
      case 'r': {
        const text = this.tool.readFile(command.text ?? '');
        if (text.ok) this.appended.push(text.value);
        return undefined;
      }
      case 'w':
        yield* this.keep(command.text ?? '', `${this.pattern}${this.end}`);
        return undefined;
      case 'e':
        reportUnsupported(this.tool.machine, "sed's e command");
        return undefined;
      case 'l':
        yield* this.options.write(`${visible(this.pattern)}$\n`);
        return undefined;
      default:
        this.moveHold(command.name);
        return undefined;
    }
  }

  private *keep(file: string, text: string): Coroutine<void> {
    if (file === '/dev/stdout') yield* this.options.write(text);
    else this.written.set(file, (this.written.get(file) ?? '') + text);
  }

  private moveHold(name: string): void {
    if (name === 'h') this.hold = this.pattern;
    else if (name === 'H') this.hold += `\n${this.pattern}`;
    else if (name === 'g') this.pattern = this.hold;
    else if (name === 'G') this.pattern += `\n${this.hold}`;
    else if (name === 'x') [this.pattern, this.hold] = [this.hold, this.pattern];
    else if (name === 'z') this.pattern = '';
  }

  private deleteFirstLine(): 'delete' | 'restart' {
    const end = this.pattern.indexOf('\n');
    if (end < 0) return 'delete';
    this.pattern = this.pattern.slice(end + 1);
    return 'restart';
  }

  private *nextLine(name: 'n' | 'N', lines: readonly InputLine[]): Coroutine<'delete' | 'end' | undefined> {
    if (this.index >= lines.length) {
      this.quit = 0;
      return 'end';
    }
    if (name === 'n') {
      yield* this.endCycle();
      this.load(lines[this.index++]);
      return undefined;
    }
    yield* this.flush();
    const before = this.pattern;
    this.load(lines[this.index++]);
    this.pattern = `${before}\n${this.pattern}`;
    return undefined;
  }

  private *change(command: SedCommand): Coroutine<'delete'> {
    // A range is replaced once, at its end.
    if (!command.to || command.negated || !this.rangeEnds.has(command))
      yield* this.options.write(`${command.text ?? ''}\n`);
    return 'delete';
  }

  private label(name: string): number | 'end' {
    if (name === '') return 'end';
    const at = this.commands.findIndex((command) => command.name === ':' && command.text === name);
    return at < 0 ? 'end' : at;
  }

  private *substitute(command: SedCommand): Coroutine<void> {
    const flags = command.flags ?? '';
    const expression = this.compiled(command.expression ?? '', flags);
    if (!expression) return;
    this.tool.charge(this.pattern.length >> 5);
    const wanted = Number(/\d+/.exec(flags)?.[0] ?? 1);
    const charge = (steps: number): void => {
      this.tool.charge(steps);
    };
    const all = flags.includes('g');
    const result = replaceMatches(this.pattern, expression, command.replacement ?? '', wanted, all, charge);
    if (result === undefined) return;
    this.pattern = result;
    this.substituted = true;
    if (flags.includes('p')) yield* this.print(this.pattern);
    if (command.text !== undefined) yield* this.keep(command.text, `${this.pattern}${this.end}`);
  }
}
