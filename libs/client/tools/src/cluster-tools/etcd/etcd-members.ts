import { sha256Hex, sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag } from '@seatrial/kubectl';
import { ETCD_VERSION, connectEtcd } from './etcd-connection.js';
import { notSimulated, type Subcommand, type ToolCall } from '../cluster-tool.js';
import { hasQuorum, membersOf, type Members } from './etcd-member-list.js';
import { jsonHeader } from './etcd-output.js';
import { OwnKeys } from './own-keys.js';

/** etcdctl's --command-timeout. */
const TIMEOUT_MS = 5000;
/** What a database of this size is printed as. */
export const DB_SIZE = '5.6 MB';
const IN_USE = '3.1 MB';
const DB_BYTES = 5_615_616;
const IN_USE_BYTES = 3_088_384;

/** Rows in a box, everything to the right (tablewriter's ALIGN_RIGHT). */
export function rightTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  const centred = (title: string, width: number): string => {
    const before = Math.floor((width - title.length) / 2);
    return ' '.repeat(before) + title.padEnd(width - before);
  };
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [
    rule,
    line(header.map((title, column) => centred(title, widths[column]))),
    rule,
    ...rows.map((row) => line(row.map((cell, column) => cell.padStart(widths[column])))),
    rule,
  ].join('');
}

function* show(call: ToolCall, header: readonly string[], rows: readonly (readonly string[])[]): Coroutine<void> {
  const table = call.flags.string('write-out') === 'table';
  yield* call.tool.out(table ? rightTable(header, rows) : rows.map((row) => `${row.join(', ')}\n`).join(''));
}

/** The endpoints asked for, each with the member behind it. */
function endpointsOf({ flags }: ToolCall, { node, members }: Members) {
  if (flags.bool('cluster')) return members.map((member) => ({ endpoint: `https://${member.address}:2379`, member }));
  const given = flags.list('endpoints');
  return (given.length === 0 ? ['127.0.0.1:2379'] : given).map((endpoint) => {
    const host = endpoint.replace(/^https?:\/\//, '').replace(/:\d+$/, '');
    const own = host === '127.0.0.1' || host === 'localhost';
    const member = members.find(({ address, name }) =>
      own ? name === node.node.name : address === host || name === host,
    );
    return { endpoint, member };
  });
}

/** The members, once etcd answers; the status of the command where it does not. */
function* reach(call: ToolCall): Coroutine<Members | number> {
  const reached = yield* connectEtcd(call);
  return typeof reached === 'number' ? reached : membersOf(reached.node);
}

/** A member in JSON, whose id no number of JavaScript holds. */
function jsonMember(member: {
  readonly id: string;
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly learner: boolean;
}): string {
  const { id, name, peerUrls, clientUrls, learner } = member;
  return `{${[
    `"ID":${BigInt(`0x${id}`)}`,
    ...(name === '' ? [] : [`"name":${JSON.stringify(name)}`]),
    `"peerURLs":${JSON.stringify(peerUrls)}`,
    ...(clientUrls.length === 0 ? [] : [`"clientURLs":${JSON.stringify(clientUrls)}`]),
    ...(learner ? ['"isLearner":true'] : []),
  ].join(',')}}`;
}

function* memberList(call: ToolCall): Coroutine<number> {
  const found = yield* reach(call);
  if (typeof found === 'number') return found;
  if (!hasQuorum(found)) {
    yield* sleep(TIMEOUT_MS);
    yield* call.tool.err('Error: context deadline exceeded\n');
    return 1;
  }
  const started = found.members.map(({ id, name, address, peerUrls }) => ({
    id,
    name,
    peerUrls,
    clientUrls: [`https://${address}:2379`],
    learner: false,
  }));
  const members = [...started, ...found.added.map((each) => ({ ...each, name: '', clientUrls: [] as string[] }))];
  members.sort((a, b) => (a.id < b.id ? -1 : 1));
  if (call.flags.string('write-out') === 'json') {
    yield* call.tool.out(
      `{${jsonHeader(found.node).replace(/"revision":\d+,/, '')},"members":[${members.map(jsonMember).join(',')}]}\n`,
    );
    return 0;
  }
  const rows = members.map(({ id, name, peerUrls, clientUrls, learner }) => [
    id,
    name === '' ? 'unstarted' : 'started',
    name,
    peerUrls.join(','),
    clientUrls.join(','),
    String(learner),
  ]);
  yield* show(call, ['ID', 'STATUS', 'NAME', 'PEER ADDRS', 'CLIENT ADDRS', 'IS LEARNER'], rows);
  return 0;
}

const STATUS_HEADER = ['ENDPOINT', 'ID', 'VERSION', 'STORAGE VERSION', 'DB SIZE', 'IN USE', 'PERCENTAGE NOT IN USE', 'QUOTA', 'IS LEADER', 'IS LEARNER', 'RAFT TERM', 'RAFT INDEX', 'RAFT APPLIED INDEX', 'ERRORS', 'DOWNGRADE TARGET VERSION', 'DOWNGRADE ENABLED']; // prettier-ignore

function* status(call: ToolCall): Coroutine<number> {
  const found = yield* reach(call);
  if (typeof found === 'number') return found;
  const { node, members } = found;
  const { leader, term } = node.components.etcd();
  const index = String(node.apiServer.store.resourceVersion + 400);
  const quorum = hasQuorum(found);
  const rows: string[][] = [];
  let failed = false;
  for (const { endpoint, member } of endpointsOf(call, found)) {
    if (!member?.up) {
      yield* sleep(TIMEOUT_MS);
      yield* call.tool.err(`Failed to get the status of endpoint ${endpoint} (context deadline exceeded)\n`);
      failed = true;
      continue;
    }
    const leads = String(members.length === 1 || member.name === leader);
    rows.push([
      endpoint,
      member.id,
      ETCD_VERSION,
      '3.6.0',
      DB_SIZE,
      IN_USE,
      '45%',
      '0 B',
      leads,
      'false',
      String(term),
      index,
      index,
      quorum ? '' : 'etcdserver: no leader',
      '',
      'false',
    ]);
  }
  if (call.flags.string('write-out') === 'json') {
    yield* call.tool.out(`[${rows.map((row) => jsonStatus(row, found)).join(',')}]\n`);
    return failed ? 1 : 0;
  }
  if (rows.length > 0) yield* show(call, STATUS_HEADER, rows);
  return failed ? 1 : 0;
}

/** A row of the status in JSON (etcdserverpb.StatusResponse). */
function jsonStatus(
  [endpoint, id, version, storage, , , , , , , term, index]: readonly string[],
  found: Members,
): string {
  const { node, members } = found;
  const { leader } = node.components.etcd();
  const leads = members.find(({ name }) => members.length === 1 || name === leader)?.id ?? '0';
  const header = jsonHeader(node).replace(/"member_id":\d+/, `"member_id":${BigInt(`0x${id}`)}`);
  return `{"Endpoint":${JSON.stringify(endpoint)},"Status":{${header},"version":"${version}","dbSize":${DB_BYTES},"leader":${BigInt(`0x${leads}`)},"raftIndex":${index},"raftTerm":${term},"raftAppliedIndex":${index},"dbSizeInUse":${IN_USE_BYTES},"storageVersion":"${storage}"}}`;
}

function* health(call: ToolCall): Coroutine<number> {
  const found = yield* reach(call);
  if (typeof found === 'number') return found;
  const quorum = hasQuorum(found);
  const random = call.tool.machine.simulation.random.split('etcdctl');
  const format = call.flags.string('write-out') || 'simple';
  if (!['simple', 'table', 'json'].includes(format))
    return yield* notSimulated(call.tool, `endpoint health -w ${format}`);
  const rows: string[][] = [];
  let failed = false;
  let waited = false;
  for (const { endpoint, member } of endpointsOf(call, found)) {
    if (member?.up && quorum) {
      const took = `${(5 + random.below(5_000_000) / 1e6).toFixed(6)}ms`;
      rows.push([endpoint, 'true', took, '']);
      if (format === 'simple')
        yield* call.tool.out(`${endpoint} is healthy: successfully committed proposal: took = ${took}\n`);
      continue;
    }
    if (!waited) yield* sleep(TIMEOUT_MS);
    waited = true;
    failed = true;
    rows.push([endpoint, 'false', `${TIMEOUT_MS / 1000}.000000000s`, 'context deadline exceeded']);
    if (format === 'simple')
      yield* call.tool.err(`${endpoint} is unhealthy: failed to commit proposal: context deadline exceeded\n`);
  }
  if (format === 'table') yield* show(call, ['ENDPOINT', 'HEALTH', 'TOOK', 'ERROR'], rows);
  if (format === 'json') {
    const states = rows.map(([endpoint, health, took, error]) => ({
      endpoint,
      health: health === 'true',
      took,
      ...(error !== '' && { error }),
    }));
    yield* call.tool.out(`${JSON.stringify(states)}\n`);
  }
  if (failed) yield* call.tool.err('Error: unhealthy cluster\n');
  return failed ? 1 : 0;
}

/** Nothing is wrong with the members. */
function* alarms(call: ToolCall): Coroutine<number> {
  const found = yield* reach(call);
  return typeof found === 'number' ? found : 0;
}

function* defragment(call: ToolCall): Coroutine<number> {
  const found = yield* reach(call);
  if (typeof found === 'number') return found;
  const random = call.tool.machine.simulation.random.split('etcdctl');
  for (const { endpoint } of endpointsOf(call, found))
    yield* call.tool.out(
      `Finished defragmenting etcd member[${endpoint}]. took ${(40 + random.below(60_000_000) / 1e6).toFixed(6)}ms\n`,
    );
  return 0;
}

/** The hash of all keys up to a revision, which members that agree have in common. */
function* hashKeys(call: ToolCall): Coroutine<number> {
  const found = yield* reach(call);
  if (typeof found === 'number') return found;
  const revision = call.flags.int('rev') || OwnKeys.of(found.node).revision;
  const hash = String(Number.parseInt(sha256Hex(`etcd hash ${revision}`).slice(0, 8), 16));
  const rows: string[][] = [];
  for (const { endpoint, member } of endpointsOf(call, found)) {
    if (member?.up) rows.push([endpoint, hash, String(revision)]);
    else {
      yield* sleep(TIMEOUT_MS);
      yield* call.tool.err(`Failed to get the hash of endpoint ${endpoint} (context deadline exceeded)\n`);
    }
  }
  yield* show(call, ['ENDPOINT', 'HASH', 'HASH REVISION'], rows);
  return rows.length < endpointsOf(call, found).length ? 1 : 0;
}

const cluster = boolFlag('cluster');

/** What etcdctl says of etcd's members. */
export const ETCD_MEMBER_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'alarm disarm', run: alarms },
  { name: 'alarm list', run: alarms },
  { name: 'defrag', flags: [cluster], run: defragment },
  { name: 'endpoint hashkv', flags: [cluster, intFlag('rev')], run: hashKeys },
  { name: 'endpoint health', flags: [cluster], run: health },
  { name: 'endpoint status', flags: [cluster], run: status },
  { name: 'member list', run: memberList },
];
