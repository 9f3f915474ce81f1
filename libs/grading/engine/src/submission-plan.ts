import { explainRelease } from '@seatrial/schema';
import type { SkippedText, SourcePlace, SubmissionContent, SubmissionProblem } from '@seatrial/contracts';
import { fail, isJsonObject, ok, type Result } from '@seatrial/kernel';
import { readTranscript } from '@seatrial/transcript';
import { LineCounter, parseAllDocuments } from 'yaml';

/** A command to replay. */
export interface PlannedCommand {
  readonly text: string;
  readonly place: SourcePlace;
  /** What the transcript shows as its output. */
  readonly output?: string;
  /** Lines typed into it while it ran. */
  readonly input?: readonly string[];
  /** Somebody pressed Ctrl-C while it ran. */
  readonly interrupted?: boolean;
  /** The machine of the terminal it was typed at. */
  readonly terminal?: string;
}

/** What a submission comes down to: files in the working directory, commands in order. */
export interface SubmissionPlan {
  readonly commands: readonly PlannedCommand[];
  readonly skipped: readonly SkippedText[];
}

const MANIFEST = /\.(?:ya?ml|json)$/i;
const PATH_PART = /^[^/\0]{1,255}$/;
const MAX_ALIASES = 100;
const TRANSCRIPT = 'transcript';

/** Reads a submission: its transcript's commands, or, without one, an `apply` of each manifest in file order. */
export function planSubmission(submission: SubmissionContent): Result<SubmissionPlan, SubmissionProblem> {
  const { manifests, transcript } = submission;
  const badPath = manifests.find(({ path }) => !isSafePath(path));
  if (badPath) return fail(invalidPath(badPath.path));
  if (transcript !== undefined && transcript.trim() !== '') {
    const read = readTranscript(transcript, TRANSCRIPT);
    if (!read.ok) return read;
    const commands = read.value.commands.map(({ text, line, column, output, input, interrupted, terminal }) => ({
      text,
      place: { file: TRANSCRIPT, line, column },
      ...(output !== undefined && { output }),
      ...(input && { input }),
      ...(interrupted && { interrupted }),
      ...(terminal !== undefined && { terminal }),
    }));
    return ok({ commands, skipped: read.value.skipped });
  }
  const applied = manifests.filter(({ path, content }) => MANIFEST.test(path) && content.trim() !== '');
  if (applied.length === 0) return fail(empty(manifests[0]?.path));
  for (const { path, content } of applied) {
    const problem = findManifestProblem(path, content);
    if (problem) return fail(problem);
  }
  const commands = applied.map(({ path }) => ({
    text: `kubectl apply -f ${quote(path)}`,
    place: { file: path },
  }));
  return ok({ commands, skipped: [] });
}

/** Relative, without `..`: a file can only land inside the working directory. */
function isSafePath(path: string): boolean {
  return path.split('/').every((part) => PATH_PART.test(part) && part !== '.' && part !== '..');
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) && !path.startsWith('-') ? path : `'./${path.replaceAll("'", `'\\''`)}'`;
}

function invalidPath(path: string): SubmissionProblem {
  const shown = path.slice(0, 100);
  return {
    code: 'invalid_path',
    message: {
      en: `"${shown}" is not a file name inside the submission`,
      es: `«${shown}» no es un nombre de archivo dentro de la entrega`,
    },
    place: { file: shown },
  };
}

function empty(file: string | undefined): SubmissionProblem {
  return {
    code: 'empty_submission',
    message: {
      en: 'the submission is empty: it has neither a command transcript nor a manifest (.yaml, .yml, .json)',
      es: 'la entrega está vacía: no tiene transcripción de comandos ni manifiestos (.yaml, .yml, .json)',
    },
    ...(file !== undefined && { place: { file } }),
  };
}

/** The first thing that makes a manifest unreadable: not text, not YAML, or not an object of Kubernetes. */
function findManifestProblem(file: string, content: string): SubmissionProblem | undefined {
  const zero = content.search(/[\0\uFDD0]/);
  if (zero >= 0) {
    const line = content.slice(0, zero).split('\n').length;
    return problem('binary_content', file, line, 'the file is not text', 'el archivo no es texto');
  }
  const lines = new LineCounter();
  for (const document of parseAllDocuments(content, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })) {
    if (!('contents' in document)) continue;
    const [error] = document.errors;
    if (error) {
      const { line } = lines.linePos(error.pos[0]);
      return problem('not_yaml', file, line, `this is not YAML: ${error.message}`, `esto no es YAML: ${error.message}`);
    }
    let value: unknown;
    try {
      value = document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch {
      return problem('not_yaml', file, 1, 'too many YAML aliases', 'demasiados alias de YAML');
    }
    const line = lines.linePos(document.contents?.range?.[0] ?? document.range[0]).line;
    if (value === null || value === undefined) continue;
    if (!isJsonObject(value) || typeof value.kind !== 'string' || typeof value.apiVersion !== 'string') {
      return problem(
        'not_a_manifest',
        file,
        line,
        'this is not a Kubernetes object: it needs apiVersion and kind',
        'esto no es un objeto de Kubernetes: le faltan apiVersion y kind',
      );
    }
  }
  return undefined;
}

function problem(
  code: SubmissionProblem['code'],
  file: string,
  line: number,
  en: string,
  es: string,
): SubmissionProblem {
  const where = { en: `${file}, line ${String(line)}: ${en}`, es: `${file}, línea ${String(line)}: ${es}` };
  return { code, message: where, place: { file, line } };
}

const NO_KIND = /no matches for kind "([^"]{1,100})" in version "([^"]{1,100})"/;

/** The manifest that a cluster refused because it knows no such kind, found in what `kubectl apply` printed. */
export function findUnknownKind(
  submission: SubmissionContent,
  file: string,
  stderr: string,
): SubmissionProblem | undefined {
  const [, kind, version] = NO_KIND.exec(stderr) ?? [];
  if (kind === undefined || version === undefined) return undefined;
  const content = submission.manifests.find(({ path }) => path === file)?.content ?? '';
  const line = content.split('\n').findIndex((text) => /^\s*"?kind"?\s*:/.test(text) && text.includes(kind)) + 1;
  const [changed] = explainRelease({ command: '', stderr }, []);
  return problem(
    'unknown_kind',
    file,
    Math.max(1, line),
    `the cluster knows no kind ${kind} in ${version}${changed ? `: ${changed.text.en}` : ''}`,
    `el clúster no conoce el tipo ${kind} en ${version}${changed ? `: ${changed.text.es}` : ''}`,
  );
}
