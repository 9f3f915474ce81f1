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

const WRONG_TYPE: RedisReply = { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' };
const NOT_INTEGER: RedisReply = { error: 'ERR value is not an integer or out of range' };

/** The data of one redis server, and its commands. */
export class RedisStore {
  readonly data = new Map<string, Value>();
  readonly expiry = new Map<string, number>();

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
    if (words.length - 1 < command[0])
      return { error: `ERR wrong number of arguments for '${name.toLowerCase()}' command` };
    return command[1](this, words.slice(1));
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
