import type { SkippedText, SubmissionProblem } from '@seatrial/contracts';
import { fail, ok, type Result } from '@seatrial/kernel';
import { splitBlocks } from './blocks.js';
import { findBinaryLine, toPlainLines } from './plain-text.js';
import { TranscriptReader } from './transcript-reader.js';
import type { Transcript } from './transcript.js';

/** Reads a script or a pasted terminal session: the commands in it, and what was left out and why. */
export function readTranscript(source: string, file = 'transcript'): Result<Transcript, SubmissionProblem> {
  const binaryLine = findBinaryLine(source);
  if (binaryLine !== undefined) return fail(binaryProblem(file, binaryLine));
  const reader = new TranscriptReader();
  const blocks = splitBlocks(toPlainLines(source), {
    prose: (line) => {
      reader.skip(line, 'prose');
    },
    foreign: (line) => {
      reader.skip(line, 'fence');
    },
  });
  for (const block of blocks) reader.readBlock(block);
  const { commands, skipped } = reader.finish();
  if (commands.length > 0) return ok({ commands, skipped });
  const first = skipped.find(({ reason }) => reason !== 'comment' && reason !== 'fence') ?? skipped[0];
  return fail(noCommandProblem(file, first));
}

function binaryProblem(file: string, line: number): SubmissionProblem {
  return {
    code: 'binary_content',
    message: {
      en: `line ${String(line)} of the transcript is not text (binary content)`,
      es: `la línea ${String(line)} de la transcripción no es texto (contenido binario)`,
    },
    place: { file, line },
  };
}

function noCommandProblem(file: string, first: SkippedText | undefined): SubmissionProblem {
  const line = first?.line ?? 1;
  const quoted = first ? `: “${first.text.slice(0, 60)}”` : '';
  return {
    code: 'not_a_transcript',
    message: {
      en: `there is no command in the transcript; line ${String(line)} reads as prose or output${quoted}`,
      es: `no hay ningún comando en la transcripción; la línea ${String(line)} parece prosa o salida${quoted}`,
    },
    place: { file, line },
  };
}
