import type { Coroutine } from '@seatrial/kernel';

/** BuildKit's progress where there is no terminal (`--progress=plain`): numbered vertices. */
export class BuildProgress {
  private next = 1;

  constructor(
    private readonly write: (text: string) => Coroutine<void>,
    private readonly now: () => number,
    private readonly quiet: boolean,
  ) {}

  *print(text: string): Coroutine<void> {
    if (!this.quiet) yield* this.write(text);
  }

  *open(): Coroutine<void> {
    yield* this.print('#0 building with "default" instance using docker driver\n\n');
  }

  /** A step with its output and end. `body` prints through the number it gets; its result says how it ended. */
  *step<T>(name: string, body: (vertex: Vertex) => Coroutine<T>): Coroutine<T> {
    const vertex = new Vertex(this, this.next++, this.now);
    yield* this.print(`#${vertex.number} ${name}\n`);
    const result = yield* body(vertex);
    if (vertex.cached) yield* this.print(`#${vertex.number} CACHED\n\n`);
    else if (vertex.error !== undefined) yield* this.print(`#${vertex.number} ERROR: ${vertex.error}\n`);
    else yield* this.print(`#${vertex.number} DONE ${vertex.elapsed(1)}s\n\n`);
    return result;
  }
}

/** One numbered step. */
export class Vertex {
  cached = false;
  error: string | undefined;
  readonly lines: string[] = [];
  private readonly startedAt: number;

  constructor(
    private readonly progress: BuildProgress,
    readonly number: number,
    private readonly now: () => number,
  ) {
    this.startedAt = now();
  }

  elapsed(digits: number): string {
    return ((this.now() - this.startedAt) / 1000).toFixed(digits);
  }

  *say(text: string): Coroutine<void> {
    yield* this.progress.print(`#${this.number} ${text}\n`);
  }

  /** A line that a command of the build has written. */
  *output(line: string): Coroutine<void> {
    const text = `${this.elapsed(3)} ${line}`;
    this.lines.push(text);
    yield* this.say(text);
  }
}
