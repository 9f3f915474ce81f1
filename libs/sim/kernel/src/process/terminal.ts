import type { Coroutine } from './program.js';
import { sleep, waitFor } from './program.js';
import type { Input, Output } from './stream.js';
import { Condition, type Waitable } from './waitable.js';

export interface TerminalOptions {
  /** What appears on the screen: output of programs and the echo of what is typed, with `\n` ends. */
  readonly onOutput: (text: string) => void;
  /** Ctrl-C. */
  readonly onInterrupt: () => void;
  /** Runs something after that many virtual milliseconds. */
  readonly after: (ms: number, run: () => void) => void;
}

type Typed = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'interrupt' | 'end' };

const INTERRUPT = '\u0003';
const END_OF_INPUT = '\u0004';
/** How long somebody watches a program before the Ctrl-C that was typed ahead. */
const WATCH_MS = 3000;
const TYPING_MS = 100;

/**
 * A terminal with a line discipline: whoever reads gets one typed line at a time, echoed when it is taken, as a
 * person types who waits for the prompt. `\u0003` is Ctrl-C, `\u0004` on a line of its own Ctrl-D.
 */
export class Terminal {
  /** False while typed text is not shown (passwords, `read -s`). */
  echo = true;
  readonly input: Input;
  readonly output: Output;
  private readonly queue: Typed[] = [];
  private rest = '';
  /** How many wait for input now. */
  private waiting = 0;
  private hungUp = false;
  private watching = false;
  private readonly condition = new Condition();
  private readonly readable: Waitable;

  constructor(private readonly options: TerminalOptions) {
    this.readable = this.countedWaits();
    this.input = this.createInput();
    this.output = {
      isTerminal: true,
      write: (text) => this.write(text),
      close: () => undefined,
    };
  }

  /** True while somebody waits for a line. */
  get awaited(): boolean {
    return this.waiting > 0 && !this.condition.ready;
  }

  /** Types text; every line ends with `\n`, a last one without it is ended too. */
  type(text: string): void {
    for (const line of text.split('\n').slice(0, text.endsWith('\n') ? -1 : undefined)) {
      const interrupt = line.includes(INTERRUPT);
      if (interrupt) this.queue.push({ kind: 'interrupt' });
      else if (line === END_OF_INPUT) this.queue.push({ kind: 'end' });
      else this.queue.push({ kind: 'line', text: `${line}\n` });
    }
    this.update();
  }

  /** Nobody types any more: after what was typed readers see the end. */
  hangUp(): void {
    this.hungUp = true;
    this.update();
  }

  private *write(text: string): Coroutine<boolean> {
    this.show(text);
    return true;
  }

  private show(text: string): void {
    if (text === '') return;
    this.options.onOutput(text);
  }

  private update(): void {
    const [next] = this.queue;
    if (this.rest !== '' || next?.kind === 'line' || next?.kind === 'end' || (!next && this.hungUp))
      this.condition.set();
    else this.condition.clear();
    if (next?.kind !== 'interrupt' || this.watching) return;
    if (this.waiting > 0) {
      this.interrupt();
      return;
    }
    this.watching = true;
    this.options.after(WATCH_MS, () => {
      this.watching = false;
      if (this.queue[0]?.kind === 'interrupt') this.interrupt();
    });
  }

  private interrupt(): void {
    this.queue.shift();
    this.show('^C\n');
    this.rest = '';
    this.options.onInterrupt();
    this.update();
  }

  private takeNext(): string | undefined {
    if (this.rest !== '') {
      const text = this.rest;
      this.rest = '';
      this.update();
      return text;
    }
    const next = this.queue.shift();
    const text = next?.kind === 'line' ? next.text : undefined;
    if (text !== undefined) this.show(this.echo ? text : '\n');
    this.update();
    return text;
  }

  private *read(): Coroutine<string | undefined> {
    // What was written at this instant reaches the screen before the next line is typed.
    yield* sleep(TYPING_MS);
    while (!this.readable.ready) yield* waitFor([this.readable]);
    return this.takeNext();
  }

  private countedWaits(): Waitable {
    const { condition } = this;
    return {
      get ready() {
        return condition.ready;
      },
      subscribe: (wake) => {
        const leave = condition.subscribe(wake);
        this.waiting++;
        if (this.queue[0]?.kind === 'interrupt')
          this.options.after(0, () => {
            this.update();
          });
        return () => {
          leave();
          this.waiting--;
        };
      },
    };
  }

  private createInput(): Input {
    return {
      isTerminal: true,
      readable: this.readable,
      read: () => this.read(),
      take: () => (this.readable.ready ? (this.takeNext() ?? '') : ''),
      unread: (text) => {
        this.rest = text + this.rest;
        this.update();
      },
      setEcho: (on) => {
        this.echo = on;
      },
      close: () => undefined,
    };
  }
}
