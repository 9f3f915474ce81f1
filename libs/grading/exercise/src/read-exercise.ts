import type { SubmittedFile } from '@seatrial/contracts';
import { fail, ok, compareStrings, sha256Hex, canonicalJson, type Result } from '@seatrial/kernel';
import type { Exercise, ExerciseCheck, ExerciseLimits, ExerciseTask } from './exercise.js';
import { readSource, type ExerciseError, type SourceNode } from './source-node.js';

/** Files of an exercise's folder: relative path → text. */
export type ExerciseFolder = ReadonlyMap<string, string>;

const EXERCISE_KEYS = ['id', 'title', 'text', 'cluster', 'images', 'tasks', 'checks', 'limits'];
const CHECK_KEYS = ['id', 'type', 'task', 'title', 'points', 'needs', 'visibility', 'hints', 'with'];
const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** Folders of an exercise whose files the student gets, by what is done with them. */
const FOLDERS = { givenFiles: 'given/', webFiles: 'web/', repositoryFiles: 'git/' } as const;
/** A host's name, and the file there. */
const WEB_FILE = /^[a-z\d.-]+\.[a-z]+\/.+$/;
/** Host, owner and name of a repository, and the file in it. */
const REPOSITORY_FILE = /^[a-z\d.-]+\.[a-z]+\/[^/]+\/[^/]+\/.+$/;
const CLUSTER_PROFILES = ['eks', 'k3d', 'kind', 'kubeadm', 'minikube'];
const DEFAULT_LIMITS: ExerciseLimits = { commands: 500, virtualMinutes: 24 * 60 };

/** Reads and validates an exercise's folder; all errors at once, each with its place. */
export function readExercise(folder: ExerciseFolder): Result<Exercise, readonly ExerciseError[]> {
  const errors: ExerciseError[] = [];
  const text = folder.get('exercise.yaml');
  if (text === undefined) {
    return fail([{ file: 'exercise.yaml', line: 1, column: 1, message: 'the folder has no exercise.yaml' }]);
  }
  const source = readSource('exercise.yaml', text, errors);
  if (!source) return fail(errors);
  source.mapping(EXERCISE_KEYS);
  const tasks = source.member('tasks').list().map(readTask);
  const checks = source.member('checks').list().map(readCheck);
  if (checks.length === 0) source.member('checks').error('needs at least one check');
  rejectRepeated(checks, 'check');
  rejectUnknownTasks(checks, tasks);
  const givenFiles = filesIn(folder, FOLDERS.givenFiles);
  const webFiles = filesIn(folder, FOLDERS.webFiles);
  const repositoryFiles = filesIn(folder, FOLDERS.repositoryFiles);
  rejectPlaces(FOLDERS.webFiles, webFiles, WEB_FILE, 'web/HOST/PATH', errors);
  rejectPlaces(FOLDERS.repositoryFiles, repositoryFiles, REPOSITORY_FILE, 'git/HOST/OWNER/NAME/PATH', errors);
  const cluster = source.member('cluster');
  const profile = cluster.isMapping ? cluster.member('profile') : cluster;
  const exercise: Exercise = {
    id: readName(source.member('id')),
    title: source.member('title').localized(),
    text: source.member('text').localized(),
    cluster: profile.choice(CLUSTER_PROFILES, 'kubeadm'),
    clusterSettings: cluster,
    images: source.member('images'),
    givenFiles,
    webFiles,
    repositoryFiles,
    tasks,
    checks: orderByNeeds(checks),
    limits: readLimits(source.member('limits')),
    digest: sha256Hex(
      canonicalJson({
        exercise: text,
        givenFiles,
        ...(webFiles.length > 0 && { webFiles }),
        ...(repositoryFiles.length > 0 && { repositoryFiles }),
      }),
    ),
  };
  return errors.length > 0 ? fail(errors) : ok(exercise);
}

/** Whether a file of an exercise's folder decides what a submission earns; solutions, mistakes and samples do not. */
export const isGradingFile = (path: string): boolean =>
  path === 'exercise.yaml' || Object.values(FOLDERS).some((folder) => path.startsWith(folder));

function filesIn(folder: ExerciseFolder, start: string): SubmittedFile[] {
  return [...folder]
    .filter(([path]) => path.startsWith(start))
    .map(([path, content]) => ({ path: path.slice(start.length), content }))
    .sort((a, b) => compareStrings(a.path, b.path));
}

function rejectPlaces(
  start: string,
  files: readonly SubmittedFile[],
  place: RegExp,
  form: string,
  errors: ExerciseError[],
): void {
  for (const { path } of files)
    if (!place.test(path))
      errors.push({ file: `${start}${path}`, line: 1, column: 1, message: `its place must be ${form}` });
}

function readName(node: SourceNode): string {
  const name = node.string();
  if (name !== '' && !NAME.test(name)) node.error(`must be lower-case words joined by "-", not "${name}"`);
  return name;
}

function readTask(node: SourceNode): ExerciseTask {
  node.mapping(['id', 'text']);
  return { id: readName(node.member('id')), text: node.member('text').localized() };
}

function readCheck(node: SourceNode): ExerciseCheck {
  node.mapping(CHECK_KEYS);
  const task = node.member('task').optionalString();
  return {
    id: readName(node.member('id')),
    type: node.member('type').string(),
    ...(task !== undefined && { task }),
    title: node.member('title').localized(),
    points: node.member('points').fraction(),
    needs: node
      .member('needs')
      .list()
      .map((need) => need.string()),
    visibility: node.member('visibility').choice(['always', 'after-due', 'never'], 'always'),
    hints: node
      .member('hints')
      .list()
      .map((hint) => hint.localized()),
    parameters: node.member('with'),
    source: node,
  };
}

function readLimits(node: SourceNode): ExerciseLimits {
  node.mapping(['commands', 'virtualMinutes']);
  return {
    commands: node.member('commands').integer(1, DEFAULT_LIMITS.commands),
    virtualMinutes: node.member('virtualMinutes').integer(1, DEFAULT_LIMITS.virtualMinutes),
  };
}

function rejectRepeated(checks: readonly ExerciseCheck[], what: string): void {
  const seen = new Set<string>();
  for (const { id, source } of checks) {
    if (seen.has(id)) source.member('id').error(`there is another ${what} "${id}"`);
    seen.add(id);
  }
}

function rejectUnknownTasks(checks: readonly ExerciseCheck[], tasks: readonly ExerciseTask[]): void {
  for (const { task, source } of checks) {
    if (task === undefined || tasks.some(({ id }) => id === task)) continue;
    source.member('task').error(`there is no task "${task}"; there are ${tasks.map(({ id }) => id).join(', ')}`);
  }
}

/** Checks after those they need, otherwise as written. Unknown and circular needs are errors. */
function orderByNeeds(checks: readonly ExerciseCheck[]): ExerciseCheck[] {
  const byId = new Map(checks.map((check) => [check.id, check]));
  const ordered: ExerciseCheck[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (check: ExerciseCheck): void => {
    state.set(check.id, 'open');
    for (const need of check.needs) {
      const needed = byId.get(need);
      if (!needed) check.source.member('needs').error(`there is no check "${need}"`);
      else if (state.get(need) === 'open') check.source.member('needs').error(`"${need}" needs this check in turn`);
      else if (!state.has(need)) visit(needed);
    }
    state.set(check.id, 'done');
    ordered.push(check);
  };
  for (const check of checks) if (!state.has(check.id)) visit(check);
  return ordered;
}
