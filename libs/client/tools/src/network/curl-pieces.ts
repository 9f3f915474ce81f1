import type { Coroutine } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import type { CurlPlan } from './curl-options.js';

/** Of the C library, where curl's output is no terminal. */
const BUFFER = 4096;

/** Shows an answer that goes on for a while: at once with -N or on a terminal, else by whole buffers. */
export class CurlPieces {
  private buffered = '';
  private readonly atOnce: boolean;

  constructor(
    private readonly tool: Tool,
    plan: CurlPlan,
  ) {
    this.atOnce = plan.has('N') || tool.process.stdout.isTerminal;
  }

  /** One piece of the answer; false when nobody reads it. */
  *take(text: string): Coroutine<boolean> {
    this.buffered += text;
    const length = this.atOnce ? this.buffered.length : this.buffered.length - (this.buffered.length % BUFFER);
    const ready = this.buffered.slice(0, length);
    this.buffered = this.buffered.slice(length);
    return ready === '' || (yield* this.tool.process.stdout.write(ready));
  }

  /** What the answer's end lets out. */
  *end(): Coroutine<void> {
    const left = this.buffered;
    this.buffered = '';
    yield* this.tool.out(left);
  }
}
