import { waitFor, type Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag } from '@seatrial/kubectl';
import { notSimulated, type Subcommand, type ToolCall } from '../cluster-tool.js';
import { connectEtcd } from './etcd-connection.js';
import { inRange, reachesRegistry } from './etcd-keyspace.js';
import { eventText } from './etcd-output.js';
import { BAD_ARGUMENTS, refuse } from './etcdctl-keys.js';
import { OwnKeys } from './own-keys.js';

/** `etcdctl watch`: changes of keys until somebody interrupts it. */
function* watch(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  if (flags.bool('interactive')) return yield* notSimulated(tool, 'watch --interactive');
  if (tool.args.includes('--') || args.length > 2) return yield* notSimulated(tool, 'watch with a command');
  const [key = tool.process.env.get('ETCDCTL_WATCH_KEY'), end] = args;
  if (key === undefined) return yield* refuse(tool, 'bad number of arguments', BAD_ARGUMENTS);
  if (end !== undefined && flags.bool('prefix'))
    return yield* refuse(tool, '`range_end` and `--prefix` are mutually exclusive', BAD_ARGUMENTS);
  const range = { key, end, prefix: flags.bool('prefix'), fromKey: false };
  const reached = yield* connectEtcd(call);
  if (typeof reached === 'number') return reached;
  if (reachesRegistry(range) && key.startsWith('/registry'))
    return yield* notSimulated(tool, 'watch of keys of the API server');
  const own = OwnKeys.of(reached.node);
  const from = flags.int('rev');
  let next = from > 0 ? own.events.findIndex(({ revision }) => revision >= from) : own.events.length;
  if (next < 0) next = own.events.length;
  for (;;) {
    for (; next < own.events.length; next++) {
      const event = own.events[next];
      if (inRange(event.key, range)) yield* tool.out(eventText(event, call));
    }
    yield* waitFor([own.changed]);
  }
}

export const WATCH_SUBCOMMAND: Subcommand = {
  name: 'watch',
  flags: [
    ...['prefix', 'prev-kv', 'progress-notify'].map((name) => boolFlag(name)),
    boolFlag('interactive', '', { shorthand: 'i' }),
    intFlag('rev'),
  ],
  run: watch,
};
