import {
  LazyDirectory,
  newDirectory,
  type Directory,
  type FileNode,
  type RandomSource,
  type Simulation,
} from '@seatrial/kernel';

/** One file of an API volume. */
export interface ProjectedFile {
  readonly path: string;
  /** Computed when the file is first read, where it is a function (tokens). */
  readonly content: string | (() => string);
  readonly mode: number;
  /** The user it belongs to, when not root. */
  readonly owner?: string;
}

/** What a group gets of read-only volumes: to read, and to enter directories, whose group new files take. */
const FILE_MASK = 0o440;
const DIRECTORY_MASK = 0o2550;

/** What the atomic writer calls the folder of one generation of files: `..2026_11_21_18_55_56.265841583`. */
export function generationName(now: number, random: RandomSource): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '_');
  return `..${stamp}.${random.characters(9, '0123456789')}`;
}

/**
 * Writes files as the kubelet's atomic writer does (pkg/volume/util/atomic_writer.go): in a dated directory behind
 * `..data`, with a link for each top-level name; for a pod's `group` if it has one (volume_linux.go changeFilePermission).
 */
export function writeProjectedFiles(
  root: Directory,
  files: readonly ProjectedFile[],
  simulation: Simulation,
  group?: number,
): void {
  const now = simulation.now();
  const directoryFor = (): Directory => {
    const made = newDirectory(now);
    if (group === undefined) return made;
    return { ...made, group: String(group), mode: made.mode | DIRECTORY_MASK };
  };
  const link = (target: string): FileNode => ({
    type: 'link',
    target,
    mode: 0o777,
    owner: 'root',
    group: group === undefined ? 'root' : String(group),
    modifiedAt: now,
  });
  const directory = generationName(now, simulation.random);
  const payload = directoryFor();
  const names = new Set<string>();
  for (const file of files) {
    const parts = file.path.split('/').filter((part) => part !== '' && part !== '.');
    const name = parts.pop();
    if (name === undefined) continue;
    let here = payload;
    for (const part of parts) {
      const next = here.entries.get(part);
      if (next?.type === 'directory') here = next;
      else {
        const made = directoryFor();
        here.entries.set(part, made);
        here = made;
      }
    }
    here.entries.set(name, projectedFile(file, now, group));
    names.add(parts[0] ?? name);
  }
  root.entries.clear();
  root.entries.set(directory, payload);
  root.entries.set('..data', link(directory));
  for (const name of names) root.entries.set(name, link(`..data/${name}`));
  root.modifiedAt = now;
}

function projectedFile({ content, mode, owner = 'root' }: ProjectedFile, now: number, group?: number): FileNode {
  const attributes = {
    type: 'file',
    mode: group === undefined ? mode : mode | FILE_MASK,
    owner,
    group: group === undefined ? 'root' : String(group),
    modifiedAt: now,
  } as const;
  if (typeof content === 'string') return { ...attributes, content };
  let text: string | undefined;
  return {
    ...attributes,
    get content() {
      text ??= content();
      return text;
    },
    set content(value) {
      text = value;
    },
  };
}

/** A directory whose entries are written when somebody first looks: most volumes of most pods are never read. */
export function lazyProjectedDirectory(
  files: () => readonly ProjectedFile[],
  simulation: Simulation,
  group?: number,
): Directory {
  const now = simulation.now();
  return new LazyDirectory(now, 0o777, () => {
    const written = newDirectory(now, 0o777);
    writeProjectedFiles(written, files(), simulation, group);
    return written.entries;
  });
}
