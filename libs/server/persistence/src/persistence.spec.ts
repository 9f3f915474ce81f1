import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyMigrations, createPrismaClient, isUniqueViolation, startEmbeddedPostgres } from './index.js';
import type { EmbeddedPostgres, PrismaClient } from './index.js';

const MIGRATIONS = new URL('../../../../prisma/migrations', import.meta.url).pathname;
let server: EmbeddedPostgres;
let prisma: PrismaClient;

beforeAll(async () => {
  server = await startEmbeddedPostgres();
  await applyMigrations(server.url, MIGRATIONS);
  prisma = createPrismaClient(server.url);
}, 60_000);

afterAll(async () => {
  await prisma.$disconnect();
  await server.stop();
});

it('applies each migration once', async () => {
  expect(await applyMigrations(server.url, MIGRATIONS)).toEqual([]);
});

it('says which writes met a taken key', async () => {
  await prisma.user.create({ data: { name: 'Ana', email: 'ana@example.org' } });
  const again = prisma.user.create({ data: { name: 'Ana', email: 'ana@example.org' } });
  await expect(again.catch((error: unknown) => isUniqueViolation(error))).resolves.toBe(true);
});

it('takes a data directory over from a process that was killed, with its data', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'seatrial-spec-'));
  const dataDirectory = join(parent, 'postgres');
  const script = `const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)});
    const { url } = await startEmbeddedPostgres({ dataDirectory: ${JSON.stringify(dataDirectory)} });
    process.stdout.write(url); setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve) => {
    child.stdout.once('data', (chunk: Buffer) => {
      resolve(chunk.toString());
    });
  });
  const before = new pg.Client({ connectionString: url });
  await before.connect();
  before.on('error', () => undefined); // the server is about to go away
  await before.query('CREATE TABLE kept (n int)');
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  const second = await startEmbeddedPostgres({ dataDirectory });
  const after = new pg.Client({ connectionString: second.url });
  await after.connect();
  expect((await after.query('SELECT * FROM kept')).rows).toEqual([]);
  await after.end();
  await second.stop();
  rmSync(parent, { recursive: true, force: true });
}, 60_000);
