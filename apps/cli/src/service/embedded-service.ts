import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { startApi, type RunningApi } from '@seatrial/api';
import { applyMigrations, startEmbeddedPostgres, type EmbeddedPostgres } from '@seatrial/persistence';
import { readConfig, type ServiceConfig } from '@seatrial/platform';
import { startWorker, type RunningWorker } from '@seatrial/worker';
import { CHECKOUT, MIGRATIONS } from './checkout.js';

export interface EmbeddedServiceOptions {
  /** Keeps the data here; without it they are temporary. */
  readonly dataDirectory?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly say?: (text: string) => void;
}

/** The whole service in this process: database (unless DATABASE_URL names one), API and worker. */
export interface EmbeddedService {
  readonly api: RunningApi;
  readonly config: ServiceConfig;
  stop(): Promise<void>;
}

export const DATA_DIRECTORY = join(CHECKOUT, '.data/postgres');

export async function startEmbeddedService(options: EmbeddedServiceOptions): Promise<EmbeddedService> {
  const { environment, say = () => undefined } = options;
  const started: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    for (const part of started.splice(0).reverse()) await part.stop();
  };
  try {
    const postgres = environment.DATABASE_URL ? undefined : await startDatabase(options);
    if (postgres) started.push(postgres);
    const databaseUrl = environment.DATABASE_URL ?? postgres?.url;
    const config = readConfig({ ...environment, DATABASE_URL: databaseUrl }, availableParallelism());
    say(`database: ${postgres ? `embedded PostgreSQL in ${postgres.dataDirectory}` : 'DATABASE_URL'}`);
    const applied = await applyMigrations(config.databaseUrl, MIGRATIONS);
    say(`migrations: ${applied.length > 0 ? applied.join(', ') : 'up to date'}`);
    const api = await startApi(config);
    started.push({ stop: () => api.close() });
    const worker: RunningWorker = await startWorker(config);
    started.push({ stop: () => worker.close() });
    say(
      `queue: ${config.redisUrl === undefined ? 'PostgreSQL' : 'Redis'}; ${String(config.workerThreads)} worker threads`,
    );
    return { api, config, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startDatabase({ dataDirectory }: EmbeddedServiceOptions): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres(dataDirectory === undefined ? {} : { dataDirectory });
}
