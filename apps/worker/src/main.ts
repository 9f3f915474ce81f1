import { availableParallelism } from 'node:os';
import { ConfigError, readConfig } from '@seatrial/platform';
import { startWorker } from './start-worker.js';

try {
  const worker = await startWorker(readConfig(process.env, availableParallelism()));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void worker.close().then(() => process.exit(0));
    });
  }
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
