import { DEFAULT_SUBMISSION_LIMITS, type SubmissionLimits } from '@seatrial/contracts';
import type { LevelWithSilent } from 'pino';

/** How long and how large one replay may be on a worker, wall clock. */
export interface ReplayLimits {
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

/** What the service is told by its environment. */
export interface ServiceConfig {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  readonly host: string;
  readonly port: number;
  /** Where a worker without an API offers health and metrics; undefined for nowhere. */
  readonly workerPort?: number;
  readonly logLevel: LevelWithSilent;
  readonly submission: SubmissionLimits;
  readonly replay: ReplayLimits;
  readonly workerThreads: number;
  /** How long a worker that was killed holds its runs before another takes them. */
  readonly jobLockMs: number;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const LOG_LEVELS: readonly LevelWithSilent[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Reads and validates the environment; throws one {@link ConfigError} that names everything wrong with it. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>, cores: number): ServiceConfig {
  const errors: string[] = [];
  const reader = new EnvironmentReader(environment, errors);
  const redisUrl = reader.url('REDIS_URL', ['redis:', 'rediss:']);
  const workerPort = environment.SEATRIAL_WORKER_PORT
    ? reader.integer('SEATRIAL_WORKER_PORT', 0, 0, 65_535)
    : undefined;
  const config: ServiceConfig = {
    databaseUrl: reader.url('DATABASE_URL', ['postgresql:', 'postgres:'], true) ?? '',
    ...(redisUrl !== undefined && { redisUrl }),
    host: environment.HOST || '127.0.0.1',
    port: reader.integer('PORT', 4000, 0, 65_535),
    ...(workerPort !== undefined && { workerPort }),
    logLevel: reader.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
    submission: {
      maxBytes: reader.integer('SEATRIAL_MAX_SUBMISSION_BYTES', DEFAULT_SUBMISSION_LIMITS.maxBytes, 1, 2 ** 30),
      maxFiles: reader.integer('SEATRIAL_MAX_SUBMISSION_FILES', DEFAULT_SUBMISSION_LIMITS.maxFiles, 1, 100_000),
    },
    replay: {
      timeoutMs: reader.integer('SEATRIAL_REPLAY_TIMEOUT_MS', 30_000, 1, 3_600_000),
      memoryMb: reader.integer('SEATRIAL_REPLAY_MEMORY_MB', 512, 16, 65_536),
    },
    jobLockMs: reader.integer('SEATRIAL_JOB_LOCK_MS', 30_000, 1000, 3_600_000),
    workerThreads: reader.integer('SEATRIAL_WORKER_THREADS', Math.max(1, cores), 1, 1024),
  };
  if (errors.length > 0) throw new ConfigError(`the environment is not right:\n  ${errors.join('\n  ')}`);
  return config;
}

class EnvironmentReader {
  constructor(
    private readonly environment: Readonly<Record<string, string | undefined>>,
    private readonly errors: string[],
  ) {}

  url(name: string, protocols: readonly string[], required = false): string | undefined {
    const text = this.environment[name];
    const form = `${protocols[0] ?? ''}//user@host:port/…`;
    if (!text) {
      if (required) this.errors.push(`${name} is required: ${form}`);
      return undefined;
    }
    // The value may hold a password: it is not repeated.
    if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
      this.errors.push(`${name} must be a URL like ${form}`);
    }
    return text;
  }

  integer(name: string, otherwise: number, least: number, most: number): number {
    const text = this.environment[name];
    if (!text) return otherwise;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    this.errors.push(`${name} must be a whole number from ${String(least)} to ${String(most)}, not "${text}"`);
    return otherwise;
  }

  choice<T extends string>(name: string, choices: readonly T[], otherwise: T): T {
    const text = this.environment[name];
    if (!text) return otherwise;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) this.errors.push(`${name} must be one of ${choices.join(', ')}, not "${text}"`);
    return found ?? otherwise;
  }
}
