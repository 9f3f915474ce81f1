import { Condition, type Output } from '@seatrial/kernel';

/** A line of a container's output, or a part of one that has not ended yet. */
export interface LogLine {
  readonly time: number;
  readonly stream: 'stdout' | 'stderr';
  text: string;
}

/** What a container has written since it was created (the json-file driver). */
export class EngineLog {
  readonly lines: LogLine[] = [];
  /** Set and cleared at each write. */
  readonly changed = new Condition();

  constructor(
    private readonly now: () => number,
    private readonly charge: (characters: number) => void,
  ) {}

  notify(): void {
    this.changed.set();
    this.changed.clear();
  }

  output(stream: 'stdout' | 'stderr', isTerminal: boolean): Output {
    let open: LogLine | undefined;
    const append = (text: string): void => {
      this.charge(text.length);
      for (const piece of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
        if (open) open.text += piece;
        else this.lines.push((open = { time: this.now(), stream, text: piece }));
        if (piece.endsWith('\n')) open = undefined;
      }
      this.notify();
    };
    return {
      isTerminal,
      *write(text: string) {
        if (text !== '') append(text);
        return true;
      },
      close: () => undefined,
    };
  }
}
