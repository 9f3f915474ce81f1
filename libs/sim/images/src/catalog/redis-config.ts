import { fail, ok, type Result } from '@seatrial/kernel';

/* Directives of redis 7.0 (config.c), with what they are when nobody says otherwise. */

type Kind = 'text' | 'bool' | 'integer' | 'memory' | readonly string[];

const POLICIES = ['volatile-lru', 'volatile-lfu', 'volatile-random', 'volatile-ttl', 'allkeys-lru', 'allkeys-lfu', 'allkeys-random', 'noeviction']; // prettier-ignore

const DIRECTIVES: Readonly<Record<string, readonly [kind: Kind, initial: string]>> = {
  activedefrag: ['bool', 'no'],
  appenddirname: ['text', 'appendonlydir'],
  appendfilename: ['text', 'appendonly.aof'],
  appendfsync: [['everysec', 'always', 'no'], 'everysec'],
  appendonly: ['bool', 'no'],
  'auto-aof-rewrite-min-size': ['memory', '67108864'],
  'auto-aof-rewrite-percentage': ['integer', '100'],
  bind: ['text', '* -::*'],
  daemonize: ['bool', 'no'],
  databases: ['integer', '16'],
  dbfilename: ['text', 'dump.rdb'],
  dir: ['text', ''],
  hz: ['integer', '10'],
  'io-threads': ['integer', '1'],
  'lazyfree-lazy-eviction': ['bool', 'no'],
  logfile: ['text', ''],
  loglevel: [['debug', 'verbose', 'notice', 'warning'], 'notice'],
  masterauth: ['text', ''],
  maxclients: ['integer', '10000'],
  maxmemory: ['memory', '0'],
  'maxmemory-policy': [POLICIES, 'noeviction'],
  'maxmemory-samples': ['integer', '5'],
  'no-appendfsync-on-rewrite': ['bool', 'no'],
  'notify-keyspace-events': ['text', ''],
  pidfile: ['text', ''],
  port: ['integer', '6379'],
  'protected-mode': ['bool', 'no'],
  rdbchecksum: ['bool', 'yes'],
  rdbcompression: ['bool', 'yes'],
  'repl-diskless-sync': ['bool', 'yes'],
  'replica-read-only': ['bool', 'yes'],
  'replica-serve-stale-data': ['bool', 'yes'],
  replicaof: ['text', ''],
  requirepass: ['text', ''],
  save: ['text', '3600 1 300 100 60 10000'],
  'slowlog-log-slower-than': ['integer', '10000'],
  'slowlog-max-len': ['integer', '128'],
  'stop-writes-on-bgsave-error': ['bool', 'yes'],
  supervised: [['upstart', 'systemd', 'auto', 'no'], 'no'],
  'tcp-backlog': ['integer', '511'],
  'tcp-keepalive': ['integer', '300'],
  timeout: ['integer', '0'],
};

/** Known, and without a value of their own to be asked for. */
const OTHERS = new Set(['include', 'loadmodule', 'rename-command', 'user', 'aclfile', 'client-output-buffer-limit', 'slaveof', 'oom-score-adj']); // prettier-ignore

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1_000_000,
  mb: 1024 ** 2,
  g: 1_000_000_000,
  gb: 1024 ** 3,
};

function memory(text: string): string | undefined {
  const found = /^(\d{1,15})([kmg]?b?)$/i.exec(text);
  return found ? String(Number(found[1]) * UNITS[found[2].toLowerCase()]) : undefined;
}

/** A value as redis keeps it; the error is its text. */
function checked(kind: Kind, text: string): Result<string, string> {
  if (kind === 'bool')
    return /^(yes|no)$/i.test(text) ? ok(text.toLowerCase()) : fail("argument must be 'yes' or 'no'");
  if (kind === 'integer') return /^-?\d+$/.test(text) ? ok(text) : fail("argument couldn't be parsed into an integer");
  if (kind === 'memory') {
    const bytes = memory(text);
    return bytes === undefined ? fail('argument must be a memory value') : ok(bytes);
  }
  if (kind === 'text') return ok(text);
  const chosen = kind.find((choice) => choice === text.toLowerCase());
  return chosen === undefined ? fail(`argument(s) must be one of the following: ${kind.join(', ')}`) : ok(chosen);
}

const WRONG_DIRECTIVE = 'Bad directive or wrong number of arguments';

/** The words of a line of a configuration file: quoted ones hold spaces. */
function wordsOf(line: string): string[] | undefined {
  const words: string[] = [];
  const pattern = /\s+|"((?:[^"\\]|\\.)*)"(?=\s|$)|'((?:[^'\\]|\\')*)'(?=\s|$)|([^\s"']+)|(.)/gy;
  for (const [, double, single, plain, other] of line.matchAll(pattern)) {
    if (other !== undefined) return undefined;
    const word = double ?? single ?? plain;
    if (word !== undefined) words.push(word);
  }
  return words;
}

/** What a redis server is set to. */
export class RedisConfig {
  private readonly values = new Map(Object.entries(DIRECTIVES).map(([name, [, initial]]) => [name, initial]));

  get(name: string): string {
    return this.values.get(name) ?? '';
  }

  names(): string[] {
    return [...this.values.keys()];
  }

  /** `CONFIG SET` and a line of the file; the error is what redis says after the name. */
  set(name: string, words: readonly string[]): Result<undefined, string> {
    const known = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined;
    if (!known) return OTHERS.has(name) ? ok(undefined) : fail(WRONG_DIRECTIVE);
    const [kind] = known;
    const several = ['save', 'bind', 'replicaof'].includes(name);
    if (words.length !== 1 && !(several && words.length > 0)) return fail(WRONG_DIRECTIVE);
    const value = checked(kind, words.join(' '));
    if (!value.ok) return value;
    this.values.set(name, value.value);
    return ok(undefined);
  }

  /** Reads a configuration file; the error is what redis-server ends with. */
  read(text: string, version: string): Result<undefined, string> {
    const lines = text.split('\n');
    for (const [index, raw] of lines.entries()) {
      const line = raw.trim();
      if (line === '' || line.startsWith('#')) continue;
      const words = wordsOf(line);
      const read = words
        ? this.set((words[0] ?? '').toLowerCase(), words.slice(1))
        : fail('Unbalanced quotes in configuration line');
      if (!read.ok)
        return fail(
          `\n*** FATAL CONFIG FILE ERROR (Redis ${version}) ***\nReading the configuration file, at line ${index + 1}\n>>> '${line}'\n${read.error}\n`,
        );
    }
    return ok(undefined);
  }
}
