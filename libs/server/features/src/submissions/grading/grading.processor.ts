import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { GRADING_QUEUE, type GradingJob, type RunProgress, type Verdict } from '@seatrial/contracts';
import type { ServiceConfig } from '@seatrial/platform';
import type { JobWorker, QueueFactory, RunningJob } from '@seatrial/queue';
import type { Logger } from 'pino';
import { CONFIG, LOGGER, QUEUES } from '../../service/service-tokens.js';
import { SubmissionRepository, type ClaimedRun } from '../submission.repository.js';
import { ExerciseFiles } from './exercise-files.js';
import { GradingMetrics } from './grading.metrics.js';
import { REPLAY_RUNNER, ReplayLimitError, type ReplayRunner, type ReplayTask } from './replay-runner.js';

/** News of a run goes out this often at most. */
const REPORT_EVERY_MS = 100;
/** A replay that breaks the limits is tried once more, as the machine may have been busy; then it is the submission's. */
const LIMIT_ATTEMPTS = 2;

/** Takes runs from the queue, has them replayed, and writes their verdicts. */
@Injectable()
export class GradingProcessor implements OnApplicationBootstrap, OnModuleDestroy {
  private worker: JobWorker | undefined;

  constructor(
    private readonly repository: SubmissionRepository,
    private readonly exerciseFiles: ExerciseFiles,
    private readonly metrics: GradingMetrics,
    @Inject(REPLAY_RUNNER) private readonly runner: ReplayRunner,
    @Inject(QUEUES) private readonly queues: QueueFactory,
    @Inject(CONFIG) private readonly config: ServiceConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    // Twice as many jobs as threads: while one replays, the next is read and the last one written.
    this.worker = this.queues.openWorker<GradingJob>(GRADING_QUEUE, this.config.workerThreads * 2, (job) =>
      this.process(job),
    );
  }

  async onModuleDestroy(): Promise<void> {
    await this.worker?.close();
    await this.runner.close();
  }

  async process(job: RunningJob<GradingJob>): Promise<void> {
    const { runId } = job.payload;
    const claimed = await this.repository.claim(runId);
    if (!claimed) return;
    const started = performance.now();
    try {
      const verdict = await this.grade(job, claimed);
      const written = await this.repository.finish(runId, verdict);
      const durationMs = performance.now() - started;
      if (written) this.metrics.observe(verdict.outcome, durationMs);
      this.logger.info({ runId, outcome: verdict.outcome, durationMs: Math.round(durationMs), written }, 'graded');
    } catch (error) {
      this.logger.error({ err: error, runId, attempt: job.attempt }, 'a run failed');
      if (job.lastAttempt && (await this.repository.finishWithoutVerdict(runId, 'grader_error'))) {
        this.metrics.observe('grader_error', performance.now() - started);
      }
      throw error;
    }
  }

  private async grade(job: RunningJob<GradingJob>, claimed: ClaimedRun): Promise<Verdict> {
    const { seed, versionId, submission } = claimed;
    const exerciseFiles = await this.exerciseFiles.of(versionId);
    const task: ReplayTask = { seed, exerciseKey: versionId, exerciseFiles, submission };
    let reported = 0;
    const report = (step: number, steps: number, command: string): void => {
      if (performance.now() - reported < REPORT_EVERY_MS) return;
      reported = performance.now();
      const progress: RunProgress = { state: 'running', step, steps, command: command.slice(0, 200) };
      job.report(progress).catch((error: unknown) => {
        this.logger.warn({ err: error }, 'progress could not be told');
      });
    };
    try {
      return await this.runner.run(task, report);
    } catch (error) {
      if (!(error instanceof ReplayLimitError) || job.attempt < LIMIT_ATTEMPTS) throw error;
      return this.runner.refuse(task, error);
    }
  }
}
