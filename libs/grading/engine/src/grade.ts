import {
  sumFractions,
  type CheckResult,
  type SubmissionContent,
  type SubmissionProblem,
  type Verdict,
} from '@seatrial/contracts';
import { BudgetExceededError, canonicalJson, sha256Hex } from '@seatrial/kernel';
import { ENGINE_VERSION } from './engine-version.js';
import { evaluateChecks, failAll, type CheckEvaluation } from './evaluate-checks.js';
import type { LoadedExercise } from './load-exercise.js';
import { overBudget, replaySubmission, type Replay, type StepListener } from './replay-submission.js';
import type { OpenReplay, ReplayWorld } from './replay-world.js';
import { planSubmission, type SubmissionPlan } from './submission-plan.js';
import { findUnreadCommands } from './unread-commands.js';

export interface GradeOptions {
  readonly seed: string;
  readonly openReplay: OpenReplay;
  readonly onStep?: StepListener;
}

const MINUTE_MS = 60_000;

/**
 * Replays a submission and grades what the cluster then is and did. Pure: the same submission, exercise, engine version
 * and seed give the same verdict, to the digest. Throws only for faults of ours.
 */
export function grade(submission: SubmissionContent, loaded: LoadedExercise, options: GradeOptions): Verdict {
  const plan = planSubmission(submission);
  if (!plan.ok) return conclude(submission, loaded, options, { problem: plan.error });
  const { limits } = loaded.exercise;
  if (plan.value.commands.length > limits.commands) {
    return conclude(submission, loaded, options, { problem: tooManyCommands(plan.value, limits.commands) });
  }
  const world = options.openReplay({
    seed: options.seed,
    profile: loaded.profile,
    images: loaded.images,
    webFiles: loaded.exercise.webFiles,
    repositoryFiles: loaded.exercise.repositoryFiles,
    budget: { virtualTimeMs: limits.virtualMinutes * MINUTE_MS },
  });
  for (const { path, content } of loaded.exercise.givenFiles) world.writeFile(path, content, 'exercise');
  for (const { path, content } of submission.manifests) world.writeFile(path, content, 'student');
  const replay = replaySubmission(world, submission, plan.value.commands, options.onStep ?? (() => undefined));
  const evaluated = evaluate(loaded, world, replay, plan.value);
  const standIn = world.standIn?.();
  return conclude(submission, loaded, options, {
    ...evaluated,
    ...(standIn !== undefined && { standIn }),
    replay,
    plan: plan.value,
    virtualMs: world.now() - world.startTime,
  });
}

/** The verdict of a submission that is not replayed, for a reason the engine itself cannot see (a worker's limits). */
export function refuse(
  submission: SubmissionContent,
  loaded: LoadedExercise,
  seed: string,
  problem: SubmissionProblem,
): Verdict {
  return conclude(submission, loaded, { seed }, { problem });
}

interface Conclusion {
  readonly problem?: SubmissionProblem;
  readonly evaluation?: CheckEvaluation;
  readonly replay?: Replay;
  readonly plan?: SubmissionPlan;
  readonly virtualMs?: number;
  /** The cluster that was looked at instead of the exercise's own. */
  readonly standIn?: string;
}

function evaluate(
  loaded: LoadedExercise,
  world: ReplayWorld,
  { steps, problem }: Replay,
  plan: SubmissionPlan,
): Pick<Conclusion, 'problem' | 'evaluation'> {
  if (problem?.code === 'over_budget') return { problem };
  const graded = {
    startTime: world.startTime,
    steps,
    now: () => world.now(),
    list: (kind: string, namespace?: string) => world.list(kind, namespace),
    history: () => world.history(),
    fetch: world.fetch.bind(world),
    log: world.log.bind(world),
    ...(world.disturb && { disturb: world.disturb.bind(world) }),
    wait: world.wait.bind(world),
  };
  try {
    return { evaluation: evaluateChecks(loaded, graded), ...(problem && { problem }) };
  } catch (error) {
    const last = plan.commands.at(-1);
    if (!(error instanceof BudgetExceededError) || !last) throw error;
    return { problem: overBudget(error, last) };
  }
}

function tooManyCommands({ commands }: SubmissionPlan, limit: number): SubmissionProblem {
  const place = commands[limit]?.place ?? { file: 'transcript' };
  const count = String(commands.length);
  return {
    code: 'over_budget',
    message: {
      en: `the transcript has ${count} commands; this exercise allows ${String(limit)}`,
      es: `la transcripción tiene ${count} comandos; este ejercicio permite ${String(limit)}`,
    },
    place,
  };
}

/** Somebody has to say whether the cluster that the student made is the one that the exercise means. */
const lookedAt = (standIn: string, evaluation: CheckEvaluation | undefined): Verdict['unsupported'][number] => ({
  what: `the checks looked at ${standIn}: nothing was changed in the exercise's own cluster`,
  checks: (evaluation?.results ?? []).map(({ id }) => id),
});

/** What was asked for and is not simulated, and the checks it may have cost: all that did not pass. */
function collectUnsupported({ evaluation, replay, plan, standIn }: Conclusion): Verdict['unsupported'] {
  const undecided = (evaluation?.results ?? []).filter(({ status }) => status !== 'passed').map(({ id }) => id);
  const bySteps = (replay?.steps ?? []).flatMap(({ step, unsupported }) =>
    unsupported.map((what) => ({ what, step, checks: undecided })),
  );
  const byChecks = (evaluation?.unsupported ?? []).map(({ what, check }) => ({ what, checks: [check] }));
  const looked = standIn === undefined ? [] : [lookedAt(standIn, evaluation)];
  const unread = undecided.length === 0 ? [] : findUnreadCommands(plan?.skipped ?? [], replay?.steps ?? [], undecided);
  return [...bySteps, ...byChecks, ...unread, ...looked];
}

function conclude(
  submission: SubmissionContent,
  loaded: LoadedExercise,
  { seed }: Pick<GradeOptions, 'seed'>,
  conclusion: Conclusion,
): Verdict {
  const { problem, evaluation, replay, plan } = conclusion;
  const checks: readonly CheckResult[] = evaluation?.results ?? failAll(loaded, problem?.message);
  const unsupported = collectUnsupported(conclusion);
  const bindings = replay?.bindings ?? [];
  const doubtful = unsupported.length > 0 || bindings.some(({ how }) => how === 'ambiguous');
  const result = {
    outcome: problem ? 'submission_error' : doubtful ? 'needs_review' : 'graded',
    score: sumFractions(checks.map(({ earned }) => earned)),
    maximum: sumFractions(checks.map(({ points }) => points)),
    checks,
    ...(problem && { problem }),
    unsupported,
    steps: replay?.steps ?? [],
    skipped: plan?.skipped ?? [],
    ...(bindings.length > 0 && { bindings }),
    virtualMs: conclusion.virtualMs ?? 0,
  } as const;
  const inputs = {
    submissionDigest: digestSubmission(submission),
    exerciseDigest: loaded.exercise.digest,
    engineVersion: ENGINE_VERSION,
    seed,
  };
  return { ...result, ...inputs, digest: sha256Hex(canonicalJson({ ...inputs, result })) };
}

/** SHA-256 over what was handed in. */
export function digestSubmission({ manifests, transcript }: SubmissionContent): string {
  return sha256Hex(canonicalJson({ manifests, transcript: transcript ?? null }));
}
