import fs from 'node:fs';
import type { Recording } from './recording.js';
import { replayRecording } from './replay-recording.js';

export interface ReplayTask {
  readonly file: string;
}

/** One replay in a thread of the pool: a recording's file in, the replayed recording's text out. */
export function replayFile({ file }: ReplayTask): string {
  const recording = JSON.parse(fs.readFileSync(file, 'utf8')) as Recording;
  return `${JSON.stringify(replayRecording(recording), null, 1)}\n`;
}

// piscina takes a module's default export as the task.
// eslint-disable-next-line no-restricted-exports
export default replayFile;
