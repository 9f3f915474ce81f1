import { sleep, Condition, type Coroutine, type Input, type Output, type Waitable, waitFor } from '@seatrial/kernel';

export type LogStream = 'stdout' | 'stderr';

/** One line, or a part of one: the last without its end, or what was too long. */
export interface LogEntry {
  readonly time: number;
  readonly stream: LogStream;
  readonly text: string;
}

/** What of a log is wanted; times in ms. */
export interface LogSelection {
  readonly since?: number;
  readonly tailLines?: number;
  readonly timestamps?: boolean;
  readonly limitBytes?: number;
  readonly follow?: boolean;
}

/** The limit of containerLogMaxSize (10Mi), beyond which the oldest lines go. */
const MAX_CHARACTERS = 10 * 1024 * 1024;

/** Lines and what is left of one, in pieces of which none is too long. */
const PIECES = /[^\n]{0,16384}\n|[^\n]{1,16384}/g;

/** max_container_log_line_size. */
const MAX_LINE = 16_384;

/** The runtime takes this much at once from a writer, and drains this much in the long run. */
const CHUNK = 4096;
const DRAIN_PER_MS = 10;
const FREE_LEVEL = 128 * 1024;
const EXCESS_PER_DOUBLING = 16 * 1024;
const MAX_DELAY_MS = 10_000;

/** What a container has written on stdout and stderr, by line with the time of each. */
export class ContainerLog {
  private entries: LogEntry[] = [];
  private characters = 0;
  private first = 0;
  /** Keeps what a stream has begun and not ended. */
  private readonly unfinished: (() => void)[] = [];
  private level = 0;
  private levelAt = 0;
  private unpaid = 0;
  /** Set at each write and when the container has ended; followers wait for it. */
  readonly changed = new Condition();
  ended = false;

  constructor(private readonly charge: (characters: number) => void) {}

  /**
   * A stream that writes into the log: a line is there, with its time, once it ends, is too long, or nobody can go on with
   * it (containerd 1.6 pkg/cri/io redirectLogs).
   */
  output(now: () => number, stream: LogStream): Output {
    let line = '';
    const keep = (): void => {
      if (line === '') return;
      this.entries.push({ time: now(), stream, text: line });
      line = '';
    };
    this.unfinished.push(keep);
    const append = (text: string): void => {
      this.characters += text.length;
      this.charge(text.length);
      for (const piece of text.match(PIECES) ?? []) {
        line += piece;
        if (piece.endsWith('\n') || line.length >= MAX_LINE || this.ended) keep();
      }
      this.trim();
      this.notify();
    };
    return {
      isTerminal: false,
      write: (text) => this.write(text, now, append),
      close: () => undefined,
    };
  }

  /** Appends; who writes without end is slowed down, ever more, so that it cannot stop the clock. */
  private *write(text: string, now: () => number, append: (text: string) => void): Coroutine<boolean> {
    if (text === '') return true;
    append(text);
    this.level = Math.max(0, this.level - (now() - this.levelAt) * DRAIN_PER_MS) + text.length;
    this.levelAt = now();
    this.unpaid += text.length;
    if (this.unpaid < CHUNK) return true;
    this.unpaid = 0;
    const excess = this.level - FREE_LEVEL;
    yield* sleep(excess <= 0 ? 1 : Math.min(MAX_DELAY_MS, 2 ** Math.ceil(excess / EXCESS_PER_DOUBLING)));
    return true;
  }

  end(): void {
    this.ended = true;
    for (const keep of this.unfinished) keep();
    this.notify();
  }

  get length(): number {
    return this.first + this.entries.length;
  }

  /** The last characters of the log, for termination messages. */
  tail(lines: number, characters: number): string {
    const text = this.entries
      .slice(-lines)
      .map((entry) => entry.text)
      .join('');
    return text.length > characters ? text.slice(text.length - characters) : text;
  }

  /** The log as the runtime has it on the node's disk (kubelet/pkg/cri logs, format of the CRI). */
  asFile(): string {
    return this.entries
      .map(
        ({ time, stream, text }) =>
          `${nanoTimestamp(time)} ${stream} ${text.endsWith('\n') ? 'F' : 'P'} ${text.replace(/\n$/, '')}\n`,
      )
      .join('');
  }

  /** The selected lines as an input; with `follow` it goes on until the container ends. */
  read(selection: LogSelection): Input {
    const format = (entry: LogEntry): string =>
      selection.timestamps ? `${nanoTimestamp(entry.time)} ${entry.text}` : entry.text;
    let chosen =
      selection.since === undefined
        ? this.entries
        : this.entries.filter((entry) => entry.time >= (selection.since ?? 0));
    if (selection.tailLines !== undefined) chosen = selection.tailLines === 0 ? [] : chosen.slice(-selection.tailLines);
    let text = chosen.map(format).join('');
    if (selection.limitBytes !== undefined) text = text.slice(0, selection.limitBytes);
    return new LogInput(this, text, this.length, selection.follow === true, (index) =>
      this.since(index).map(format).join(''),
    );
  }

  private since(index: number): LogEntry[] {
    return this.entries.slice(Math.max(0, index - this.first));
  }

  private trim(): void {
    while (this.characters > MAX_CHARACTERS && this.entries.length > 1) {
      this.characters -= this.entries[0].text.length;
      this.charge(-this.entries[0].text.length);
      this.entries.shift();
      this.first++;
    }
  }

  private notify(): void {
    this.changed.set();
    this.changed.clear();
  }
}

class LogInput implements Input, Waitable {
  readonly isTerminal = false;
  private closed = false;

  constructor(
    private readonly log: ContainerLog,
    private text: string,
    private position: number,
    private readonly follow: boolean,
    private readonly from: (index: number) => string,
  ) {}

  get readable(): Waitable {
    return this;
  }

  get ready(): boolean {
    return this.text !== '' || this.atEnd() || this.position < this.log.length;
  }

  subscribe(wake: () => void): () => void {
    return this.log.changed.subscribe(wake);
  }

  *read(): Coroutine<string | undefined> {
    for (;;) {
      const text = this.take();
      if (text !== '') return text;
      if (this.atEnd()) return undefined;
      yield* waitFor([this.readable]);
    }
  }

  take(): string {
    if (this.follow && this.position < this.log.length) {
      this.text += this.from(this.position);
      this.position = this.log.length;
    }
    const text = this.text;
    this.text = '';
    return text;
  }

  unread(text: string): void {
    this.text = text + this.text;
  }

  close(): void {
    this.closed = true;
  }

  private atEnd(): boolean {
    return this.closed || !this.follow || (this.log.ended && this.position >= this.log.length);
  }
}

/** RFC 3339 with nanoseconds, as the runtime stamps log lines. */
export function nanoTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000000Z`;
}
