import {
  createPostgresBackend,
  createRedisBackend,
  withBackend,
  type Processor,
  type Queue,
  type QueueEvents,
  type Worker,
} from 'bullmq';
import { Redis } from 'ioredis';

/** Where jobs are kept: in Redis when its URL is given, else in the service's PostgreSQL (BullMQ's own backend). */
export interface QueueSettings {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  /** How long a worker that was killed holds its job, in milliseconds; by default 30 s. */
  readonly lockMs?: number;
}

/** A job to add. A second one with the id of a job that is still known is not added. */
export interface JobRequest<Payload> {
  readonly id: string;
  readonly payload: Payload;
  /** 1 is served before 2; live work comes before regrading. */
  readonly priority?: number;
}

/** A job as its processor sees it. */
export interface RunningJob<Payload> {
  readonly id: string;
  readonly payload: Payload;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly lastAttempt: boolean;
  report(progress: object): Promise<void>;
}

export interface JobQueue<Payload> {
  addAll(jobs: readonly JobRequest<Payload>[]): Promise<void>;
  /** Jobs by state. */
  counts(): Promise<Readonly<Record<'waiting' | 'active' | 'delayed' | 'failed', number>>>;
  /** `unknown` when there is no such job (any more). */
  stateOf(id: string): Promise<string>;
  remove(id: string): Promise<void>;
  close(): Promise<void>;
}

export interface JobWorker {
  /** Waits for the jobs in hand, takes no more. */
  close(): Promise<void>;
}

export interface JobEventListener {
  readonly onProgress?: (id: string, progress: unknown) => void;
  readonly onEnd?: (id: string, end: 'completed' | 'failed') => void;
}

/** How often a job is tried, and what is kept of it afterwards. */
const JOB_OPTIONS = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 500 },
  removeOnComplete: { age: 3600, count: 1000 },
  removeOnFail: { age: 7 * 24 * 3600 },
} as const;

/** Connections of each object to PostgreSQL. */
const POOL_SIZE = 4;
const SCHEMA = 'bullmq';
const LOCK_MS = 30_000;
/** So often within a lock's time it is looked for jobs whose worker is gone. */
const STALLED_CHECKS = 6;
const MAX_STALLS = 3;

type Errors = (error: Error) => void;

/** Makes queues, workers and listeners on one backend; the same behaviour on both. */
export class QueueFactory {
  private readonly redisConnections: Redis[] = [];
  private closing = false;

  constructor(
    private readonly settings: QueueSettings,
    private readonly report: Errors = () => undefined,
  ) {}

  /** Connections that are being closed may still complain that the server went first. */
  private readonly onError = (error: Error): void => {
    if (!this.closing) this.report(error);
  };

  get backend(): 'postgresql' | 'redis' {
    return this.settings.redisUrl === undefined ? 'postgresql' : 'redis';
  }

  private get postgres() {
    const classes = withBackend(createPostgresBackend);
    const connection = { connectionString: this.settings.databaseUrl, schema: SCHEMA, migrate: true, max: POOL_SIZE };
    return { classes, connection };
  }

  private redis(url: string) {
    const connection = new Redis(url, { maxRetriesPerRequest: null });
    connection.on('error', this.onError);
    this.redisConnections.push(connection);
    return { classes: withBackend(createRedisBackend), connection };
  }

  openQueue<Payload>(name: string): JobQueue<Payload> {
    const { redisUrl } = this.settings;
    if (redisUrl === undefined) {
      const { classes, connection } = this.postgres;
      return this.wrapQueue<Payload>(name, new classes.Queue(name, { connection }) as unknown as Queue);
    }
    const { classes, connection } = this.redis(redisUrl);
    return this.wrapQueue<Payload>(name, new classes.Queue(name, { connection }));
  }

  private wrapQueue<Payload>(name: string, queue: Queue): JobQueue<Payload> {
    queue.on('error', this.onError);
    return {
      addAll: async (jobs) => {
        await queue.addBulk(
          jobs.map(({ id, payload, priority }) => ({
            name,
            data: payload,
            opts: { ...JOB_OPTIONS, jobId: id, ...(priority !== undefined && { priority }) },
          })),
        );
      },
      counts: async () => {
        const counts = await queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed');
        const of = (state: string): number => counts[state] ?? 0;
        return {
          waiting: of('waiting') + of('prioritized'),
          active: of('active'),
          delayed: of('delayed'),
          failed: of('failed'),
        };
      },
      stateOf: (id) => queue.getJobState(id),
      remove: async (id) => {
        await queue.remove(id);
      },
      close: () => this.close(queue),
    };
  }

  openWorker<Payload>(
    name: string,
    concurrency: number,
    process: (job: RunningJob<Payload>) => Promise<void>,
  ): JobWorker {
    const processor: Processor<Payload, unknown> = async (job) => {
      const attempt = job.attemptsMade + 1;
      await process({
        id: job.id ?? '',
        payload: job.data,
        attempt,
        lastAttempt: attempt >= (job.opts.attempts ?? 1),
        report: (progress) => job.updateProgress(progress),
      });
    };
    const { lockMs = LOCK_MS } = this.settings;
    const options = {
      concurrency,
      lockDuration: lockMs,
      stalledInterval: Math.ceil(lockMs / STALLED_CHECKS),
      maxStalledCount: MAX_STALLS,
    };
    const { redisUrl } = this.settings;
    if (redisUrl === undefined) {
      const { classes, connection } = this.postgres;
      return this.wrapWorker(new classes.Worker(name, processor, { ...options, connection }) as unknown as Worker);
    }
    const { classes, connection } = this.redis(redisUrl);
    return this.wrapWorker(new classes.Worker(name, processor, { ...options, connection }));
  }

  private wrapWorker(worker: Worker): JobWorker {
    worker.on('error', this.onError);
    return { close: () => this.close(worker) };
  }

  listen(name: string, listener: JobEventListener): { readonly ready: Promise<unknown>; close(): Promise<void> } {
    const { redisUrl } = this.settings;
    if (redisUrl === undefined) {
      const { classes, connection } = this.postgres;
      return this.wrapEvents(new classes.QueueEvents(name, { connection }) as unknown as QueueEvents, listener);
    }
    const { classes, connection } = this.redis(redisUrl);
    return this.wrapEvents(new classes.QueueEvents(name, { connection }), listener);
  }

  private wrapEvents(events: QueueEvents, { onProgress, onEnd }: JobEventListener) {
    events.on('error', this.onError);
    events.on('progress', ({ jobId, data }) => onProgress?.(jobId, data));
    events.on('completed', ({ jobId }) => onEnd?.(jobId, 'completed'));
    events.on('failed', ({ jobId }) => onEnd?.(jobId, 'failed'));
    return { ready: events.waitUntilReady(), close: () => this.close(events) };
  }

  private async close(object: { close(): Promise<void> }): Promise<void> {
    this.closing = true;
    await object.close();
  }

  /** Closes the connections of its own; after everything it made is closed. */
  async end(): Promise<void> {
    await Promise.all(this.redisConnections.map((connection) => connection.quit().catch(() => undefined)));
  }
}
