import { compareStrings } from '@seatrial/kernel';
import type { ExerciseSample } from './exercise.js';
import type { ExerciseFolder } from './read-exercise.js';
import { readSource, type ExerciseError } from './source-node.js';

const GROUPS = ['solutions', 'mistakes', 'samples'] as const;
const TRANSCRIPTS = /^transcript\.(?:txt|sh|md)$/;
const EXPECTED = 'expected.yaml';

/**
 * The submissions that come with an exercise, one folder each below `solutions/`, `mistakes/` and `samples/`: its
 * `transcript.txt`, `.sh` or `.md`, an `expected.yaml` (score, failing checks, student), and manifests.
 */
export function readSamples(folder: ExerciseFolder, errors: ExerciseError[] = []): ExerciseSample[] {
  const samples = new Map<string, Map<string, string>>();
  for (const [path, content] of folder) {
    const match = /^([^/]+)\/([^/]+)\/(.+)$/.exec(path);
    const [, group, name, file] = match ?? [];
    if (group === undefined || file === undefined || !GROUPS.some((known) => known === group)) continue;
    const key = `${group}/${name ?? ''}`;
    samples.set(key, (samples.get(key) ?? new Map<string, string>()).set(file, content));
  }
  return [...samples].sort(([a], [b]) => compareStrings(a, b)).map(([path, files]) => readSample(path, files, errors));
}

function readSample(path: string, files: ReadonlyMap<string, string>, errors: ExerciseError[]): ExerciseSample {
  const transcript = [...files].find(([name]) => TRANSCRIPTS.test(name))?.[1];
  const manifests = [...files]
    .filter(([name]) => name !== EXPECTED && !TRANSCRIPTS.test(name))
    .map(([name, content]) => ({ path: name, content }))
    .sort((a, b) => compareStrings(a.path, b.path));
  return {
    path,
    manifests,
    ...(transcript !== undefined && { transcript }),
    ...readExpected(path, files.get(EXPECTED), errors),
  };
}

function readExpected(
  path: string,
  text: string | undefined,
  errors: ExerciseError[],
): Pick<ExerciseSample, 'expected' | 'student'> {
  const source = text === undefined ? undefined : readSource(`${path}/${EXPECTED}`, text, errors);
  if (!source) return {};
  source.mapping(['score', 'failing', 'student']);
  const student = source.member('student').optionalString();
  const score = source.member('score');
  return {
    ...(score.present && {
      expected: {
        score: score.fraction(),
        failing: source
          .member('failing')
          .list()
          .map((id) => id.string()),
      },
    }),
    ...(student !== undefined && { student }),
  };
}
