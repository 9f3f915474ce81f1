import { sha256Hex, type Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag } from '@seatrial/kubectl';
import { goQuote } from '@seatrial/template';
import { notSimulated, type Subcommand, type ToolCall } from '../cluster-tool.js';
import { connectEtcd } from './etcd-connection.js';
import { memberChanges, membersOf, type Members } from './etcd-member-list.js';
import { BAD_ARGUMENTS, refuse } from './etcdctl-keys.js';

const CLUSTER_ID = sha256Hex('etcd').slice(0, 16).replace(/^0+/, '').padStart(16);

function* reach(call: ToolCall): Coroutine<Members | number> {
  const reached = yield* connectEtcd(call);
  return typeof reached === 'number' ? reached : membersOf(reached.node);
}

/** The one argument as a member's id; a complaint otherwise. */
function idOf({ args }: ToolCall): { readonly id: string } | string {
  if (args.length !== 1) return 'member ID is not provided';
  const [text] = args;
  const wrong = /^[0-9a-f]+$/i.test(text) ? (text.length > 16 ? 'value out of range' : undefined) : 'invalid syntax';
  if (wrong !== undefined)
    return `bad member ID arg (strconv.ParseUint: parsing ${goQuote(text)}: ${wrong}), expecting ID in Hex`;
  return { id: text.toLowerCase().padStart(16, '0') };
}

/** What makes peer URLs unfit (pkg/types.NewURLs). */
const badUrls = (urls: readonly string[]): boolean => urls.some((url) => !/^https?:\/\/[^/:]+:\d+$/.test(url));

function environmentText({ members }: Members, name: string, urls: readonly string[], given: string): string {
  const initial = [
    ...members.flatMap((member) => member.peerUrls.map((url) => `${member.name}=${url}`)),
    ...urls.map((url) => `${name}=${url}`),
  ];
  return `\nETCD_NAME=${goQuote(name)}\nETCD_INITIAL_CLUSTER=${goQuote(initial.join(','))}\nETCD_INITIAL_ADVERTISE_PEER_URLS=${goQuote(given)}\nETCD_INITIAL_CLUSTER_STATE="existing"\n`;
}

function* add(call: ToolCall): Coroutine<number> {
  const { tool, args, flags } = call;
  const [name, ...more] = args;
  const given = flags.string('peer-urls');
  if (name === undefined) return yield* refuse(tool, 'member name not provided', BAD_ARGUMENTS);
  if (more.length > 0) {
    const hints = args.filter((word) => /^http/i.test(word)).map((word) => `, did you mean --peer-urls=${word}`);
    return yield* refuse(tool, `too many arguments${hints.join('')}`, BAD_ARGUMENTS);
  }
  if (given === '') return yield* refuse(tool, 'member peer urls not provided', BAD_ARGUMENTS);
  const found = yield* reach(call);
  if (typeof found === 'number') return found;
  const urls = given.split(',');
  const learner = flags.bool('learner');
  const taken = [...found.members, ...found.added].flatMap(({ peerUrls }) => peerUrls);
  if (badUrls(urls)) return yield* refuse(tool, 'etcdserver: given member URLs are invalid');
  if (urls.some((url) => taken.includes(url))) return yield* refuse(tool, 'etcdserver: Peer URLs already exists');
  if (learner && found.added.some((each) => each.learner))
    return yield* refuse(tool, 'etcdserver: too many learner members in cluster');
  const voters = found.members.length + found.added.filter((each) => !each.learner).length + 1;
  const started = found.members.filter(({ up }) => up).length;
  if (!learner && started * 2 <= voters && !(started === 1 && voters === 2))
    return yield* refuse(tool, 'etcdserver: re-configuration failed due to not enough started members');
  if (!learner && started * 2 <= voters)
    return yield* notSimulated(tool, 'member add of a second member that votes and does not run');
  const id = sha256Hex(`etcd ${given} ${tool.machine.simulation.now()}`).slice(0, 16);
  const text = environmentText(found, name, urls, given);
  memberChanges(found.node).added.push({ id, peerUrls: urls, learner });
  yield* tool.out(`Member ${shown(id)} added${learner ? ' as learner ' : ' '}to cluster ${CLUSTER_ID}\n${text}`);
  return 0;
}

/** `%16x` */
const shown = (id: string): string => id.replace(/^0+/, '').padStart(16);

function* remove(call: ToolCall): Coroutine<number> {
  const { tool } = call;
  const named = idOf(call);
  if (typeof named === 'string') return yield* refuse(tool, named, BAD_ARGUMENTS);
  const found = yield* reach(call);
  if (typeof found === 'number') return found;
  const { id } = named;
  const changes = memberChanges(found.node);
  const index = changes.added.findIndex((each) => each.id === id);
  const member = found.members.find((each) => each.id === id);
  if (index < 0 && !member) return yield* refuse(tool, 'etcdserver: member not found');
  if (member) {
    const left = found.members.length - 1;
    const started = found.members.filter((each) => each.up && each.id !== id).length;
    if (started < Math.floor(left / 2) + 1)
      return yield* refuse(tool, 'etcdserver: re-configuration failed due to not enough started members');
    if (member.up) return yield* notSimulated(tool, 'member remove of a member that runs');
    changes.removed.add(id);
  } else changes.added.splice(index, 1);
  yield* tool.out(`Member ${shown(id)} removed from cluster ${CLUSTER_ID}\n`);
  return 0;
}

function* update(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const named = idOf(call);
  if (typeof named === 'string') return yield* refuse(tool, named, BAD_ARGUMENTS);
  if (flags.string('peer-urls') === '') return yield* refuse(tool, 'member peer urls not provided', BAD_ARGUMENTS);
  const found = yield* reach(call);
  if (typeof found === 'number') return found;
  const { id } = named;
  const urls = flags.string('peer-urls').split(',');
  const others = [...found.members, ...found.added].filter((each) => each.id !== id);
  if (badUrls(urls)) return yield* refuse(tool, 'etcdserver: given member URLs are invalid');
  if (others.length === found.members.length + found.added.length)
    return yield* refuse(tool, 'etcdserver: member not found');
  if (others.some(({ peerUrls }) => peerUrls.some((url) => urls.includes(url))))
    return yield* refuse(tool, 'etcdserver: Peer URLs already exists');
  const changes = memberChanges(found.node);
  const index = changes.added.findIndex((each) => each.id === id);
  if (index < 0) changes.peerUrls.set(id, urls);
  else changes.added[index] = { ...changes.added[index], peerUrls: urls };
  yield* tool.out(`Member ${shown(id)} updated in cluster ${CLUSTER_ID}\n`);
  return 0;
}

function* promote(call: ToolCall): Coroutine<number> {
  const { tool } = call;
  const named = idOf(call);
  if (typeof named === 'string') return yield* refuse(tool, named, BAD_ARGUMENTS);
  const found = yield* reach(call);
  if (typeof found === 'number') return found;
  const learner = found.added.find((each) => each.id === named.id)?.learner;
  if (learner === undefined && !found.members.some((each) => each.id === named.id))
    return yield* refuse(tool, 'etcdserver: member not found');
  return yield* refuse(
    tool,
    learner === true
      ? 'etcdserver: can only promote a learner member which is in sync with leader'
      : 'etcdserver: can only promote a learner member',
  );
}

const urlsFlag = stringFlag('peer-urls');

/** What etcdctl changes about etcd's members: those that do not run (server/etcdserver, 3.6). */
export const MEMBER_CHANGE_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'member add', flags: [urlsFlag, boolFlag('learner')], run: add },
  { name: 'member promote', run: promote },
  { name: 'member remove', run: remove },
  { name: 'member update', flags: [urlsFlag], run: update },
];
