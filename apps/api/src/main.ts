import { availableParallelism } from 'node:os';
import { ConfigError, readConfig } from '@seatrial/platform';
import { startApi } from './start-api.js';

try {
  const api = await startApi(readConfig(process.env, availableParallelism()));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void api.close().then(() => process.exit(0));
    });
  }
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
