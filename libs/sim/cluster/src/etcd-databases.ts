import type { EtcdData, EtcdOpening } from '@seatrial/images';
import { sha256Hex, type RegularFile } from '@seatrial/kernel';

const MAGIC = 'etcd-db';

/** What a database holds: everything that the API server had written when its history was so long. */
export interface EtcdPoint {
  readonly historyLength: number;
  /** By how much later the next revision is (etcdutl's --bump-revision). */
  readonly bump: number;
  /** How many members it was restored for. */
  readonly members: number;
}

/** A database's first line, which stands for all of it. */
export const databaseText = ({ historyLength, bump, members }: EtcdPoint): string =>
  `${MAGIC} ${historyLength} ${bump} ${members}\n`;

/** What a database file holds; undefined when it is none. */
export function readDatabase(text: string): EtcdPoint | undefined {
  const found = /^etcd-db (\d{1,15}) (\d{1,15}) (\d{1,3})\n/.exec(text);
  return found ? { historyLength: Number(found[1]), bump: Number(found[2]), members: Number(found[3]) } : undefined;
}

/** A snapshot ends with the hash of what is before. */
export const withHash = (text: string): string => `${text}${sha256Hex(text)}\n`;

const HASH_LENGTH = 65;

/** Whether a snapshot's hash is that of its content; undefined when it has none. */
export function hashMatches(text: string): boolean | undefined {
  const hash = text.slice(-HASH_LENGTH);
  if (!/^[0-9a-f]{64}\n$/.test(hash)) return undefined;
  return sha256Hex(text.slice(0, -HASH_LENGTH)) === hash.slice(0, -1);
}

/** A member's file `member/snap/db` while it is being written, and what it last held after that. */
class DatabaseFile implements RegularFile {
  readonly type = 'file';
  mode = 0o600;
  owner = 'root';
  group = 'root';
  private written: string | undefined = undefined;

  constructor(
    public modifiedAt: number,
    private readonly current: () => string,
  ) {}

  /** Whether it is the database that the member writes. */
  get isLive(): boolean {
    return this.written === undefined;
  }

  get content(): string {
    return this.written ?? this.current();
  }

  set content(text: string) {
    this.written = text;
  }

  /** Another database took its place: it stays as it is. */
  close(): void {
    this.written ??= this.current();
  }
}

/** What the databases need of the API server. */
export interface DatabaseHost {
  readonly members: readonly string[];
  readonly now: () => number;
  readonly historyLength: () => number;
  readonly rewind: (historyLength: number, bump: number) => void;
  /** Makes what an API server makes of an empty etcd. */
  readonly bootstrap: () => void;
  /** The length of history when nobody but the API server itself had written. */
  readonly firstLength: () => number;
}

const DIRECTORY_MODE = 0o700;

/**
 * Which database each member of etcd runs on. A member that starts on another data directory than the others' (a
 * restored snapshot, an empty directory, an older copy) makes that the cluster's once most members have done so.
 */
export class EtcdDatabases {
  private readonly live = new Set<DatabaseFile>();
  /** What members have opened: text of a database that waits to be the cluster's, or undefined for the live one. */
  private readonly opened = new Map<string, { readonly point: EtcdPoint | undefined; readonly data: EtcdData }>();

  constructor(private readonly host: DatabaseHost) {}

  /** A member starts on a data directory. */
  open(node: string, data: EtcdData): EtcdOpening {
    const path = `${data.directory}/member/snap/db`;
    const found = data.files.stat(path);
    const first = !this.opened.has(node);
    if (found.ok && found.value instanceof DatabaseFile && found.value.isLive) return this.hold(node, data, undefined);
    const text = found.ok ? data.files.readFile(path) : undefined;
    if (first && !text?.ok) {
      this.place(data);
      return this.hold(node, data, undefined);
    }
    const fresh: EtcdPoint = { historyLength: 0, bump: 0, members: 1 };
    const point = text?.ok ? readDatabase(text.value) : fresh;
    if (!point) return 'corrupt';
    if (point.members !== this.host.members.length) return 'split';
    return this.hold(node, data, point);
  }

  /** Whether a member runs on the database that the cluster's API shows. */
  isLive(node: string): boolean {
    return this.opened.get(node)?.point === undefined;
  }

  /** The cluster is made anew: what directories hold does not count. */
  forget(): void {
    this.opened.clear();
  }

  /** Takes over another database when most members are at work on it. */
  adopt(atWork: (node: string) => boolean): void {
    const { members } = this.host;
    const waiting = members.filter((node) => !this.isLive(node) && atWork(node));
    const [first] = waiting;
    const point = this.opened.get(first)?.point;
    if (point === undefined) return;
    const same = waiting.filter((node) => sameText(this.opened.get(node)?.point, point));
    if (same.length * 2 <= members.length) return;
    for (const file of this.live) file.close();
    this.live.clear();
    for (const node of same) {
      const { data } = this.opened.get(node) ?? {};
      if (!data) continue;
      this.opened.set(node, { point: undefined, data });
      this.place(data);
    }
    const isEmpty = point.historyLength === 0;
    this.host.rewind(isEmpty ? this.host.firstLength() : point.historyLength, point.bump);
    if (isEmpty) this.host.bootstrap();
  }

  private hold(node: string, data: EtcdData, point: EtcdPoint | undefined): EtcdOpening {
    this.opened.set(node, { point, data });
    return 'opened';
  }

  private place({ files, directory }: EtcdData): void {
    const { host } = this;
    const snap = `${directory}/member/snap`;
    files.makeDirectories(snap);
    files.makeDirectories(`${directory}/member/wal`);
    for (const path of [directory, `${directory}/member`, snap, `${directory}/member/wal`]) {
      const found = files.stat(path);
      if (found.ok) found.value.mode = DIRECTORY_MODE;
    }
    const file = new DatabaseFile(host.now(), () =>
      databaseText({ historyLength: host.historyLength(), bump: 0, members: host.members.length }),
    );
    this.live.add(file);
    files.remove(`${snap}/db`);
    files.place(`${snap}/db`, file);
  }
}

const sameText = (a: EtcdPoint | undefined, b: EtcdPoint): boolean =>
  a !== undefined && databaseText(a) === databaseText(b);
