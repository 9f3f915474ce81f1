import { startEmbeddedService } from '../service/embedded-service.js';
import { GraphqlClient } from '../service/graphql-client.js';
import { seedCourse } from '../service/seed.js';
import { submitAndFollow } from '../service/submit-sample.js';
import { defineBench } from './bench-group.js';
import { timesText } from './measure.js';
import { loadSample } from './sample.js';

const SUBMISSIONS = 200;
const CLIENTS = 16;

/** (b) Submissions end to end: submit over HTTP, follow over WebSocket, until the verdict has come. */
export const serviceBench = defineBench({
  name: 'service',
  run: async () => {
    const service = await startEmbeddedService({ environment: { LOG_LEVEL: 'error', PORT: '0', ...process.env } });
    try {
      const { studentTokens } = await seedCourse(service.api.application);
      const token = [...studentTokens.values()][0] ?? '';
      const clients = Array.from({ length: CLIENTS }, () => new GraphqlClient(service.api.url, token));
      const { submission } = loadSample('httpenv-nodeport', 'samples/perfect');
      for (const client of clients) await submitAndFollow(client, 'httpenv-nodeport', submission);
      const times: number[] = [];
      let left = SUBMISSIONS;
      const started = performance.now();
      await Promise.all(
        clients.map(async (client) => {
          while (left-- > 0) {
            const submitted = performance.now();
            await submitAndFollow(client, 'httpenv-nodeport', submission);
            times.push(performance.now() - submitted);
          }
        }),
      );
      const seconds = (performance.now() - started) / 1000;
      for (const client of clients) await client.close();
      const queue = service.config.redisUrl === undefined ? 'PostgreSQL' : 'Redis';
      return [
        {
          what: `(b) submissions end to end, embedded PostgreSQL, queue on ${queue}, ${String(CLIENTS)} clients`,
          value: `${(times.length / seconds).toFixed(1)}/s, ${timesText(times)}`,
        },
      ];
    } finally {
      await service.stop();
    }
  },
});
