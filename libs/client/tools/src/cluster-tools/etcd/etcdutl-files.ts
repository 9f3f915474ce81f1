import { readDatabase } from '@seatrial/cluster';
import { sha256Hex, sleep, waitFor, type Coroutine } from '@seatrial/kernel';
import { intFlag, stringFlag } from '@seatrial/kubectl';
import { nodeOf, type Subcommand, type ToolCall } from '../cluster-tool.js';
import { refuse } from './etcdctl-keys.js';
import { DB_BYTES, logLine, openDatabase, revisionAt } from './etcd-snapshot.js';
import { DB_SIZE, rightTable } from './etcd-members.js';

const LOCK_MS = 1000;
const IN_USE_BYTES = 3_072_000;
const AFTER_BYTES = 3_141_632;

/** Whether an etcd that runs holds the lock on a database file. */
function isLocked({ tool }: ToolCall, path: string): boolean {
  const found = tool.machine.files.stat(path);
  return found.ok && found.value.type === 'file' && (found.value as { readonly isLive?: boolean }).isLive === true;
}

/** Waits for a lock that its owner does not give back. */
function* untilSignal({ tool }: ToolCall): Coroutine<number> {
  yield* waitFor([tool.process.signalArrived]);
  return 1;
}

/** `etcdutl defrag --data-dir` of an etcd that does not run. */
function* defragment(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  if (!flags.changed('data-dir')) return yield* refuse(tool, 'required flag(s) "data-dir" not set');
  const path = `${flags.string('data-dir')}/member/snap/db`;
  if (isLocked(call, tool.path(path))) {
    yield* sleep(LOCK_MS);
    yield* tool.err(
      `waiting for etcd to close and release its lock on ${JSON.stringify(path)}. To defrag a running etcd instance, use \`etcdctl defrag\` instead.\n`,
    );
    return yield* untilSignal(call);
  }
  const read = tool.readFile(path);
  if (!read.ok) {
    yield* tool.err(
      `panic: open ${path}: ${read.error === 'EACCES' ? 'permission denied' : 'no such file or directory'}\n`,
    );
    return 2;
  }
  yield* openDatabase(tool, path);
  yield* logLine(
    tool,
    'backend/backend.go:522',
    'defragmenting',
    `{"path": "${path}", "current-db-size-bytes": ${DB_BYTES}, "current-db-size": "${DB_SIZE}", "current-db-size-in-use-bytes": ${IN_USE_BYTES}, "current-db-size-in-use": "3.1 MB"}`,
  );
  yield* logLine(
    tool,
    'backend/backend.go:592',
    'finished defragmenting directory',
    `{"path": "${path}", "current-db-size-bytes-diff": ${AFTER_BYTES - DB_BYTES}, "current-db-size-bytes": ${AFTER_BYTES}, "current-db-size": "3.1 MB", "current-db-size-in-use-bytes-diff": ${AFTER_BYTES - 8192 - IN_USE_BYTES}, "current-db-size-in-use-bytes": ${AFTER_BYTES - 8192}, "current-db-size-in-use": "3.1 MB", "took": "38.214739ms"}`,
  );
  return 0;
}

/** `etcdutl hashkv FILE`. */
function* hashKeys(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  if (args.length !== 1) return yield* refuse(tool, `accepts 1 arg(s), received ${args.length}`);
  if (isLocked(call, tool.path(args[0]))) return yield* untilSignal(call);
  const read = tool.readFile(args[0]);
  const point = read.ok ? readDatabase(read.value) : undefined;
  if (!point) {
    yield* tool.err(`panic: ${read.ok ? 'invalid database' : `open ${args[0]}: no such file or directory`}\n`);
    return 2;
  }
  const latest = revisionAt(nodeOf(tool), point.historyLength) + point.bump;
  const revision = flags.int('rev') || latest;
  if (revision > latest) return yield* refuse(tool, 'mvcc: required revision is a future revision');
  const hash = Number.parseInt(sha256Hex(`etcd hash ${revision}`).slice(0, 8), 16);
  const row = [String(hash), String(revision), '-1'];
  const format = flags.string('write-out');
  if (format === 'json') yield* tool.out(`{"hash":${hash},"hashRevision":${revision},"compactRevision":-1}\n`);
  else if (format === 'fields')
    yield* tool.out(`"Hash" : ${hash}\n"Hash revision" : ${revision}\n"Compact revision" : -1\n`);
  else
    yield* tool.out(
      format === 'table' ? rightTable(['HASH', 'HASH REVISION', 'COMPACT REVISION'], [row]) : `${row.join(', ')}\n`,
    );
  return 0;
}

/** What etcdutl does with the files of an etcd. */
export const FILE_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'defrag', flags: [stringFlag('data-dir')], run: defragment },
  { name: 'hashkv', flags: [intFlag('rev')], run: hashKeys },
];
