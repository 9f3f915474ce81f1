import { REDIS_COMMANDS, type RedisHandler } from './redis-commands.js';
import { RedisConfig } from './redis-config.js';

/** A reply of redis, before it is written in its protocol. */
export type RedisReply =
  { readonly ok: string } | { readonly error: string } | string | number | null | readonly RedisReply[];

type Value =
  | { readonly type: 'string'; text: string }
  | { readonly type: 'list'; readonly items: string[] }
  | { readonly type: 'hash'; readonly fields: Map<string, string> }
  | { readonly type: 'set'; readonly members: Set<string> };

/** Where a server keeps its data; the commands about it go through here. */
export interface RedisPersistence {
  /** SAVE; whether it could be written. */
  readonly save: () => boolean;
  /** BGSAVE. */
  readonly saveInBackground: () => void;
  /** LASTSAVE: seconds since 1970. */
  readonly lastSave: () => number;
  /** Takes note of a command that has changed the data. */
  readonly changed: (words: readonly string[]) => void;
  /** Why nothing may be changed now. */
  readonly refusal: () => string | undefined;
  /** `CONFIG SET appendonly`; whether it could be done. */
  readonly setAppending: (on: boolean) => boolean;
  /** SHUTDOWN, with or without saving where it says so; false where the data could not be saved. */
  readonly end: (save?: boolean) => boolean;
}

/** Commands that change data, and how they go into the append-only file. */
const WRITES = new Set(['APPEND', 'DECR', 'DECRBY', 'DEL', 'EXPIRE', 'FLUSHALL', 'FLUSHDB', 'HDEL', 'HINCRBY', 'HSET', 'INCR', 'INCRBY', 'LPOP', 'LPUSH', 'PEXPIREAT', 'RPOP', 'RPUSH', 'SADD', 'SET', 'SETEX', 'SETNX']); // prettier-ignore
const CHANGE_NOTHING_AT_0 = new Set(['DEL', 'EXPIRE', 'HDEL', 'PEXPIREAT', 'SADD', 'SETNX']);

/** Commands that take no more than what they need (redis 7, commands.def). */
const EXACT = new Set(['APPEND', 'DBSIZE', 'DECR', 'DECRBY', 'ECHO', 'GET', 'HGET', 'HGETALL', 'HINCRBY', 'HKEYS', 'HLEN', 'INCR', 'INCRBY', 'KEYS', 'LASTSAVE', 'LLEN', 'LRANGE', 'SAVE', 'SCARD', 'SELECT', 'SETEX', 'SETNX', 'SMEMBERS', 'STRLEN', 'TTL', 'TYPE']); // prettier-ignore

const WRONG_TYPE: RedisReply = { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' };
const NOT_INTEGER: RedisReply = { error: 'ERR value is not an integer or out of range' };

/** The data of one redis server, and its commands. */
export class RedisStore {
  readonly data = new Map<string, Value>();
  readonly expiry = new Map<string, number>();
  /** Where the data outlives the server. */
  persistence: RedisPersistence | undefined;

  constructor(
    readonly now: () => number,
    readonly config: RedisConfig = new RedisConfig(),
  ) {}

  get(key: string): Value | undefined {
    const expires = this.expiry.get(key);
    if (expires !== undefined && this.now() >= expires) {
      this.data.delete(key);
      this.expiry.delete(key);
    }
    return this.data.get(key);
  }

  run(words: readonly string[]): RedisReply {
    const name = (words[0] ?? '').toUpperCase();
    const command = REDIS_COMMANDS[name] as readonly [minimum: number, handler: RedisHandler] | undefined;
    if (!command) {
      const args = words
        .slice(1)
        .map((word) => `'${word}' `)
        .join('');
      return { error: `ERR unknown command '${words[0] ?? ''}', with args beginning with: ${args}` };
    }
    const given = words.length - 1;
    if (given < command[0] || (given > command[0] && EXACT.has(name)))
      return { error: `ERR wrong number of arguments for '${name.toLowerCase()}' command` };
    const refused = WRITES.has(name) || name === 'PING' ? this.persistence?.refusal() : undefined;
    if (refused !== undefined) return { error: refused };
    const reply = command[1](this, words.slice(1));
    if (WRITES.has(name)) this.note(name, words, reply);
    return reply;
  }

  /** Tells of a change as the append-only file holds it: with instants in place of durations. */
  private note(name: string, words: readonly string[], reply: RedisReply): void {
    if (!this.persistence || reply === null || (reply === 0 && CHANGE_NOTHING_AT_0.has(name))) return;
    if (typeof reply === 'object' && 'error' in reply) return;
    const expires = this.expiry.get(words[1] ?? '');
    if (name === 'EXPIRE' && expires !== undefined) this.persistence.changed(['PEXPIREAT', words[1], String(expires)]);
    else if (['SET', 'SETEX', 'SETNX'].includes(name)) {
      const text = words[name === 'SETEX' ? 3 : 2];
      this.persistence.changed([
        name === 'SET' ? words[0] : 'SET',
        words[1],
        text,
        ...(expires === undefined ? [] : ['PXAT', String(expires)]),
      ]);
    } else this.persistence.changed(words);
  }

  increment(key: string, by: number): RedisReply {
    const value = this.get(key);
    if (value && value.type !== 'string') return WRONG_TYPE;
    const number = Number(value?.text ?? '0');
    if (!Number.isInteger(number) || !Number.isInteger(by)) return NOT_INTEGER;
    this.data.set(key, { type: 'string', text: String(number + by) });
    return number + by;
  }

  hash(key: string, create: boolean): Map<string, string> | undefined | 'wrong' {
    const value = this.get(key);
    if (value) return value.type === 'hash' ? value.fields : 'wrong';
    if (!create) return undefined;
    const fields = new Map<string, string>();
    this.data.set(key, { type: 'hash', fields });
    return fields;
  }

  list(key: string, create: boolean): string[] | undefined | 'wrong' {
    const value = this.get(key);
    if (value) return value.type === 'list' ? value.items : 'wrong';
    if (!create) return undefined;
    const items: string[] = [];
    this.data.set(key, { type: 'list', items });
    return items;
  }

  set(key: string, create: boolean): Set<string> | undefined | 'wrong' {
    const value = this.get(key);
    if (value) return value.type === 'set' ? value.members : 'wrong';
    if (!create) return undefined;
    const members = new Set<string>();
    this.data.set(key, { type: 'set', members });
    return members;
  }
}
