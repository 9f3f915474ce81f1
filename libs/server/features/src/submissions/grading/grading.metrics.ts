import { Inject, Injectable } from '@nestjs/common';
import type { GradingJob, Outcome } from '@seatrial/contracts';
import type { JobQueue } from '@seatrial/queue';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { GRADING } from '../../service/service-tokens.js';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What Prometheus is told of this process. */
@Injectable()
export class GradingMetrics {
  readonly registry = new Registry();
  private readonly duration: Histogram<'outcome'>;
  private readonly outcomes: Counter<'outcome'>;

  constructor(@Inject(GRADING) queue: JobQueue<GradingJob>) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.duration = new Histogram({
      name: 'seatrial_run_duration_seconds',
      help: 'Time from taking a run to its stored verdict',
      labelNames: ['outcome'],
      buckets: SECONDS,
      registers,
    });
    this.outcomes = new Counter({
      name: 'seatrial_runs_total',
      help: 'Finished runs by outcome, in this process',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of ['graded', 'submission_error', 'needs_review', 'grader_error'])
      this.outcomes.inc({ outcome }, 0);
    new Gauge({
      name: 'seatrial_queue_jobs',
      help: 'Jobs in the grading queue by state',
      labelNames: ['state'],
      registers,
      async collect() {
        for (const [state, count] of Object.entries(await queue.counts())) this.set({ state }, count);
      },
    });
  }

  observe(outcome: Outcome, durationMs: number): void {
    this.outcomes.inc({ outcome });
    this.duration.observe({ outcome }, durationMs / 1000);
  }
}
