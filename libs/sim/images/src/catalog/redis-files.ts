import {
  FILE_ERROR_TEXT,
  TextInput,
  rememberRecent,
  resolvePath,
  type Coroutine,
  type FileErrorCode,
  type Process,
  type Result,
} from '@seatrial/kernel';
import { formatCommand, readCommand } from './redis-protocol.js';
import type { RedisPersistence, RedisStore } from './redis-store.js';

/** A snapshot: real ones are binary, here what makes the data again follows the header. */
const HEADER = /^REDIS0010 ctime=(\d+)\n/;

/** The commands that make the data of a store again. */
function rebuilding(store: RedisStore): string {
  const commands: string[][] = [];
  for (const [key, value] of store.data) {
    if (value.type === 'string') commands.push(['SET', key, value.text]);
    else if (value.type === 'list') commands.push(['RPUSH', key, ...value.items]);
    else if (value.type === 'set') commands.push(['SADD', key, ...value.members]);
    else commands.push(['HSET', key, ...[...value.fields].flat()]);
    const expires = store.expiry.get(key);
    if (expires !== undefined) commands.push(['PEXPIREAT', key, String(expires)]);
  }
  return commands.map(formatCommand).join('');
}

function* replay(store: RedisStore, text: string): Coroutine<void> {
  const input = new TextInput(text);
  for (;;) {
    const words = yield* readCommand(input);
    if (words === undefined) return;
    if (words.length > 0) store.run(words);
  }
}

type SavePoint = readonly [seconds: number, changes: number];

/** The save points of a setting (`3600 1 300 100`): few are in use, and every change asks for them. */
const savePoints = rememberRecent((setting): readonly SavePoint[] => {
  const numbers = setting.split(/\s+/).filter(Boolean).map(Number);
  return numbers.flatMap((seconds, index) => (index % 2 === 0 ? [[seconds, numbers[index + 1] ?? 0] as const] : []));
}, 20);

/**
 * What a redis server keeps in its directory (rdb.c, aof.c and server.c of redis 7.0): the snapshot that it writes when
 * asked, when its save points are due after a change and when it ends, and the append-only file.
 */
export class RedisFiles implements RedisPersistence {
  private readonly lines: string[] = [];
  private savedAt: number;
  private changes = 0;
  private appending = false;
  /** Whether the append-only file says already which database is meant. */
  private selected = false;
  private failed = false;
  private ending = false;

  constructor(
    private readonly process: Process,
    private readonly store: RedisStore,
    private readonly line: (mark: 'C' | 'M', text: string) => string,
  ) {
    this.savedAt = this.now;
  }

  private get now(): number {
    return this.process.machine.simulation.now();
  }

  private say(mark: 'C' | 'M', text: string): void {
    this.lines.push(this.line(mark, text));
  }

  private option(name: string): string {
    return this.store.config.get(name);
  }

  private path(name: string): string {
    return resolvePath(this.option('dir'), name);
  }

  private get points(): readonly SavePoint[] {
    return savePoints(this.option('save'));
  }

  /** Writes the lines of the log that have come up. */
  *flush(): Coroutine<void> {
    if (this.lines.length > 0) yield* this.process.stdout.write(this.lines.splice(0).join(''));
  }

  private snapshot(path: string): string | undefined {
    const text = `REDIS0010 ctime=${Math.floor(this.now / 1000)}\n${rebuilding(this.store)}`;
    const written = this.write(path, text);
    return written.ok ? undefined : FILE_ERROR_TEXT[written.error];
  }

  private write(path: string, text: string, append = false): Result<unknown, FileErrorCode> {
    const { files } = this.process.machine;
    return this.process.onBehalf(() => files.writeFile(path, text, { mode: 0o644, append }));
  }

  save(): boolean {
    const error = this.snapshot(this.path(this.option('dbfilename')));
    if (error === undefined) {
      this.say('M', '* DB saved on disk');
      this.savedAt = this.now;
      this.changes = 0;
    } else
      this.say(
        'M',
        `# Failed opening the temp RDB file temp-${this.process.pid}.rdb (in server root dir ${this.option('dir')}) for saving: ${error}`,
      );
    return error === undefined;
  }

  saveInBackground(): void {
    const child = this.process.pid + 20;
    this.say('M', `* Background saving started by pid ${child}`);
    this.failed = !this.save();
    this.say('M', this.failed ? '# Background saving error' : '* Background saving terminated with success');
  }

  lastSave(): number {
    return Math.floor(this.savedAt / 1000);
  }

  changed(words: readonly string[]): void {
    this.changes++;
    const sinceMs = this.now - this.savedAt;
    if (this.appending) {
      const text = `${this.selected ? '' : formatCommand(['SELECT', '0'])}${formatCommand(words)}`;
      this.selected = true;
      this.write(this.path(`${this.appendName()}.1.incr.aof`), text, true);
    }
    if (this.points.some(([seconds, changes]) => this.changes >= changes && sinceMs > seconds * 1000))
      this.saveInBackground();
  }

  refusal(): string | undefined {
    if (!this.failed || this.points.length === 0 || this.option('stop-writes-on-bgsave-error') === 'no')
      return undefined;
    return "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.";
  }

  private appendName(): string {
    return `${this.option('appenddirname')}/${this.option('appendfilename')}`;
  }

  /** Makes the files of the append-only log of what is there; why it cannot. */
  private createAppendOnly(): string | undefined {
    const { files } = this.process.machine;
    const directory = this.path(this.option('appenddirname'));
    if (!files.isDirectory(directory)) {
      const made = this.process.onBehalf(() => files.makeDirectory(directory, 0o755));
      if (!made.ok) return `${this.option('appenddirname')}: ${FILE_ERROR_TEXT[made.error]}`;
    }
    const file = this.option('appendfilename');
    const error = this.snapshot(this.path(`${this.appendName()}.1.base.rdb`));
    if (error !== undefined) return `${this.option('appenddirname')}: ${error}`;
    this.write(this.path(`${this.appendName()}.1.incr.aof`), '');
    this.write(
      this.path(`${this.appendName()}.manifest`),
      `file ${file}.1.base.rdb seq 1 type b\nfile ${file}.1.incr.aof seq 1 type i\n`,
    );
    this.appending = true;
    return undefined;
  }

  setAppending(on: boolean): boolean {
    if (on === this.appending) return true;
    if (!on) {
      this.appending = false;
      return true;
    }
    const error = this.createAppendOnly();
    if (error !== undefined) this.say('M', `# Can't open or create append-only dir ${error}`);
    else this.say('M', '* Background AOF rewrite finished successfully');
    return error === undefined;
  }

  /** Reads a snapshot into the store; how many keys it had, or undefined where there is none. */
  private *readSnapshot(path: string, base: boolean): Coroutine<boolean> {
    const file = this.process.machine.files.readFile(path);
    if (!file.ok) return false;
    const header = HEADER.exec(file.value);
    if (!header) return false;
    yield* replay(this.store, file.value.slice(header[0].length));
    const expired = [...this.store.expiry.values()].filter((at) => at <= this.now).length;
    this.say('M', '* Loading RDB produced by version 7.0.15');
    this.say('M', `* RDB age ${Math.floor(this.now / 1000) - Number(header[1])} seconds`);
    this.say('M', '* RDB memory usage when created 0.95 Mb');
    if (base) this.say('M', '* RDB is base AOF');
    this.say('M', `* Done loading RDB, keys loaded: ${this.store.data.size - expired}, keys expired: ${expired}.`);
    return true;
  }

  private *readAppendOnly(): Coroutine<void> {
    const file = this.option('appendfilename');
    this.say('M', '* Reading RDB base file on AOF loading...');
    yield* this.readSnapshot(this.path(`${this.appendName()}.1.base.rdb`), true);
    this.say('M', `* DB loaded from base file ${file}.1.base.rdb: 0.000 seconds`);
    const rest = this.process.machine.files.readFile(this.path(`${this.appendName()}.1.incr.aof`));
    if (rest.ok && rest.value !== '') {
      yield* replay(this.store, rest.value);
      this.say('M', `* DB loaded from incr file ${file}.1.incr.aof: 0.000 seconds`);
    }
    this.say('M', '* DB loaded from append only file: 0.000 seconds');
    this.say('M', `* Opening AOF incr file ${file}.1.incr.aof on server start`);
    this.appending = true;
  }

  /** Takes up what an earlier server has left (loadDataFromDisk), and keeps what comes; false where it cannot. */
  *load(): Coroutine<boolean> {
    const loaded = yield* this.readFiles();
    this.store.persistence = this;
    this.savedAt = this.now;
    return loaded;
  }

  private *readFiles(): Coroutine<boolean> {
    if (this.option('appendonly') !== 'yes') {
      const loaded = yield* this.readSnapshot(this.path(this.option('dbfilename')), false);
      if (loaded) this.say('M', '* DB loaded from disk: 0.000 seconds');
      return true;
    }
    if (this.process.machine.files.exists(this.path(`${this.appendName()}.manifest`))) {
      yield* this.readAppendOnly();
      return true;
    }
    const error = this.createAppendOnly();
    if (error !== undefined) {
      this.say('M', `# Can't open or create append-only dir ${error}`);
      return false;
    }
    this.say('M', `* Creating AOF base file ${this.option('appendfilename')}.1.base.rdb on server start`);
    this.say('M', `* Creating AOF incr file ${this.option('appendfilename')}.1.incr.aof on server start`);
    return true;
  }

  /** Ends the server, as far as it can (prepareForShutdown); `save` where SHUTDOWN says so. */
  shutDown(save?: boolean): boolean {
    this.say('M', '# User requested shutdown...');
    if (this.appending) this.say('M', '* Calling fsync() on the AOF file.');
    if (save ?? this.points.length > 0) {
      this.say('M', '* Saving the final RDB snapshot before exiting.');
      if (!this.save()) {
        this.say('M', "# Error trying to save the DB, can't exit.");
        this.say('M', '# Errors trying to shut down the server. Check the logs for more information.');
        return false;
      }
    }
    this.say('M', '# Redis is now ready to exit, bye bye...');
    this.ending = true;
    return true;
  }

  /** SHUTDOWN of a client. */
  end(save?: boolean): boolean {
    if (!this.shutDown(save)) return false;
    this.process.kill('TERM');
    return true;
  }

  /** Whether a client has ended it already. */
  get ended(): boolean {
    return this.ending;
  }
}
