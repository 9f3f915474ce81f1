/** Mounts that nobody has looked at yet: most containers never touch what is mounted into them. */
export class PendingMounts {
  constructor(
    private readonly points: readonly string[],
    /** Does the mounting. */
    readonly settle: () => void,
    /** When they were asked for, ms since the epoch. */
    readonly time: number,
  ) {}

  /** Whether one of them can be seen at or below the path, or the path is within one. */
  concern(path: string): boolean {
    for (const point of this.points) if (isWithin(path, point) || isWithin(point, path)) return true;
    return false;
  }
}

const isWithin = (path: string, folder: string): boolean =>
  path.startsWith(folder) &&
  (path.length === folder.length || folder === '/' || path.charCodeAt(folder.length) === SLASH);

const SLASH = 47;
