import { Args, ID, Int, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import type { RunProgress } from '@seatrial/contracts';
import { CurrentViewer, ServiceError, type Viewer } from '@seatrial/platform';
import { presentRun } from './present-run.js';
import { RunProgressHub } from './run-progress.hub.js';
import { SubmissionService, type SubmissionView } from './submission.service.js';
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
    const view = await this.submissions.submit(viewer, {
      exercise,
      clientId,
      manifests: (manifests ?? []).map(({ path, content }) => ({ path, content })),
      ...(course != null && { course }),
      ...(transcript != null && { transcript }),
    });
    return present(view);
  }

  @Query(() => SubmissionType)
  async submission(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<SubmissionType> {
    return present(await this.submissions.submission(viewer, id));
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
    const views = await this.submissions.list(viewer, course ?? undefined, first, before ?? undefined);
    return views.map(present);
  }

  @Query(() => RunType)
  async run(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string): Promise<RunType> {
    return present(await this.submissions.run(viewer, id)).run;
  }

  @Subscription(() => RunProgressType, {
    description: 'The state of a run now, and each change until it has finished.',
    resolve: (progress: RunProgressType) => progress,
  })
  async runProgress(
    @CurrentViewer() viewer: Viewer,
    @Args('runId', { type: () => ID }) runId: string,
  ): Promise<AsyncIterableIterator<RunProgressType>> {
    await this.submissions.requireVisibleRun(viewer, runId);
    return this.follow(viewer, runId);
  }

  private async *follow(viewer: Viewer, runId: string): AsyncIterableIterator<RunProgressType> {
    const news: (RunProgress | 'ended')[] = [];
    let wake: () => void = () => undefined;
    const stop = this.hub.watch(runId, (progress) => {
      news.push(progress);
      wake();
    });
    /** True when there is news, false when it has been awaited for as long as is waited. */
    const hasNews = (): Promise<boolean> =>
      new Promise((resolve) => {
        if (news.length > 0) {
          resolve(true);
          return;
        }
        const timer = setTimeout(resolve, LOOK_MS, false);
        wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
    let shown = '';
    try {
      for (;;) {
        const state = await this.submissions.runState(runId);
        if (state === 'finished') {
          const run = await this.run(viewer, runId);
          yield { runId, state, step: run.steps.length, steps: run.steps.length, run };
          return;
        }
        if (state !== shown) yield { runId, state, step: 0, steps: 0 };
        shown = state;
        for (let ended = false; !ended && (await hasNews());) {
          for (const progress of news.splice(0)) {
            if (progress === 'ended') ended = true;
            else if (progress.state === 'running') {
              shown = 'running';
              const { step, steps, command } = progress;
              yield { runId, state: 'running', step, steps, ...(command !== undefined && { command }) };
            }
          }
        }
      }
    } finally {
      stop();
    }
  }
}

function present({ record, seesAll }: SubmissionView): SubmissionType {
  const [run] = record.runs;
  if (!run) throw new Error(`submission ${record.id} has no run`);
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
