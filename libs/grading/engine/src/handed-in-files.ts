import { baseName, directoryName, type FileSystem } from '@seatrial/kernel';
import type { HandedInFiles } from '@seatrial/shell';

/** A file or folder that was put where a command looked for it. */
export interface BroughtFile {
  /** Where the command looked, absolute. */
  readonly from: string;
  /** Where it stands in the submission; `.` for all of it. */
  readonly to: string;
}

/** Where students keep their files: not the system's own folders. */
const OWN_PLACE = /^\/(?:home|root|Users|workspace|workspaces|mnt\/[a-z])\//;

/** How many of the last parts two paths share. */
function sharedEnd(a: string, b: string): number {
  const [one, two] = [a.split('/').reverse(), b.split('/').reverse()];
  const different = one.findIndex((part, index) => part !== two[index]);
  return different < 0 ? one.length : different;
}

/** The one that shares most with the path; undefined where several do. */
function nearest(path: string, candidates: readonly string[]): string | undefined {
  const [best, second] = [...candidates].sort((a, b) => sharedEnd(path, b) - sharedEnd(path, a));
  if (best === undefined) return undefined;
  return (second as string | undefined) !== undefined && sharedEnd(path, second) === sharedEnd(path, best)
    ? undefined
    : best;
}

/**
 * A submission's files by their names: students hand in `web.yaml` and type `kubectl apply -f ~/lab/k8s/web.yaml`, or edit
 * it in an editor whose keys no transcript has.
 */
export class SubmittedFiles implements HandedInFiles {
  private readonly texts = new Map<string, string>();
  private readonly handedIn = new Set<string>();
  private readonly brought: BroughtFile[] = [];
  /** False while a command runs of which the transcript shows that it found nothing. */
  looksElsewhere = true;

  constructor(
    private readonly files: FileSystem,
    private readonly root: string,
  ) {}

  /** A file of the exercise's or the student's is put into the working directory. */
  add(path: string, text: string, from: 'exercise' | 'student'): void {
    this.texts.set(path, text);
    if (from === 'student') this.handedIn.add(path);
    this.write(`${this.root}/${path}`, text);
  }

  /** What was brought since this was asked last. */
  takeBrought(): readonly BroughtFile[] {
    return this.brought.splice(0);
  }

  bring(path: string): boolean {
    if (!this.looksElsewhere) return false;
    const file = this.named(path, [...this.texts.keys()]);
    const text = file === undefined ? undefined : this.texts.get(file);
    if (file !== undefined && text !== undefined) return this.put(path, file, text);
    const folder = this.folderFor(path);
    if (folder === undefined) return false;
    this.files.makeDirectories(directoryName(path), 'student');
    const linked = this.files.makeLink(path, folder === '.' ? this.root : `${this.root}/${folder}`);
    if (linked.ok) this.brought.push({ from: path, to: folder });
    return linked.ok;
  }

  restore(path: string): boolean {
    const own = path.startsWith(`${this.root}/`) ? path.slice(this.root.length + 1) : undefined;
    const file = own !== undefined && this.handedIn.has(own) ? own : this.named(path, [...this.handedIn]);
    const text = file === undefined ? undefined : this.texts.get(file);
    if (file === undefined || text === undefined) return false;
    return file === own ? this.write(path, text) : this.put(path, file, text);
  }

  private named(path: string, candidates: readonly string[]): string | undefined {
    const name = baseName(path);
    return nearest(
      path,
      candidates.filter((candidate) => baseName(candidate) === name),
    );
  }

  /** A folder of that name; all that was handed in, when it was handed in without folders. */
  private folderFor(path: string): string | undefined {
    const folders = new Set([...this.texts.keys()].flatMap((file) => foldersOf(file)));
    const named = this.named(path, [...folders]);
    if (named !== undefined) return named;
    const isFlat = folders.size === 0 && this.handedIn.size > 0;
    return isFlat && OWN_PLACE.test(path) && !/\.\w+$/.test(path) ? '.' : undefined;
  }

  private put(path: string, file: string, text: string): boolean {
    const written = this.write(path, text);
    if (written) this.brought.push({ from: path, to: file });
    return written;
  }

  private write(path: string, text: string): boolean {
    this.files.makeDirectories(directoryName(path), 'student');
    return this.files.writeFile(path, text, { owner: 'student' }).ok;
  }
}

/** `a/b/c.yaml` → `a`, `a/b`. */
function foldersOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
