import type { Coroutine } from './program.js';
import { waitFor } from './program.js';
import type { Input, Output } from './stream.js';
import { Condition } from './waitable.js';

/** Linux's default pipe capacity. */
const CAPACITY = 65_536;

/** A pipe: one buffer, one reader, any number of writers (`addWriter`). */
export class Pipe {
  private buffer: string[] = [];
  private size = 0;
  private writers = 1;
  private readerClosed = false;
  private readonly readable = new Condition();
  private readonly writable = new Condition();
  readonly input: Input;
  readonly output: Output;

  constructor(
    readonly isTerminal = false,
    private readonly capacity = CAPACITY,
  ) {
    this.writable.set();
    this.input = this.createInput();
    this.output = this.createOutput();
  }

  /** Another writer holds the pipe open (a child that inherits it); it closes its own `Output`. */
  addWriter(): Output {
    this.writers++;
    return this.createOutput();
  }

  private update(): void {
    if (this.size > 0 || this.writers === 0) this.readable.set();
    else this.readable.clear();
    if (this.size < this.capacity || this.readerClosed) this.writable.set();
    else this.writable.clear();
  }

  private takeAll(): string {
    const text = this.buffer.length === 1 ? this.buffer[0] : this.buffer.join('');
    this.buffer = [];
    this.size = 0;
    this.update();
    return text;
  }

  private createInput(): Input {
    const { readable, isTerminal } = this;
    return {
      readable,
      isTerminal,
      read: () => this.read(),
      take: () => this.takeAll(),
      unread: (text) => {
        if (text === '') return;
        this.buffer.unshift(text);
        this.size += text.length;
        this.update();
      },
      close: () => {
        this.readerClosed = true;
        this.takeAll();
      },
    };
  }

  private *read(): Coroutine<string | undefined> {
    while (this.size === 0 && this.writers > 0 && !this.readerClosed) yield* waitFor([this.readable]);
    return this.size > 0 ? this.takeAll() : undefined;
  }

  private createOutput(): Output {
    const writer = { closed: false };
    return {
      isTerminal: this.isTerminal,
      write: (text) => this.write(writer, text),
      close: () => {
        if (writer.closed) return;
        writer.closed = true;
        this.writers--;
        this.update();
      },
    };
  }

  private *write(writer: { readonly closed: boolean }, text: string): Coroutine<boolean> {
    let rest = text;
    while (rest !== '') {
      if (this.readerClosed || writer.closed) return false;
      const room = this.capacity - this.size;
      if (room <= 0) {
        yield* waitFor([this.writable]);
        continue;
      }
      const piece = rest.slice(0, room);
      rest = rest.slice(piece.length);
      this.buffer.push(piece);
      this.size += piece.length;
      this.update();
    }
    return !this.readerClosed;
  }
}
