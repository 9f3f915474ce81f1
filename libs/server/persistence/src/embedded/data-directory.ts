import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { UNPRIVILEGED } from './postgres-binaries.js';

function make(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (UNPRIVILEGED.uid !== undefined) chownSync(folder, UNPRIVILEGED.uid, UNPRIVILEGED.gid);
  return folder;
}

/** A new, temporary data directory. */
export function makeTemporaryDataDirectory(): string {
  const parent = mkdtempSync(join(tmpdir(), 'seatrial-data-'));
  if (UNPRIVILEGED.uid !== undefined) chownSync(parent, UNPRIVILEGED.uid, UNPRIVILEGED.gid);
  return make(join(parent, 'postgres'));
}

/**
 * The data directory to use for `wanted`: that one, or, where `nobody` cannot reach it (below a home directory of
 * mode 0700), one in /var/tmp that depends only on the wanted path.
 */
export function prepareDataDirectory(wanted: string): string {
  const folder = resolve(wanted);
  mkdirSync(dirname(folder), { recursive: true });
  make(folder);
  if (UNPRIVILEGED.uid === undefined) return folder;
  if (spawnSync('test', ['-w', folder], { ...UNPRIVILEGED, cwd: '/' }).status === 0) return folder;
  return make(join('/var/tmp', `seatrial-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`));
}
