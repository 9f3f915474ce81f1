import { startEmbeddedService } from '../service/embedded-service.js';
import { GraphqlClient } from '../service/graphql-client.js';
import { seedCourse } from '../service/seed.js';
import { submitAndFollow } from '../service/submit-sample.js';
import { defineBench } from './bench-group.js';
import { timesText } from './measure.js';
import { loadSample } from './sample.js';

const SUBMISSIONS = 400;
const ALONE = 50;
const CLIENTS = 16;

/** Has so many submissions made by the clients side by side; the time that each took, in ms. */
async function submitAll(clients: readonly GraphqlClient[], submissions: number): Promise<number[]> {
  const { submission } = loadSample('httpenv-nodeport', 'samples/perfect');
  const times: number[] = [];
  let left = submissions;
  await Promise.all(
    clients.map(async (client) => {
      while (left-- > 0) {
        const submitted = performance.now();
        await submitAndFollow(client, 'httpenv-nodeport', submission);
        times.push(performance.now() - submitted);
      }
    }),
  );
  return times;
}

/** (b) Submissions end to end, warm: submit over HTTP, follow over WebSocket, until the verdict has come. */
export const serviceBench = defineBench({
  name: 'service',
  run: async () => {
    const service = await startEmbeddedService({ environment: { LOG_LEVEL: 'error', PORT: '0', ...process.env } });
    try {
      const { studentTokens } = await seedCourse(service.api.application);
      const token = [...studentTokens.values()][0] ?? '';
      const clients = Array.from({ length: CLIENTS }, () => new GraphqlClient(service.api.url, token));
      await submitAll(clients, SUBMISSIONS);
      const started = performance.now();
      const times = await submitAll(clients, SUBMISSIONS);
      const seconds = (performance.now() - started) / 1000;
      const alone = await submitAll(clients.slice(0, 1), ALONE);
      for (const client of clients) await client.close();
      const queue = service.config.redisUrl === undefined ? 'PostgreSQL' : 'Redis';
      const where = `embedded PostgreSQL, queue on ${queue}`;
      return [
        {
          what: `(b) submissions end to end, ${where}, ${String(CLIENTS)} clients`,
          value: `${(times.length / seconds).toFixed(1)}/s, ${timesText(times)}`,
        },
        { what: `one submission alone, ${where}`, value: timesText(alone) },
      ];
    } finally {
      await service.stop();
    }
  },
});
