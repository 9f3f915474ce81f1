import { databaseText, hashMatches, readDatabase, withHash, type ClusterNode } from '@seatrial/cluster';
import { sha256Hex, type Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag, stringFlag } from '@seatrial/kubectl';
import type { Tool } from '../../tool/tool.js';
import { nodeOf, type Subcommand, type ToolCall } from '../cluster-tool.js';
import { connectEtcd, microseconds } from './etcd-connection.js';
import { DB_SIZE, rightTable } from './etcd-members.js';

const BAD_ARGUMENTS = 128;
/** cobrautl.ExitInterrupted. */
const INTERRUPTED = 5;
const STORAGE_VERSION = '3.6.0';
export const DB_BYTES = 5_586_944;
const DIRECTORY_MODE = 0o700;

const seconds = (tool: Tool): string => new Date(tool.machine.simulation.now()).toISOString().replace(/\.\d+Z/, 'Z');

function* inform(tool: Tool, caller: string, message: string, fields: string, logger = ''): Coroutine<void> {
  yield* tool.err(
    `{"level":"info","ts":"${microseconds(tool)}",${logger}"caller":"${caller}","msg":"${message}"${fields}}\n`,
  );
}

const CLIENT = '"logger":"client",';

/** `etcdctl snapshot save` (client/v3/snapshot v3.6.6). */
export function* saveSnapshot(call: ToolCall): Coroutine<number> {
  const { tool, args, flags } = call;
  if (args.length !== 1) {
    yield* tool.err('Error: snapshot save expects one argument <filename>\n');
    return BAD_ARGUMENTS;
  }
  const [name] = args;
  const endpoints = flags.list('endpoints');
  if (endpoints.length > 1) {
    yield* tool.err(`Error: snapshot must be requested to one selected node, not multiple [${endpoints.join(' ')}]\n`);
    return INTERRUPTED;
  }
  const found = yield* connectEtcd(call);
  if (typeof found === 'number') return found;
  const { files } = tool.machine;
  const { keys, node } = found;
  const text = withHash(databaseText(node.components.etcdPoint()) + keys.map((key) => `${key}\n`).join(''));
  const path = tool.path(name);
  const written = files.writeFile(path, text, { mode: 0o600, owner: tool.process.user });
  if (!written.ok) {
    yield* tool.err(`Error: could not open ${name}.part (open ${name}.part: no such file or directory)\n`);
    return INTERRUPTED;
  }
  files.reserve(path, Math.max(0, DB_BYTES + 32 - text.length));
  const endpoint = endpoints.at(0) ?? '127.0.0.1:2379';
  yield* inform(tool, 'snapshot/v3_snapshot.go:83', 'created temporary db file', `,"path":"${name}.part"`);
  yield* inform(tool, 'v3@v3.6.6/maintenance.go:236', 'opened snapshot stream; downloading', '', CLIENT);
  yield* inform(tool, 'snapshot/v3_snapshot.go:96', 'fetching snapshot', `,"endpoint":"${endpoint}"`);
  yield* inform(tool, 'v3@v3.6.6/maintenance.go:302', 'completed snapshot read; closing', '', CLIENT);
  yield* inform(
    tool,
    'snapshot/v3_snapshot.go:111',
    'fetched snapshot',
    `,"endpoint":"${endpoint}","size":"${DB_SIZE}","took":"48.281457ms","etcd-version":"${STORAGE_VERSION}"`,
  );
  yield* inform(tool, 'snapshot/v3_snapshot.go:121', 'saved', `,"path":"${name}"`);
  yield* tool.out(`Snapshot saved at ${name}\nServer version ${STORAGE_VERSION}\n`);
  return 0;
}

/** The revision of a database; it stands in a snapshot of its own cluster only. */
export function revisionAt(node: ClusterNode | undefined, historyLength: number): number {
  return node?.apiServer.revisionAt(historyLength) ?? historyLength;
}

function* refuse(tool: Tool, problem: string, status = 1): Coroutine<number> {
  yield* tool.err(`Error: ${problem}\n`);
  return status;
}

function* status({ tool, args, flags }: ToolCall): Coroutine<number> {
  if (args.length !== 1) return yield* refuse(tool, 'snapshot status requires exactly one argument', BAD_ARGUMENTS);
  const read = tool.readFile(args[0]);
  if (!read.ok) return yield* refuse(tool, `stat ${args[0]}: no such file or directory`);
  const point = readDatabase(read.value);
  if (!point) return yield* refuse(tool, 'invalid database');
  const revision = revisionAt(nodeOf(tool), point.historyLength) + point.bump;
  const keys = read.value.split('\n').filter((line) => line.startsWith('/')).length;
  const hash = sha256Hex(read.value).slice(0, 8);
  const format = flags.string('write-out');
  const number = Number.parseInt(hash, 16);
  if (format === 'json')
    yield* tool.out(
      `{"hash":${number},"revision":${revision},"totalKey":${keys},"totalSize":${DB_BYTES},"version":"${STORAGE_VERSION}"}\n`,
    );
  else if (format === 'fields')
    yield* tool.out(
      `"Hash" : ${number}\n"Revision" : ${revision}\n"Keys" : ${keys}\n"Size" : ${DB_BYTES}\n"Version" : ${STORAGE_VERSION}\n`,
    );
  else {
    const row = [hash.replace(/^0+/, ''), String(revision), String(keys), DB_SIZE, STORAGE_VERSION];
    const header = ['HASH', 'REVISION', 'TOTAL KEYS', 'TOTAL SIZE', 'VERSION'];
    yield* tool.out(format === 'table' ? rightTable(header, [row]) : `${row.join(', ')}\n`);
  }
  return 0;
}

/** Member names of `--initial-cluster`; undefined when that is malformed. */
function membersOf(cluster: string): readonly string[] {
  return cluster.split(',').map((part) => part.split('=')[0]);
}

function badFlags({ flags }: ToolCall): string | undefined {
  const bump = flags.int('bump-revision');
  if (bump > 0 !== flags.bool('mark-compacted')) return '--mark-compacted required if --revision-bump > 0';
  return undefined;
}

/** A line of etcdutl's log. */
export function* logLine(tool: Tool, caller: string, message: string, fields = ''): Coroutine<void> {
  yield* tool.err(`${seconds(tool)}\tinfo\t${caller}\t${message}${fields === '' ? '' : `\t${fields}`}\n`);
}

/** What is said while a database is opened. */
export function* openDatabase(tool: Tool, path: string): Coroutine<void> {
  const pointer = `0x${tool.machine.simulation.random.split('etcdutl').hex(12)}`;
  yield* logLine(
    tool,
    'bbolt\tbackend/backend.go:203',
    `Opening db file (${path}) with mode -rw------- and with options: {Timeout: 0s, NoGrowSync: false, NoFreelistSync: true, PreLoadFreelist: false, FreelistType: , ReadOnly: false, MmapFlags: 8000, InitialMmapSize: 10737418240, PageSize: 0, NoSync: false, OpenFile: 0x0, Mlock: false, Logger: ${pointer}}`,
  );
  yield* logLine(tool, 'bbolt\tbbolt@v1.4.3/db.go:322', `Opening bbolt db (${path}) successfully`);
}

/** Its identifiers follow from the configuration alone. */
const hexId = (text: string): string => sha256Hex(text).slice(0, 16);

/** `etcdutl snapshot restore` (etcdutl/v3/snapshot v3.6.6). */
function* restore(call: ToolCall): Coroutine<number> {
  const { tool, args, flags } = call;
  if (args.length !== 1) return yield* refuse(tool, 'snapshot restore requires exactly one argument', BAD_ARGUMENTS);
  const bad = badFlags(call);
  if (bad !== undefined) return yield* refuse(tool, bad, BAD_ARGUMENTS);
  const [source] = args;
  const name = flags.string('name');
  const cluster = flags.string('initial-cluster');
  const members = membersOf(cluster);
  if (!members.includes(name))
    return yield* refuse(tool, `couldn't find local name "${name}" in the initial cluster configuration`);
  const directory = (flags.string('data-dir') || `${name}.etcd`).replace(/(.)\/+$/, '$1');
  const target = tool.path(directory);
  const { files } = tool.machine;
  const there = files.readDirectory(target);
  if (files.exists(target) && (!there.ok || there.value.length > 0))
    return yield* refuse(tool, `data-dir "${directory}" not empty or could not be read`);
  const snap = `${directory}/member/snap`;
  const fields = `{"path": "${source}", "wal-dir": "${directory}/member/wal", "data-dir": "${directory}", "snap-dir": "${snap}", "initial-memory-map-size": 10737418240}`;
  yield* logLine(tool, 'snapshot/v3_snapshot.go:305', 'restoring snapshot', fields);
  const read = tool.readFile(source);
  if (!read.ok)
    return yield* refuse(
      tool,
      `open ${source}: ${read.error === 'EACCES' ? 'permission denied' : 'no such file or directory'}`,
    );
  const problem = snapshotProblem(source, read.value, flags.bool('skip-hash-check'));
  if (problem !== undefined) return yield* refuse(tool, problem);
  const point = readDatabase(read.value);
  if (!point) return yield* refuse(tool, 'invalid database');
  const bump = flags.int('bump-revision');
  const made = makeDataDirectory(
    tool,
    target,
    databaseText({ ...point, bump: point.bump + bump, members: members.length }),
  );
  if (!made) return yield* refuse(tool, `mkdir ${directory}: permission denied`);
  yield* openDatabase(tool, `${snap}/db`);
  if (bump > 0) {
    const latest = revisionAt(nodeOf(tool), point.historyLength) + point.bump;
    yield* logLine(
      tool,
      'snapshot/v3_snapshot.go:396',
      'bumping latest revision',
      `{"latest-revision": ${latest}, "bump-amount": ${bump}, "new-latest-revision": ${latest + bump}}`,
    );
    yield* logLine(tool, 'snapshot/v3_snapshot.go:413', 'marking revision compacted', `{"revision": ${latest + bump}}`);
    yield* openDatabase(tool, `${snap}/db`);
  }
  yield* logLine(tool, 'schema/membership.go:138', 'Trimming membership information from the backend...');
  yield* openDatabase(tool, `${snap}/db`);
  const isDefault = cluster === 'default=http://localhost:2380';
  const clusterId = isDefault ? 'cdf818194e3a8c32' : hexId(`cluster ${cluster}`);
  for (const part of cluster.split(',')) {
    const peer = isDefault ? '8e9e05c52164694d' : hexId(`peer ${part}`);
    yield* logLine(
      tool,
      'membership/cluster.go:424',
      'added member',
      `{"cluster-id": "${clusterId}", "local-member-id": "0", "added-peer-id": "${peer}", "added-peer-peer-urls": ["${part.split('=')[1] ?? ''}"], "added-peer-is-learner": false}`,
    );
  }
  yield* openDatabase(tool, `${snap}/db`);
  yield* logLine(tool, 'snapshot/v3_snapshot.go:333', 'restored snapshot', fields);
  return 0;
}

function snapshotProblem(source: string, text: string, skipsHash: boolean): string | undefined {
  if (!readDatabase(text) && text.length < 32) return `seek ${source}: invalid argument`;
  if (skipsHash) return undefined;
  const matches = hashMatches(text);
  if (matches === undefined) return 'snapshot missing hash but --skip-hash-check=false';
  return matches ? undefined : `expected sha256 [${sha256Hex(text)}], got [${sha256Hex(`${text} `)}]`;
}

/** A member's files: the database and an empty log. */
function makeDataDirectory(tool: Tool, directory: string, database: string): boolean {
  const { files } = tool.machine;
  const { user } = tool.process;
  for (const path of ['', '/member', '/member/snap', '/member/wal']) {
    if (!files.makeDirectories(`${directory}${path}`, user).ok) return false;
    const found = files.stat(`${directory}${path}`);
    if (found.ok) found.value.mode = DIRECTORY_MODE;
  }
  const snap = `${directory}/member/snap`;
  files.writeFile(`${snap}/0000000000000001-0000000000000001.snap`, 'etcd-snap\n', { owner: user });
  files.writeFile(`${directory}/member/wal/0000000000000000-0000000000000000.wal`, '', { mode: 0o600, owner: user });
  return files.writeFile(`${snap}/db`, database, { mode: 0o600, owner: user }).ok;
}

/** What etcdutl does with snapshots. */
export const SNAPSHOT_SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'snapshot restore',
    flags: [
      stringFlag('data-dir'),
      stringFlag('wal-dir'),
      stringFlag('initial-cluster', '', { default: 'default=http://localhost:2380' }),
      stringFlag('initial-cluster-token', '', { default: 'etcd-cluster' }),
      stringFlag('initial-advertise-peer-urls', '', { default: 'http://localhost:2380' }),
      stringFlag('name', '', { default: 'default' }),
      boolFlag('skip-hash-check'),
      intFlag('initial-memory-map-size', '', { default: '10737418240' }),
      intFlag('bump-revision'),
      boolFlag('mark-compacted'),
    ],
    run: restore,
  },
  { name: 'snapshot status', run: status },
];
