import { compareStrings } from '@seatrial/kernel';
import type { RedisReply, RedisStore } from './redis-store.js';

/** Runs one command with its arguments. */
export type RedisHandler = (store: RedisStore, args: readonly string[]) => RedisReply;

const OK: RedisReply = { ok: 'OK' };
const WRONG_TYPE: RedisReply = { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' };

function setCommand(store: RedisStore, args: readonly string[]): RedisReply {
  const options = args.slice(2).map((word) => word.toUpperCase());
  if (options.includes('NX') && store.get(args[0])) return null;
  if (options.includes('XX') && !store.get(args[0])) return null;
  store.data.set(args[0], { type: 'string', text: args[1] });
  store.expiry.delete(args[0]);
  for (const [name, unitMs] of [
    ['EX', 1000],
    ['PX', 1],
    ['EXAT', 1000],
    ['PXAT', 1],
  ] as const) {
    const at = options.indexOf(name);
    if (at < 0) continue;
    const from = name.endsWith('AT') ? 0 : store.now();
    store.expiry.set(args[0], from + Number(options[at + 1]) * unitMs);
  }
  return OK;
}

function range<T>(items: readonly T[], start: string, stop: string): T[] {
  const from = Number(start) < 0 ? Math.max(0, items.length + Number(start)) : Number(start);
  const to = Number(stop) < 0 ? items.length + Number(stop) : Number(stop);
  return items.slice(from, to + 1);
}

function matchesGlob(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern === text;
  if (!text.startsWith(parts[0]) || !text.endsWith(parts[parts.length - 1])) return false;
  let at = parts[0].length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - parts[parts.length - 1].length;
}

function ttl(store: RedisStore, key: string): number {
  if (!store.get(key)) return -2;
  const expires = store.expiry.get(key);
  return expires === undefined ? -1 : Math.ceil((expires - store.now()) / 1000);
}

const getText = (store: RedisStore, key: string): RedisReply => {
  const value = store.get(key);
  if (!value) return null;
  return value.type === 'string' ? value.text : WRONG_TYPE;
};

/** CONFIG GET, SET, RESETSTAT and REWRITE. */
function configure({ config, persistence }: RedisStore, [verb, ...args]: readonly string[]): RedisReply {
  switch (verb.toUpperCase()) {
    case 'GET':
      return config
        .names()
        .filter((name) => args.some((pattern) => matchesGlob(pattern.toLowerCase(), name)))
        .flatMap((name) => [name, config.get(name)]);
    case 'SET': {
      if (args.length === 0 || args.length % 2 !== 0)
        return { error: "ERR wrong number of arguments for 'config|set' command" };
      for (let index = 0; index < args.length; index += 2) {
        const name = args[index].toLowerCase();
        if (!config.names().includes(name))
          return { error: `ERR Unknown option or number of arguments for CONFIG SET - '${args[index]}'` };
        const before = config.get(name);
        const set = config.set(name, [args[index + 1]]);
        if (set.ok && name === 'appendonly' && persistence?.setAppending(config.get(name) === 'yes') === false) {
          config.set(name, [before]);
          return {
            error: `ERR CONFIG SET failed (possibly related to argument '${args[index]}') - Unable to turn on AOF. Check server logs.`,
          };
        }
        if (!set.ok)
          return { error: `ERR CONFIG SET failed (possibly related to argument '${args[index]}') - ${set.error}` };
      }
      return OK;
    }
    case 'RESETSTAT':
      return OK;
    case 'REWRITE':
      return { error: 'ERR The server is running without a config file' };
    default:
      return { error: `ERR unknown subcommand '${verb}'. Try CONFIG HELP.` };
  }
}

function flushAll(store: RedisStore): RedisReply {
  store.data.clear();
  store.expiry.clear();
  if (store.persistence && store.config.get('save') !== '') store.persistence.save();
  return OK;
}

const push =
  (front: boolean): RedisHandler =>
  (store, [key, ...values]) => {
    const items = store.list(key, true);
    if (items === 'wrong' || !items) return WRONG_TYPE;
    for (const value of values) {
      if (front) items.unshift(value);
      else items.push(value);
    }
    return items.length;
  };

const pop =
  (front: boolean): RedisHandler =>
  (store, [key]) => {
    const items = store.list(key, false);
    if (items === 'wrong') return WRONG_TYPE;
    const item = front ? items?.shift() : items?.pop();
    if (items?.length === 0) store.data.delete(key);
    return item ?? null;
  };

/** The commands, with the least number of arguments of each. */
export const REDIS_COMMANDS: Readonly<Record<string, readonly [minimum: number, handler: RedisHandler]>> = {
  APPEND: [
    2,
    (store, [key, text]) => {
      const value = store.get(key);
      if (value && value.type !== 'string') return WRONG_TYPE;
      const joined = (value?.text ?? '') + text;
      store.data.set(key, { type: 'string', text: joined });
      return joined.length;
    },
  ],
  BGSAVE: [
    0,
    ({ persistence }) => {
      persistence?.saveInBackground();
      return { ok: 'Background saving started' };
    },
  ],
  COMMAND: [0, () => []],
  CONFIG: [1, configure],
  DBSIZE: [0, (store) => store.data.size],
  DECR: [1, (store, [key]) => store.increment(key, -1)],
  DECRBY: [2, (store, [key, by]) => store.increment(key, -Number(by))],
  DEL: [1, (store, keys) => keys.filter((key) => store.get(key) !== undefined && store.data.delete(key)).length],
  ECHO: [1, (_store, [text]) => text],
  EXISTS: [1, (store, keys) => keys.filter((key) => store.get(key) !== undefined).length],
  EXPIRE: [
    2,
    (store, [key, seconds]) => {
      if (!store.get(key)) return 0;
      store.expiry.set(key, store.now() + Number(seconds) * 1000);
      return 1;
    },
  ],
  FLUSHALL: [0, flushAll],
  FLUSHDB: [0, flushAll],
  GET: [1, (store, [key]) => getText(store, key)],
  HDEL: [
    2,
    (store, [key, ...fields]) => {
      const hash = store.hash(key, false);
      return hash === 'wrong' ? WRONG_TYPE : fields.filter((field) => hash?.delete(field)).length;
    },
  ],
  HGET: [
    2,
    (store, [key, field]) => {
      const hash = store.hash(key, false);
      return hash === 'wrong' ? WRONG_TYPE : (hash?.get(field) ?? null);
    },
  ],
  HGETALL: [
    1,
    (store, [key]) => {
      const hash = store.hash(key, false);
      return hash === 'wrong' ? WRONG_TYPE : [...(hash ?? [])].flat();
    },
  ],
  HINCRBY: [
    3,
    (store, [key, field, by]) => {
      const hash = store.hash(key, true);
      if (hash === 'wrong' || !hash) return WRONG_TYPE;
      const next = Number(hash.get(field) ?? '0') + Number(by);
      hash.set(field, String(next));
      return next;
    },
  ],
  HKEYS: [
    1,
    (store, [key]) => {
      const hash = store.hash(key, false);
      return hash === 'wrong' ? WRONG_TYPE : [...(hash?.keys() ?? [])];
    },
  ],
  HLEN: [
    1,
    (store, [key]) => {
      const hash = store.hash(key, false);
      return hash === 'wrong' ? WRONG_TYPE : (hash?.size ?? 0);
    },
  ],
  HSET: [
    3,
    (store, [key, ...pairs]) => {
      const hash = store.hash(key, true);
      if (hash === 'wrong' || !hash) return WRONG_TYPE;
      let added = 0;
      for (let i = 0; i + 1 < pairs.length; i += 2) {
        if (!hash.has(pairs[i])) added++;
        hash.set(pairs[i], pairs[i + 1]);
      }
      return added;
    },
  ],
  INCR: [1, (store, [key]) => store.increment(key, 1)],
  INCRBY: [2, (store, [key, by]) => store.increment(key, Number(by))],
  INFO: [0, () => '# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\nos:Linux x86_64\r\n'],
  KEYS: [
    1,
    (store, [pattern]) =>
      [...store.data.keys()].filter((key) => store.get(key) && matchesGlob(pattern, key)).sort(compareStrings),
  ],
  LASTSAVE: [0, ({ persistence }) => persistence?.lastSave() ?? 0],
  LLEN: [
    1,
    (store, [key]) => {
      const items = store.list(key, false);
      return items === 'wrong' ? WRONG_TYPE : (items?.length ?? 0);
    },
  ],
  LPOP: [1, pop(true)],
  LPUSH: [2, push(true)],
  LRANGE: [
    3,
    (store, [key, start, stop]) => {
      const items = store.list(key, false);
      return items === 'wrong' ? WRONG_TYPE : range(items ?? [], start, stop);
    },
  ],
  MGET: [
    1,
    (store, keys) =>
      keys.map((key) => {
        const value = store.get(key);
        return value?.type === 'string' ? value.text : null;
      }),
  ],
  MONITOR: [0, () => OK],
  PEXPIREAT: [
    2,
    (store, [key, at]) => {
      if (!store.get(key)) return 0;
      store.expiry.set(key, Number(at));
      return 1;
    },
  ],
  PING: [0, (_store, [text]) => text ?? { ok: 'PONG' }],
  QUIT: [0, () => OK],
  RPOP: [1, pop(false)],
  RPUSH: [2, push(false)],
  SADD: [
    2,
    (store, [key, ...members]) => {
      const set = store.set(key, true);
      if (set === 'wrong' || !set) return WRONG_TYPE;
      const before = set.size;
      for (const member of members) set.add(member);
      return set.size - before;
    },
  ],
  SAVE: [0, ({ persistence }) => (persistence?.save() === false ? { error: 'ERR' } : OK)],
  SCARD: [
    1,
    (store, [key]) => {
      const set = store.set(key, false);
      return set === 'wrong' ? WRONG_TYPE : (set?.size ?? 0);
    },
  ],
  SELECT: [1, () => OK],
  SET: [2, setCommand],
  SETEX: [3, (store, [key, seconds, text]) => setCommand(store, [key, text, 'EX', seconds])],
  SETNX: [2, (store, [key, text]) => (setCommand(store, [key, text, 'NX']) === null ? 0 : 1)],
  SHUTDOWN: [
    0,
    ({ persistence }, [how]) => {
      const save = { SAVE: true, NOSAVE: false }[(how ?? '').toUpperCase()];
      return persistence?.end(save) === false ? { error: 'ERR Errors trying to SHUTDOWN. Check logs.' } : OK;
    },
  ],
  SMEMBERS: [
    1,
    (store, [key]) => {
      const set = store.set(key, false);
      return set === 'wrong' ? WRONG_TYPE : [...(set ?? [])];
    },
  ],
  STRLEN: [
    1,
    (store, [key]) => {
      const value = getText(store, key);
      return typeof value === 'string' ? value.length : value === null ? 0 : WRONG_TYPE;
    },
  ],
  TTL: [1, (store, [key]) => ttl(store, key)],
  TYPE: [1, (store, [key]) => ({ ok: store.get(key)?.type ?? 'none' })],
};
