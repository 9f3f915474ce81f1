import { sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag } from '@seatrial/kubectl';
import { goQuote } from '@seatrial/template';
import type { Subcommand, ToolCall } from '../cluster-tool.js';
import { connectEtcd } from './etcd-connection.js';
import { printAnswer, type EtcdAnswer } from './etcd-output.js';
import { BAD_ARGUMENTS, refuse } from './etcdctl-keys.js';
import { OwnKeys } from './own-keys.js';

const LARGEST_TTL = 9_000_000_000n;
/** A keep-alive renews its lease when a third of its time is over. */
const RENEWALS = 3;

const idText = (id: bigint): string => id.toString(16).padStart(16, '0');

/** Leases have no fields and no tables of their own here. */
const answer = (simple: string, json: readonly string[]): EtcdAnswer => ({ simple, json, fields: '' });

interface Reached {
  readonly own: OwnKeys;
  readonly print: (answer: EtcdAnswer) => Coroutine<number>;
}

function* reach(call: ToolCall): Coroutine<Reached | number> {
  const reached = yield* connectEtcd(call);
  if (typeof reached === 'number') return reached;
  return { own: OwnKeys.of(reached.node), print: (made) => printAnswer(call, reached.node, made) };
}

function* grant(call: ToolCall): Coroutine<number> {
  const { tool, args } = call;
  if (args.length !== 1) return yield* refuse(tool, 'lease grant command needs TTL argument', BAD_ARGUMENTS);
  if (!/^-?\d+$/.test(args[0]))
    return yield* refuse(
      tool,
      `bad TTL (strconv.ParseInt: parsing ${goQuote(args[0])}: invalid syntax)`,
      BAD_ARGUMENTS,
    );
  const reached = yield* reach(call);
  if (typeof reached === 'number') return reached;
  const ttl = BigInt(args[0]);
  if (ttl <= 0n) return yield* refuse(tool, 'failed to grant lease (etcdserver: lease TTL must be greater than 0)');
  if (ttl > LARGEST_TTL) return yield* refuse(tool, 'failed to grant lease (etcdserver: too large lease TTL)');
  const random = tool.machine.simulation.random.split(
    `etcd lease ${reached.own.revision} ${reached.own.leases.size} ${tool.machine.simulation.now()}`,
  );
  const id = BigInt(`0x694d${random.hex(12)}`);
  reached.own.grant(id, Number(ttl));
  return yield* reached.print(
    answer(`lease ${idText(id)} granted with TTL(${ttl}s)\n`, [`"ID":${id}`, `"TTL":${ttl}`]),
  );
}

/** The lease that the one argument names. */
function* named(call: ToolCall, complaint: string): Coroutine<bigint | undefined> {
  const { tool, args } = call;
  const [given = ''] = args;
  if (args.length === 1 && /^[0-9a-f]{1,16}$/i.test(given)) return BigInt(`0x${given}`);
  yield* refuse(
    tool,
    args.length === 1
      ? `bad lease ID arg (strconv.ParseInt: parsing ${goQuote(given)}: invalid syntax), expecting ID in Hex`
      : complaint,
  );
  return undefined;
}

function* revoke(call: ToolCall): Coroutine<number> {
  const id = yield* named(call, 'lease revoke command needs 1 argument');
  if (id === undefined) return BAD_ARGUMENTS;
  const reached = yield* reach(call);
  if (typeof reached === 'number') return reached;
  if (!reached.own.revoke(id))
    return yield* refuse(call.tool, 'failed to revoke lease (etcdserver: requested lease not found)');
  return yield* reached.print(answer(`lease ${idText(id)} revoked\n`, []));
}

function* timeToLive(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const id = yield* named(call, 'lease timetolive command needs lease ID as argument');
  if (id === undefined) return BAD_ARGUMENTS;
  const reached = yield* reach(call);
  if (typeof reached === 'number') return reached;
  const lease = reached.own.leases.get(id);
  if (!lease)
    return yield* reached.print(
      answer(`lease ${idText(id)} already expired\n`, [`"id":${id}`, '"ttl":-1', '"granted-ttl":0']),
    );
  const left = Math.floor(lease.seconds - (tool.machine.simulation.now() - lease.renewedAt) / 1000);
  const keys = reached.own
    .list()
    .filter((each) => each.lease === id)
    .map(({ key }) => key);
  const attached = flags.bool('keys') ? `, attached keys([${keys.join(' ')}])` : '';
  return yield* reached.print(
    answer(`lease ${idText(id)} granted with TTL(${lease.seconds}s), remaining(${left}s)${attached}\n`, [
      `"id":${id}`,
      `"ttl":${left}`,
      `"granted-ttl":${lease.seconds}`,
    ]),
  );
}

function* list(call: ToolCall): Coroutine<number> {
  const reached = yield* reach(call);
  if (typeof reached === 'number') return reached;
  const ids = [...reached.own.leases.keys()];
  return yield* reached.print(
    answer(`found ${ids.length} leases\n${ids.map((id) => `${idText(id)}\n`).join('')}`, [
      `"leases":[${ids.map((id) => `{"id":${id}}`).join(',')}]`,
    ]),
  );
}

function* keepAlive(call: ToolCall): Coroutine<number> {
  const id = yield* named(call, 'lease keep-alive command needs lease ID as argument');
  if (id === undefined) return BAD_ARGUMENTS;
  const reached = yield* reach(call);
  if (typeof reached === 'number') return reached;
  const { own } = reached;
  for (let lease = own.leases.get(id); lease; lease = own.leases.get(id)) {
    own.renew(lease);
    const status = yield* reached.print(
      answer(`lease ${idText(id)} keepalived with TTL(${lease.seconds})\n`, [`"ID":${id}`, `"TTL":${lease.seconds}`]),
    );
    if (call.flags.bool('once') || status !== 0) return status;
    yield* sleep((lease.seconds * 1000) / RENEWALS);
  }
  if (call.flags.bool('once')) return yield* refuse(call.tool, 'etcdserver: requested lease not found', 2);
  yield* call.tool.out(`lease ${idText(id)} expired or revoked.\n`);
  return 0;
}

/** `etcdctl lease …`. */
export const LEASE_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'lease grant', run: grant },
  { name: 'lease keep-alive', flags: [boolFlag('once')], run: keepAlive },
  { name: 'lease list', run: list },
  { name: 'lease revoke', run: revoke },
  { name: 'lease timetolive', flags: [boolFlag('keys')], run: timeToLive },
];
