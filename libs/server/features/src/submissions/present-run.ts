import { fractionText, type CheckResult, type Fraction, type Verdict } from '@seatrial/contracts';
import type { RunRecord, SubmissionRecord } from './submission.repository.js';
import type { CheckResultType, PointsType, RunType } from './submission.types.js';

export function presentPoints(points: Fraction): PointsType {
  return { exact: fractionText(points), value: points.numerator / points.denominator };
}

function presentCheck({ id, title, status, points, earned, reason, hints, evidence }: CheckResult): CheckResultType {
  return {
    id,
    title,
    status,
    points: presentPoints(points),
    earned: presentPoints(earned),
    ...(reason && { reason }),
    hints: [...hints],
    evidence: [...evidence],
  };
}

/** A run as its viewer may see it: without hidden checks unless they see all. */
export function presentRun(run: RunRecord, { assignment }: SubmissionRecord, seesAll: boolean): RunType {
  const verdict = run.verdict as unknown as Verdict | null;
  const due = assignment.dueAt !== null && assignment.dueAt.getTime() < Date.now();
  const visible = ({ visibility }: CheckResult): boolean =>
    seesAll || visibility === 'always' || (visibility === 'after-due' && due);
  const checks = (verdict?.checks ?? []).filter(visible);
  const shown = new Set(checks.map(({ id }) => id));
  return {
    id: run.id,
    state: run.state,
    outcome: run.outcome,
    attempts: run.attempts,
    score: verdict && presentPoints(verdict.score),
    maximum: verdict && presentPoints(verdict.maximum),
    digest: run.digest,
    seed: run.seed,
    engineVersion: run.engineVersion,
    problem: verdict?.problem ? { ...verdict.problem, ...verdict.problem.place } : null,
    checks: checks.map(presentCheck),
    steps: (verdict?.steps ?? []).map(({ place, ...step }) => ({
      ...step,
      ...(place.line !== undefined && { line: place.line }),
    })),
    skipped: [...(verdict?.skipped ?? [])],
    bindings: (verdict?.bindings ?? []).map(({ place, ...binding }) => ({
      ...binding,
      ...(place.line !== undefined && { line: place.line }),
    })),
    unsupported: (verdict?.unsupported ?? []).map((use) => ({
      ...use,
      checks: use.checks.filter((id) => shown.has(id)),
    })),
    queuedAt: run.queuedAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
  };
}
