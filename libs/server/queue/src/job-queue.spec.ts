import { randomUUID } from 'node:crypto';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@seatrial/persistence';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QueueFactory, type JobQueue } from './index.js';

const redisUrl = process.env.REDIS_URL;
let postgres: EmbeddedPostgres;
beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
}, 60_000);
afterAll(() => postgres.stop());

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 20) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('waited too long');
}

describe.each(['postgresql', ...(redisUrl ? ['redis'] : [])])('on %s', (backend) => {
  let factory: QueueFactory;
  let queue: JobQueue<{ n: number }>;
  const name = `spec-${randomUUID()}`;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(() => {
    factory = new QueueFactory({ databaseUrl: postgres.url, ...(backend === 'redis' && redisUrl && { redisUrl }) });
    queue = factory.openQueue(name);
  });
  afterAll(async () => {
    for (const close of closing) await close();
    await queue.close();
    await factory.end();
  });

  it('is what the settings say', () => {
    expect(factory.backend).toBe(backend);
  });

  it('runs each job once, live work first, a repeated id not again, and tells of progress and end', async () => {
    await queue.addAll([
      { id: 'later', payload: { n: 2 }, priority: 2 },
      { id: 'live', payload: { n: 1 }, priority: 1 },
      { id: 'live', payload: { n: 9 }, priority: 1 },
    ]);
    expect((await queue.counts()).waiting).toBe(2);
    const events: string[] = [];
    const listener = factory.listen(name, {
      onProgress: (id, progress) => events.push(`${id} ${JSON.stringify(progress)}`),
      onEnd: (id, end) => events.push(`${id} ${end}`),
    });
    closing.push(() => listener.close());
    await listener.ready;
    const ran: number[] = [];
    const worker = factory.openWorker<{ n: number }>(name, 1, async (job) => {
      ran.push(job.payload.n);
      await job.report({ step: job.payload.n });
    });
    closing.unshift(() => worker.close());
    await until(() => events.filter((event) => event.endsWith('completed')).length === 2);
    expect(ran).toEqual([1, 2]);
    expect(events).toContain('live {"step":1}');
    await queue.addAll([{ id: 'live', payload: { n: 3 } }]);
    expect(await queue.stateOf('live')).toBe('completed');
  });

  it('tries a failing job three times', async () => {
    const other = `${name}-failing`;
    const failing = factory.openQueue<{ n: number }>(other);
    const attempts: string[] = [];
    const worker = factory.openWorker(other, 1, (job) => {
      attempts.push(`${String(job.attempt)} ${String(job.lastAttempt)}`);
      return Promise.reject(new Error('no'));
    });
    await failing.addAll([{ id: 'a', payload: { n: 1 } }]);
    await until(async () => (await failing.stateOf('a')) === 'failed');
    expect(attempts).toEqual(['1 false', '2 false', '3 true']);
    await worker.close();
    await failing.close();
  });
});
