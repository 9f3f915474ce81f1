import type { Coroutine } from './program.js';
import { waitFor } from './program.js';
import type { Waitable } from './waitable.js';

/** Where a process reads. Text as in text-encoding.ts. */
export interface Input {
  /** The next piece of text (never empty), or undefined at the end. Waits while there is neither. */
  read(): Coroutine<string | undefined>;
  /** Is ready when `read` would not wait. */
  readonly readable: Waitable;
  /** Takes what has come in without waiting; '' when nothing has. */
  take(): string;
  /** Puts text back in front, so that the next reader gets it (`read` builtins that stop at a line end). */
  unread(text: string): void;
  readonly isTerminal: boolean;
  /** A terminal's: whether what is typed appears on the screen (`stty -echo`). */
  readonly setEcho?: (on: boolean) => void;
  /** The reader is gone: writers get `false`. */
  close(): void;
}

/** Where a process writes. */
export interface Output {
  /** Writes all of the text, waiting while there is no room. False when nobody will read it (EPIPE). */
  write(text: string): Coroutine<boolean>;
  readonly isTerminal: boolean;
  /** The writer is gone: once every writer has closed, readers see the end. */
  close(): void;
}

/** Reads to the end. */
export function* readAll(input: Input): Coroutine<string> {
  let text = '';
  for (;;) {
    const piece = yield* input.read();
    if (piece === undefined) return text;
    text += piece;
  }
}

const ALWAYS: Waitable = { ready: true, subscribe: () => () => undefined };

/** An input that is a given text, then ends. */
export class TextInput implements Input {
  readonly readable = ALWAYS;
  readonly isTerminal = false;
  constructor(private text: string) {}

  *read(): Coroutine<string | undefined> {
    return this.take() || undefined;
  }

  take(): string {
    const text = this.text;
    this.text = '';
    return text;
  }

  unread(text: string): void {
    this.text = text + this.text;
  }

  close(): void {
    this.text = '';
  }
}

/** An output that keeps what is written, up to a limit; the rest is counted and dropped. */
export class TextOutput implements Output {
  readonly isTerminal = false;
  private readonly pieces: string[] = [];
  private length = 0;
  /** True when something was dropped. */
  truncated = false;

  constructor(
    private readonly limit = Number.POSITIVE_INFINITY,
    private readonly onWrite?: (text: string) => void,
  ) {}

  get text(): string {
    return this.pieces.join('');
  }

  /** Appends at once, as a device does. */
  append(text: string): void {
    const room = this.limit - this.length;
    const kept = text.length > room ? text.slice(0, Math.max(0, room)) : text;
    if (kept.length < text.length) this.truncated = true;
    if (kept === '') return;
    this.length += kept.length;
    this.pieces.push(kept);
    this.onWrite?.(kept);
  }

  *write(text: string): Coroutine<boolean> {
    this.append(text);
    return true;
  }

  close(): void {
    // Kept text outlives its writer.
  }
}

/** Reads one line without its end; undefined at the end of the input. What follows stays unread. */
export function* readLine(input: Input): Coroutine<string | undefined> {
  let line = '';
  for (;;) {
    yield* waitFor([input.readable]);
    const piece = yield* input.read();
    if (piece === undefined) return line === '' ? undefined : line;
    const end = piece.indexOf('\n');
    if (end >= 0) {
      input.unread(piece.slice(end + 1));
      return line + piece.slice(0, end);
    }
    line += piece;
  }
}
