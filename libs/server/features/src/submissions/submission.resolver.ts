import { Args, ID, Int, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import type { RunProgress } from '@seatrial/contracts';
import { CurrentViewer, ServiceError, type Viewer } from '@seatrial/platform';
import { presentRun } from './present-run.js';
import { RunProgressHub } from './run-progress.hub.js';
import type { SubmissionRecord } from './submission.repository.js';
import { SubmissionService } from './submission.service.js';
import { RunProgressType, RunType, SubmissionType, SubmitInput } from './submission.types.js';

const MAX_PAGE = 100;
/** A subscriber looks into the database this often in any case, so that a lost notice delays nobody for long. */
const LOOK_MS = 2000;

@Resolver(() => SubmissionType)
export class SubmissionResolver {
  constructor(
    private readonly submissions: SubmissionService,
    private readonly hub: RunProgressHub,
  ) {}

  @Mutation(() => SubmissionType, { description: 'Hands in manifests, a command transcript, or both, to be graded.' })
  async submit(@CurrentViewer() viewer: Viewer, @Args('input') input: SubmitInput): Promise<SubmissionType> {
    const { exercise, course, clientId, manifests, transcript } = input;
    const record = await this.submissions.submit(viewer, {
      exercise,
      clientId,
      manifests: (manifests ?? []).map(({ path, content }) => ({ path, content })),
      ...(course != null && { course }),
      ...(transcript != null && { transcript }),
    });
    return this.present(viewer, record);
  }

  @Query(() => SubmissionType)
  async submission(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<SubmissionType> {
    return this.present(viewer, await this.submissions.submission(viewer, id));
  }

  @Query(() => [SubmissionType], {
    name: 'submissions',
    description: 'Newest first: own ones, or for staff all of a course.',
  })
  async list(
    @CurrentViewer() viewer: Viewer,
    @Args('course', { type: () => ID, nullable: true }) course: string | null,
    @Args('first', { type: () => Int, defaultValue: 20 }) first: number,
    @Args('before', { type: () => ID, nullable: true, description: "A submission's id." }) before: string | null,
  ): Promise<SubmissionType[]> {
    if (first < 1 || first > MAX_PAGE) throw new ServiceError('BAD_INPUT', `first must be 1 to ${String(MAX_PAGE)}`);
    const records = await this.submissions.list(viewer, course ?? undefined, first, before ?? undefined);
    return Promise.all(records.map((record) => this.present(viewer, record)));
  }

  @Query(() => RunType)
  async run(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string): Promise<RunType> {
    return (await this.present(viewer, await this.submissions.run(viewer, id))).run;
  }

  @Subscription(() => RunProgressType, {
    description: 'The state of a run now, and each change until it has finished.',
    resolve: (progress: RunProgressType) => progress,
  })
  async runProgress(
    @CurrentViewer() viewer: Viewer,
    @Args('runId', { type: () => ID }) runId: string,
  ): Promise<AsyncIterableIterator<RunProgressType>> {
    await this.submissions.run(viewer, runId); // throws when it is not the viewer's to see
    return this.follow(viewer, runId);
  }

  private async *follow(viewer: Viewer, runId: string): AsyncIterableIterator<RunProgressType> {
    const news: (RunProgress | 'ended')[] = [];
    let wake: () => void = () => undefined;
    const stop = this.hub.watch(runId, (progress) => {
      news.push(progress);
      wake();
    });
    let shown = '';
    try {
      for (;;) {
        const run = await this.run(viewer, runId);
        if (run.state === 'finished') {
          yield { runId, state: 'finished', step: run.steps.length, steps: run.steps.length, run };
          return;
        }
        if (run.state !== shown) yield { runId, state: run.state, step: 0, steps: 0 };
        shown = run.state;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, LOOK_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
          if (news.length > 0) wake();
        });
        for (const progress of news.splice(0)) {
          if (progress === 'ended' || progress.state !== 'running') continue;
          shown = 'running';
          const { step, steps, command } = progress;
          yield { runId, state: 'running', step, steps, ...(command !== undefined && { command }) };
        }
      }
    } finally {
      stop();
    }
  }

  private async present(viewer: Viewer, record: SubmissionRecord): Promise<SubmissionType> {
    const [run] = record.runs;
    if (!run) throw new Error(`submission ${record.id} has no run`);
    const seesAll = await this.submissions.seesAll(viewer, record);
    return {
      id: record.id,
      clientId: record.clientId,
      assignmentId: record.assignmentId,
      exercise: record.assignment.exercise.slug,
      student: record.user.name,
      createdAt: record.createdAt,
      run: presentRun(run, record, seesAll),
    };
  }
}
