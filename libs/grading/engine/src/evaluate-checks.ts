import type { CheckOutcome, GradedWorld } from '@seatrial/checks';
import { ZERO, type CheckResult } from '@seatrial/contracts';
import type { LoadedCheck, LoadedExercise } from './load-exercise.js';

/** What the checks found, in order, and what kept some from being decided. */
export interface CheckEvaluation {
  readonly results: readonly CheckResult[];
  readonly unsupported: readonly { readonly what: string; readonly check: string }[];
}

/** Evaluates the checks after those they need; one that needs a check which did not pass is skipped. */
export function evaluateChecks({ checks, exercise }: LoadedExercise, world: GradedWorld): CheckEvaluation {
  const results = new Map<string, CheckResult>();
  const unsupported: { what: string; check: string }[] = [];
  for (const loaded of lookingFirst(checks)) {
    const missing = loaded.check.needs.find((need) => results.get(need)?.status !== 'passed');
    const needed = exercise.checks.find(({ id }) => id === missing);
    const result = needed ? skip(loaded, needed.title) : decide(loaded, world, unsupported);
    results.set(result.id, result);
  }
  return { results: checks.flatMap(({ check }) => results.get(check.id) ?? []), unsupported };
}

/** The checks that make things go wrong, and those that need them, come last. */
function lookingFirst(checks: readonly LoadedCheck[]): LoadedCheck[] {
  const late = new Set<string>();
  for (const { check, disturbs } of checks)
    if (disturbs === true || check.needs.some((need) => late.has(need))) late.add(check.id);
  return [...checks].sort((a, b) => Number(late.has(a.check.id)) - Number(late.has(b.check.id)));
}

/** The results where nothing could be replayed. */
export function failAll({ checks }: LoadedExercise, reason: CheckResult['reason']): CheckResult[] {
  return checks.map((loaded) => ({ ...describe(loaded), status: 'skipped', earned: ZERO, ...(reason && { reason }) }));
}

function describe({ check }: LoadedCheck): Omit<CheckResult, 'status' | 'earned'> {
  const { id, title, points, visibility, hints } = check;
  return { id, title, points, visibility, hints, evidence: [] };
}

function skip(loaded: LoadedCheck, needed: CheckResult['title']): CheckResult {
  const reason = { en: `needs “${needed.en}” first`, es: `antes hace falta «${needed.es}»` };
  return { ...describe(loaded), status: 'skipped', earned: ZERO, reason };
}

function decide(loaded: LoadedCheck, world: GradedWorld, unsupported: { what: string; check: string }[]): CheckResult {
  const outcome = loaded.evaluate(world);
  const { id, title, points, visibility, hints } = loaded.check;
  if (outcome.kind === 'passed') {
    const { evidence } = outcome;
    return { id, title, points, visibility, hints: [], evidence, status: 'passed', earned: points };
  }
  if (outcome.kind === 'failed') {
    const { reason, evidence } = withReleases(outcome, world);
    return { id, title, points, visibility, hints, evidence, status: 'failed', earned: ZERO, reason };
  }
  unsupported.push({ what: outcome.what, check: id });
  const reason = { en: `not simulated: ${outcome.what}`, es: `no se simula: ${outcome.what}` };
  return { ...describe(loaded), status: 'unsupported', earned: ZERO, reason };
}

/** A failed check's reason, with the releases that changed what the student's commands relied on. */
function withReleases(
  { reason, evidence }: Pick<Extract<CheckOutcome, { kind: 'failed' }>, 'reason' | 'evidence'>,
  { steps }: GradedWorld,
): Pick<Extract<CheckOutcome, { kind: 'failed' }>, 'reason' | 'evidence'> {
  const changed = steps.filter(({ releases }) => releases !== undefined);
  const [first] = changed;
  const [text] = first?.releases ?? [];
  if (!first || !text) return { reason, evidence };
  return {
    reason: {
      en: `${reason.en} (command ${String(first.step)}: ${text.en})`,
      es: `${reason.es} (comando ${String(first.step)}: ${text.es})`,
    },
    evidence: [
      ...evidence,
      ...changed.map(({ step, command, releases }) => ({
        kind: 'command' as const,
        subject: command,
        found: (releases ?? []).map(({ en }) => en).join('; '),
        step,
      })),
    ],
  };
}
