import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { makeTemporaryDataDirectory, prepareDataDirectory } from './data-directory.js';
import { noteOwner, takeOverDataDirectory } from './orphaned-postmaster.js';
import { UNPRIVILEGED, locatePostgresBinaries } from './postgres-binaries.js';

export interface EmbeddedPostgresOptions {
  /** Where the data are kept; without it they are temporary and deleted at the stop. */
  readonly dataDirectory?: string;
  /** False trades crash safety for speed; by default true when a directory is given. */
  readonly durable?: boolean;
}

/** A running PostgreSQL server of our own. */
export interface EmbeddedPostgres {
  readonly url: string;
  readonly dataDirectory: string;
  stop(): Promise<void>;
}

const ENVIRONMENT = { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' };
const FAST_SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
const LOG_TAIL = 2000;

function initialise(binaries: string, dataDirectory: string): void {
  if (existsSync(join(dataDirectory, 'PG_VERSION'))) return;
  const flags = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync', '--no-instructions'];
  const run = spawnSync(join(binaries, 'initdb'), ['-D', dataDirectory, ...flags], {
    ...UNPRIVILEGED,
    env: ENVIRONMENT,
    encoding: 'utf8',
    cwd: '/',
  });
  if (run.status !== 0) throw new Error(`initdb failed: ${run.error?.message ?? ''}${run.stdout}${run.stderr}`);
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

/** Ready when the server says so in its log. */
function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-LOG_TAIL);
      if (log.includes('database system is ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error(`PostgreSQL did not start: ${log}`));
    });
  });
}

/**
 * Starts the PostgreSQL server that comes with the npm packages, on a free local port: as root it runs as `nobody`,
 * and a server that a killed process left behind is taken over.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
  const binaries = await locatePostgresBinaries();
  const temporary = options.dataDirectory === undefined;
  const dataDirectory = options.dataDirectory
    ? prepareDataDirectory(options.dataDirectory)
    : makeTemporaryDataDirectory();
  await takeOverDataDirectory(dataDirectory);
  initialise(binaries, dataDirectory);
  const port = await findFreePort();
  const settings = [
    'max_connections=300',
    'shared_buffers=64MB',
    ...((options.durable ?? !temporary) ? [] : FAST_SETTINGS),
  ];
  const flags = ['-D', dataDirectory, '-p', String(port), '-h', '127.0.0.1', '-k', ''];
  // A group of its own: a Ctrl-C at the terminal reaches us first, and we stop the server last.
  const child = spawn(join(binaries, 'postgres'), [...flags, ...settings.flatMap((setting) => ['-c', setting])], {
    ...UNPRIVILEGED,
    env: ENVIRONMENT,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await untilReady(child);
  noteOwner(dataDirectory);
  const killNow = (): void => {
    child.kill('SIGQUIT');
  };
  process.once('exit', killNow);
  return {
    url: `postgresql://postgres@127.0.0.1:${String(port)}/postgres`,
    dataDirectory,
    async stop() {
      process.off('exit', killNow);
      child.kill('SIGINT');
      await exited;
      if (temporary) rmSync(dirname(dataDirectory), { recursive: true, force: true });
    },
  };
}
