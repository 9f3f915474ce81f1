import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { GradingJob } from '@seatrial/contracts';
import type { JobQueue } from '@seatrial/queue';
import type { Logger } from 'pino';
import { GRADING, LOGGER, PRISMA, type PrismaClient } from '../service/service-tokens.js';
import { SubmissionRepository } from './submission.repository.js';

const POLL_MS = 1000;
const BATCH = 200;
const SWEEP_MS = 15_000;
/** A run that is older and has no job any more has lost it. */
const LOST_AFTER_MS = 30_000;
const LIVE_PRIORITY = 1;

interface OutboxRow {
  readonly job_id: string;
  readonly payload: GradingJob;
}

/**
 * Hands promised jobs to the queue: a row leaves the outbox only once its job is there, and a job that is there already
 * is not added again. Several relays may run. Also finds runs whose job was lost with the queue, and promises it again.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, OnModuleDestroy {
  private timers: NodeJS.Timeout[] = [];
  private running: Promise<void> = Promise.resolve();
  private pending = false;

  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(GRADING) private readonly queue: JobQueue<GradingJob>,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly repository: SubmissionRepository,
  ) {}

  onApplicationBootstrap(): void {
    this.timers = [
      setInterval(() => {
        this.poke();
      }, POLL_MS),
      setInterval(() => void this.sweep(), SWEEP_MS),
    ];
  }

  async onModuleDestroy(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.running;
  }

  /** Relays soon; calls while it is at work are one. */
  poke(): void {
    if (this.pending) return;
    this.pending = true;
    this.running = this.running.then(async () => {
      this.pending = false;
      try {
        while ((await this.relayBatch()) === BATCH);
      } catch (error) {
        this.logger.error({ err: error }, 'the outbox could not be relayed; it will be tried again');
      }
    });
  }

  private async relayBatch(): Promise<number> {
    return this.prisma.$transaction(async (transaction) => {
      const rows = await transaction.$queryRaw<OutboxRow[]>`
        DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
        RETURNING job_id, payload`;
      if (rows.length > 0) {
        await this.queue.addAll(rows.map(({ job_id, payload }) => ({ id: job_id, payload, priority: LIVE_PRIORITY })));
      }
      return rows.length;
    });
  }

  private async sweep(): Promise<void> {
    try {
      const waiting = await this.repository.unfinishedSince(new Date(Date.now() - LOST_AFTER_MS), BATCH);
      for (const runId of waiting) await this.recover(runId);
    } catch (error) {
      this.logger.error({ err: error }, 'lost runs could not be looked for');
    }
  }

  private async recover(runId: string): Promise<void> {
    const state = await this.queue.stateOf(runId);
    if (state === 'failed') {
      if (await this.repository.finishWithoutVerdict(runId, 'grader_error')) {
        this.logger.error({ runId }, 'a run failed in the queue');
      }
      return;
    }
    if (state !== 'unknown' && state !== 'completed') return;
    if (state === 'completed') await this.queue.remove(runId);
    this.logger.warn({ runId }, 'a run had lost its job; it is queued again');
    await this.queue.addAll([{ id: runId, payload: { runId }, priority: LIVE_PRIORITY }]);
  }
}
