import type { SkippedText } from '@seatrial/contracts';

/** One command as it was typed; here-documents and continued lines belong to it. */
export interface TranscriptCommand {
  readonly text: string;
  /** Where it begins, both from 1; the column counts in the line as a terminal shows it. */
  readonly line: number;
  readonly column: number;
  /** The machine that the prompt names, where it names one: `node2` in `[node2 ~]$`. */
  readonly terminal?: string;
  /** What the transcript shows as its output; absent where nothing was pasted. */
  readonly output?: string;
  /** What was typed into it while it ran (a pod's shell, redis-cli), line by line. */
  readonly input?: readonly string[];
  /** It was ended with Ctrl-C. */
  readonly interrupted?: boolean;
}

export interface Transcript {
  readonly commands: readonly TranscriptCommand[];
  readonly skipped: readonly SkippedText[];
}
