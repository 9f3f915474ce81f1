import type { ClusterNode } from '@seatrial/cluster';
import { sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag, stringFlag, type FlagSet } from '@seatrial/kubectl';
import { goQuote } from '@seatrial/template';
import type { Tool } from '../../tool/tool.js';
import { notSimulated, type Subcommand, type ToolCall } from '../cluster-tool.js';
import { connectEtcd } from './etcd-connection.js';
import { REGISTRY, inRange, keysIn, reachesRegistry, removeObjects, type KeyRange } from './etcd-keyspace.js';
import { fieldsKey, jsonKey, printAnswer, simpleKey, type EtcdAnswer } from './etcd-output.js';
import { OwnKeys, type EtcdKey } from './own-keys.js';

export const BAD_ARGUMENTS = 128;
const BAD_FEATURE = 4;
const GRACE_MS = 2000;

/** Prints an error and gives the status. */
export function* refuse(tool: Tool, text: string, status = 1): Coroutine<number> {
  yield* tool.err(`Error: ${text}\n`);
  return status;
}

/** The range that arguments and flags give; a text where they do not fit each other. */
export function rangeOf(args: readonly string[], flags: FlagSet): KeyRange | string {
  const prefix = flags.bool('prefix');
  const fromKey = flags.bool('from-key');
  if (prefix && fromKey) return '`--prefix` and `--from-key` cannot be set at the same time, choose one';
  if (args.length > 1 && (prefix || fromKey))
    return 'too many arguments, only accept one argument when `--prefix` or `--from-key` is set';
  return { key: args[0], end: args[1], prefix, fromKey };
}

const SORTED_BY: Readonly<Record<string, (key: EtcdKey) => string | number>> = {
  CREATE: ({ created }) => created,
  KEY: ({ key }) => key,
  MODIFY: ({ modified }) => modified,
  VALUE: ({ value = '' }) => value,
  VERSION: ({ version }) => version,
};

function sortedKeys(keys: readonly EtcdKey[], flags: FlagSet): EtcdKey[] | string {
  const order = flags.string('order').toUpperCase();
  const target = flags.string('sort-by').toUpperCase() || 'KEY';
  if (!['', 'ASCEND', 'DESCEND'].includes(order)) return `bad sort order ${flags.string('order')}`;
  if (!Object.hasOwn(SORTED_BY, target)) return `bad sort target ${flags.string('sort-by')}`;
  const by = SORTED_BY[target];
  const turn = order === 'DESCEND' ? -1 : 1;
  return [...keys].sort((a, b) => (by(a) < by(b) ? -turn : by(a) > by(b) ? turn : 0));
}

/** The keys that a `get` shows, and how many there are; undefined where values are not simulated. */
export function getKeys(
  node: ClusterNode,
  range: KeyRange,
  flags: FlagSet,
): { shown: EtcdKey[]; count: number } | string | undefined {
  const own = OwnKeys.of(node);
  const revision = flags.int('rev');
  if (revision > own.revision) return 'etcdserver: mvcc: required revision is a future revision';
  if (revision > 0 && revision < own.compacted) return 'etcdserver: mvcc: required revision has been compacted';
  if (revision > 0 && reachesRegistry(range)) return undefined;
  const keysOnly = flags.bool('keys-only') || flags.bool('count-only');
  const all =
    revision > 0 ? own.at(revision).filter(({ key }) => inRange(key, range)) : keysIn(node, range, { keysOnly });
  const sorted = sortedKeys(all, flags);
  if (typeof sorted === 'string') return sorted;
  const limit = flags.int('limit');
  const shown = flags.bool('count-only') ? [] : limit > 0 ? sorted.slice(0, limit) : sorted;
  if (shown.some(({ value }) => value === undefined)) return undefined;
  return { shown: keysOnly ? shown.map((each) => ({ ...each, value: '' })) : shown, count: all.length };
}

export function getAnswer(found: { shown: readonly EtcdKey[]; count: number }, call: ToolCall): EtcdAnswer {
  const { shown, count } = found;
  const more = !call.flags.bool('count-only') && shown.length < count;
  return {
    simple: shown.map((each) => simpleKey(each, call)).join(''),
    json: [
      ...(shown.length > 0 ? [`"kvs":[${shown.map(jsonKey).join(',')}]`] : []),
      ...(more ? ['"more":true'] : []),
      ...(count > 0 ? [`"count":${count}`] : []),
    ],
    fields: `${shown.map((each) => fieldsKey(each)).join('')}"More" : ${more}\n"Count" : ${count}\n`,
  };
}

function* get(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  if (args.length === 0)
    return yield* refuse(
      tool,
      'get command needs one argument as key and an optional argument as range_end',
      BAD_ARGUMENTS,
    );
  if (flags.bool('keys-only') && flags.bool('count-only'))
    return yield* refuse(
      tool,
      '`--keys-only` and `--count-only` cannot be set at the same time, choose one',
      BAD_ARGUMENTS,
    );
  const range = rangeOf(args, flags);
  if (typeof range === 'string') return yield* refuse(tool, range, BAD_ARGUMENTS);
  const reached = yield* connectEtcd(call);
  if (typeof reached === 'number') return reached;
  const format = flags.string('write-out') || 'simple';
  const found = getKeys(reached.node, range, flags);
  if (found === undefined) return yield* notSimulated(tool, 'get of values (they are protobuf)');
  if (typeof found === 'string') return yield* refuse(tool, found, found.startsWith('bad ') ? BAD_FEATURE : 1);
  if (flags.bool('count-only') && format !== 'fields')
    return yield* refuse(tool, '--count-only is only for `--write-out=fields`', BAD_ARGUMENTS);
  if (flags.bool('print-value-only') && format !== 'simple')
    return yield* refuse(tool, 'print-value-only is only for `--write-out=simple`', BAD_ARGUMENTS);
  return yield* printAnswer(call, reached.node, getAnswer(found, call));
}

/** The lease that a key goes with; a text where that cannot be. */
function leaseOf(own: OwnKeys, flags: FlagSet, key: string): bigint | string {
  if (flags.bool('ignore-lease')) return own.keys.get(key)?.lease ?? 0n;
  const given = flags.string('lease');
  if (!/^[0-9a-f]+$/i.test(given))
    return `bad lease ID (strconv.ParseInt: parsing ${goQuote(given)}: invalid syntax), expecting ID in Hex`;
  return BigInt(`0x${given}`);
}

/** Puts a key; a text where etcd refuses it. */
export function putKey(own: OwnKeys, flags: FlagSet, key: string, value: string): EtcdAnswer | string {
  const lease = leaseOf(own, flags, key);
  if (typeof lease === 'string') return lease;
  if (key === '') return 'etcdserver: key is not provided';
  if (lease !== 0n && !own.leases.has(lease)) return 'etcdserver: requested lease not found';
  const had = own.keys.get(key);
  if ((flags.bool('ignore-value') || flags.bool('ignore-lease')) && !had) return 'etcdserver: key not found';
  const before = own.put(key, flags.bool('ignore-value') ? (had?.value ?? '') : value, lease);
  const shown = flags.bool('prev-kv') ? before : undefined;
  return {
    simple: `OK\n${shown ? `${shown.key}\n${shown.value ?? ''}\n` : ''}`,
    json: shown ? [`"prev_kv":${jsonKey(shown)}`] : [],
    fields: shown ? fieldsKey(shown, 'Prev') : '',
  };
}

function* put(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  const needs = 'put command needs 1 argument and input from stdin or 2 arguments';
  if (args.length === 0) return yield* refuse(tool, needs, BAD_ARGUMENTS);
  if (flags.bool('ignore-value') && args.length > 1)
    return yield* refuse(tool, "put command needs only 1 argument when 'ignore-value' is set", BAD_ARGUMENTS);
  const value = flags.bool('ignore-value') ? '' : args.length > 1 ? args[1] : yield* tool.readStdin();
  if (value === '' && args.length === 1 && !flags.bool('ignore-value'))
    return yield* refuse(tool, needs, BAD_ARGUMENTS);
  const reached = yield* connectEtcd(call);
  if (typeof reached === 'number') return reached;
  const [key] = args;
  if (key.startsWith('/registry/')) return yield* notSimulated(tool, 'put of a key of the API server');
  const answer = putKey(OwnKeys.of(reached.node), flags, key, value);
  if (typeof answer === 'string')
    return yield* refuse(tool, answer, answer.startsWith('bad lease') ? BAD_ARGUMENTS : 1);
  return yield* printAnswer(call, reached.node, answer);
}

/** Deletes the keys of a range; of the API server's, their objects go past it: nobody is asked, no finalizer waited for. */
export function deleteKeys(node: ClusterNode, range: KeyRange, flags: FlagSet): EtcdAnswer {
  const own = OwnKeys.of(node);
  const gone = keysIn(node, range, { keysOnly: !flags.bool('prev-kv') });
  for (const { key } of gone) if (!key.startsWith(REGISTRY)) own.delete(key);
  removeObjects(node, range);
  const shown = flags.bool('prev-kv') ? gone : [];
  return {
    simple: `${gone.length}\n${shown.map(({ key, value = '' }) => `${key}\n${value}\n`).join('')}`,
    json: [
      ...(gone.length > 0 ? [`"deleted":${gone.length}`] : []),
      ...(shown.length > 0 ? [`"prev_kvs":[${shown.map(jsonKey).join(',')}]`] : []),
    ],
    fields: `"Deleted" : ${gone.length}\n${shown.map((each) => fieldsKey(each, 'Prev')).join('')}`,
  };
}

function* del(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  if (args.length === 0 || args.length > 2)
    return yield* refuse(
      tool,
      'del command needs one argument as key and an optional argument as range_end',
      BAD_ARGUMENTS,
    );
  const range = rangeOf(args, flags);
  if (typeof range === 'string') return yield* refuse(tool, range, BAD_ARGUMENTS);
  if (args.length > 1 && !flags.bool('range')) {
    yield* tool.err(
      `Warning: Keys between ${goQuote(args[0])} and ${goQuote(args[1])} will be deleted. Please interrupt the command within next 2 seconds to cancel. You can provide \`--range\` flag to avoid the delay.\n`,
    );
    yield* sleep(GRACE_MS);
  }
  const reached = yield* connectEtcd(call);
  if (typeof reached === 'number') return reached;
  return yield* printAnswer(call, reached.node, deleteKeys(reached.node, range, flags));
}

function* compact(call: ToolCall): Coroutine<number> {
  const { tool, args } = call;
  if (args.length !== 1) return yield* refuse(tool, 'compaction command needs 1 argument', BAD_ARGUMENTS);
  const [given] = args;
  if (!/^-?\d+$/.test(given)) return yield* refuse(tool, `strconv.ParseInt: parsing ${goQuote(given)}: invalid syntax`);
  const reached = yield* connectEtcd(call);
  if (typeof reached === 'number') return reached;
  const own = OwnKeys.of(reached.node);
  const revision = Number(given);
  if (revision > own.revision) return yield* refuse(tool, 'etcdserver: mvcc: required revision is a future revision');
  if (revision <= own.compacted) return yield* refuse(tool, 'etcdserver: mvcc: required revision has been compacted');
  own.compacted = revision;
  yield* tool.out(`compacted revision ${revision}\n`);
  return 0;
}

export const GET_FLAGS = [
  ...['prefix', 'keys-only', 'from-key', 'count-only', 'print-value-only'].map((name) => boolFlag(name)),
  ...['order', 'sort-by', 'consistency'].map((name) => stringFlag(name)),
  ...['limit', 'rev', 'min-create-rev', 'max-create-rev', 'min-mod-rev', 'max-mod-rev'].map((name) => intFlag(name)),
];
export const PUT_FLAGS = [
  stringFlag('lease', '', { default: '0' }),
  ...['prev-kv', 'ignore-value', 'ignore-lease'].map((name) => boolFlag(name)),
];
export const DEL_FLAGS = ['prefix', 'prev-kv', 'from-key', 'range'].map((name) => boolFlag(name));

/** What etcdctl does with keys. */
export const KEY_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'compaction', flags: [boolFlag('physical')], run: compact },
  { name: 'del', flags: DEL_FLAGS, run: del },
  { name: 'get', flags: GET_FLAGS, run: get },
  { name: 'put', flags: PUT_FLAGS, run: put },
];
