import { Inject, Injectable } from '@nestjs/common';
import { GRADING_QUEUE, type Outcome, type SubmissionContent, type Verdict } from '@seatrial/contracts';
import { isUniqueViolation, newId, type Prisma } from '@seatrial/persistence';
import { PRISMA, type PrismaClient } from '../service/service-tokens.js';

/** All but what was handed in, which can be large. */
const WITHOUT_RUN = {
  id: true,
  clientId: true,
  assignmentId: true,
  userId: true,
  digest: true,
  createdAt: true,
  user: { select: { id: true, name: true } },
  assignment: { select: { courseId: true, dueAt: true, exercise: { select: { slug: true } } } },
} as const satisfies Prisma.SubmissionSelect;

const WITH_RUN = {
  ...WITHOUT_RUN,
  runs: { orderBy: { queuedAt: 'desc' }, take: 1 },
} as const satisfies Prisma.SubmissionSelect;

/** A submission with its newest run (or the one that was asked for), without what was handed in. */
export type SubmissionRecord = Prisma.SubmissionGetPayload<{ select: typeof WITH_RUN }>;
export type RunRecord = SubmissionRecord['runs'][number];

/** Whose a run is, and where: what says who may see it. */
export interface RunOwner {
  readonly userId: string;
  readonly courseId: string;
}

/** What a worker needs of a run it has taken. */
export interface ClaimedRun {
  readonly seed: string;
  readonly versionId: string;
  readonly submission: SubmissionContent;
}

export interface NewSubmission extends SubmissionContent {
  readonly assignmentId: string;
  readonly exerciseVersionId: string;
  readonly userId: string;
  readonly clientId: string;
  readonly digest: string;
  readonly seed: string;
}

/** Submissions and runs in the database. */
@Injectable()
export class SubmissionRepository {
  constructor(@Inject(PRISMA) private readonly prisma: PrismaClient) {}

  /** Stores a submission, its run and the promise of a job in one transaction; undefined when the client id is taken. */
  async create(submission: NewSubmission): Promise<SubmissionRecord | undefined> {
    const { seed, manifests, transcript, ...fields } = submission;
    const [id, runId] = [newId(), newId()];
    const stored = manifests.map(({ path, content }) => ({ path, content }));
    try {
      await this.prisma.$transaction([
        this.prisma.submission.create({
          data: { ...fields, id, manifests: stored, transcript: transcript ?? null },
          select: { id: true },
        }),
        this.prisma.run.create({ data: { id: runId, submissionId: id, seed }, select: { id: true } }),
        this.prisma.outbox.create({
          data: { queue: GRADING_QUEUE, jobId: runId, payload: { runId } },
          select: { id: true },
        }),
      ]);
    } catch (error) {
      if (isUniqueViolation(error)) return undefined;
      throw error;
    }
    return (await this.find(id)) ?? undefined;
  }

  async findByClientId(userId: string, clientId: string): Promise<SubmissionRecord | null> {
    return this.prisma.submission.findUnique({ where: { userId_clientId: { userId, clientId } }, select: WITH_RUN });
  }

  async find(id: string): Promise<SubmissionRecord | null> {
    return this.prisma.submission.findUnique({ where: { id }, select: WITH_RUN });
  }

  async findByRun(runId: string): Promise<SubmissionRecord | null> {
    const run = await this.prisma.run.findUnique({
      where: { id: runId },
      include: { submission: { select: WITHOUT_RUN } },
    });
    if (!run) return null;
    const { submission, ...own } = run;
    return { ...submission, runs: [own] };
  }

  /** Undefined when there is no such run. */
  async ownerOf(runId: string): Promise<RunOwner | undefined> {
    const run = await this.prisma.run.findUnique({
      where: { id: runId },
      select: { submission: { select: { userId: true, assignment: { select: { courseId: true } } } } },
    });
    if (!run) return undefined;
    const { userId, assignment } = run.submission;
    return { userId, courseId: assignment.courseId };
  }

  /** Undefined when the run is gone. */
  async stateOf(runId: string): Promise<RunRecord['state'] | undefined> {
    return (await this.prisma.run.findUnique({ where: { id: runId }, select: { state: true } }))?.state;
  }

  async list(where: Prisma.SubmissionWhereInput, take: number, before?: string): Promise<SubmissionRecord[]> {
    return this.prisma.submission.findMany({
      where: { ...where, ...(before !== undefined && { id: { lt: before } }) },
      orderBy: { id: 'desc' },
      take,
      select: WITH_RUN,
    });
  }

  /** Marks a run as taken; undefined when it has finished already (then there is nothing to do). */
  async claim(runId: string): Promise<ClaimedRun | undefined> {
    const taken = await this.prisma.run.updateMany({
      where: { id: runId, state: { not: 'finished' } },
      data: { state: 'running', startedAt: new Date(), attempts: { increment: 1 } },
    });
    if (taken.count === 0) return undefined;
    const run = await this.prisma.run.findUniqueOrThrow({
      where: { id: runId },
      select: { seed: true, submission: { select: { manifests: true, transcript: true, exerciseVersionId: true } } },
    });
    const { manifests, transcript, exerciseVersionId } = run.submission;
    return {
      seed: run.seed,
      versionId: exerciseVersionId,
      submission: {
        manifests: manifests as unknown as SubmissionContent['manifests'],
        ...(transcript !== null && { transcript }),
      },
    };
  }

  /** Writes a verdict, unless the run has one: the first counts. Returns whether it was written. */
  async finish(runId: string, verdict: Verdict): Promise<boolean> {
    const { score, maximum, outcome, digest, engineVersion, checks } = verdict;
    return this.prisma.$transaction(async (transaction) => {
      const written = await transaction.run.updateMany({
        where: { id: runId, state: { not: 'finished' } },
        data: {
          state: 'finished',
          outcome,
          finishedAt: new Date(),
          scoreNumerator: score.numerator,
          scoreDenominator: score.denominator,
          maximumNumerator: maximum.numerator,
          maximumDenominator: maximum.denominator,
          digest,
          engineVersion,
          verdict: verdict as unknown as Prisma.InputJsonValue,
        },
      });
      if (written.count === 0) return false;
      await transaction.checkResult.createMany({
        data: checks.map(({ id, status, points, earned, title, reason, evidence, visibility }, position) => ({
          runId,
          position,
          checkId: id,
          status,
          pointsNumerator: points.numerator,
          pointsDenominator: points.denominator,
          earnedNumerator: earned.numerator,
          earnedDenominator: earned.denominator,
          details: { title, reason, evidence, visibility } as unknown as Prisma.InputJsonValue,
        })),
      });
      return true;
    });
  }

  /** Ends a run without a verdict: a fault of ours, never a score. */
  async finishWithoutVerdict(runId: string, outcome: Extract<Outcome, 'grader_error'>): Promise<boolean> {
    const { count } = await this.prisma.run.updateMany({
      where: { id: runId, state: { not: 'finished' } },
      data: { state: 'finished', outcome, finishedAt: new Date() },
    });
    return count > 0;
  }

  /** Runs that have waited since before an instant without an end. */
  async unfinishedSince(instant: Date, take: number): Promise<string[]> {
    const runs = await this.prisma.run.findMany({
      where: { state: { not: 'finished' }, queuedAt: { lt: instant } },
      orderBy: { queuedAt: 'asc' },
      select: { id: true },
      take,
    });
    return runs.map(({ id }) => id);
  }
}
