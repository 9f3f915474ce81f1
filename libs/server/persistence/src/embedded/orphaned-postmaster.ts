import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const OWNER_FILE = 'seatrial-owner.pid';
const STOP_WAIT_MS = 10_000;
const POLL_MS = 50;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number.parseInt(readFileSync(file, 'utf8').split('\n')[0] ?? '', 10);
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/** A pid may have been given to another program since: only a postgres of this directory counts. */
function isPostmasterOf(pid: number, dataDirectory: string): boolean {
  const commandLine = `/proc/${String(pid)}/cmdline`;
  if (!existsSync('/proc/self/cmdline')) return isAlive(pid);
  return existsSync(commandLine) && readFileSync(commandLine, 'utf8').split('\0').includes(dataDirectory);
}

async function stop(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    process.kill(pid, signal);
    for (let waited = 0; waited < STOP_WAIT_MS; waited += POLL_MS) {
      if (!isAlive(pid)) return;
      await delay(POLL_MS);
    }
  }
  throw new Error(`the PostgreSQL server with pid ${String(pid)} does not stop`);
}

/**
 * Makes a data directory free to be served: a postmaster whose owner was killed is stopped, a stale lock file removed.
 * Throws when another living process of Seatrial serves it.
 */
export async function takeOverDataDirectory(dataDirectory: string): Promise<void> {
  const lock = join(dataDirectory, 'postmaster.pid');
  const postmaster = readPid(lock);
  if (postmaster !== undefined && isAlive(postmaster) && isPostmasterOf(postmaster, dataDirectory)) {
    const owner = readPid(join(dataDirectory, OWNER_FILE));
    if (owner !== undefined && owner !== process.pid && isAlive(owner)) {
      throw new Error(
        `${dataDirectory} is in use by process ${String(owner)}; stop it, or choose another SEATRIAL_DATA_DIR`,
      );
    }
    await stop(postmaster);
  }
  rmSync(lock, { force: true });
}

/** Notes which process serves the directory, for {@link takeOverDataDirectory}. */
export function noteOwner(dataDirectory: string): void {
  writeFileSync(join(dataDirectory, OWNER_FILE), `${String(process.pid)}\n`);
}
