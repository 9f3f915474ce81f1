import type { ClusterNode } from '@seatrial/cluster';
import { readLine, type Coroutine } from '@seatrial/kernel';
import { FlagSet, boolFlag } from '@seatrial/kubectl';
import { notSimulated, type Subcommand, type ToolCall } from '../cluster-tool.js';
import { connectEtcd } from './etcd-connection.js';
import { keysIn } from './etcd-keyspace.js';
import { printAnswer, type EtcdAnswer } from './etcd-output.js';
import {
  BAD_ARGUMENTS,
  DEL_FLAGS,
  GET_FLAGS,
  PUT_FLAGS,
  deleteKeys,
  getAnswer,
  getKeys,
  putKey,
  rangeOf,
  refuse,
} from './etcdctl-keys.js';
import { OwnKeys, type EtcdKey } from './own-keys.js';

const INVALID_INPUT = 3;
const FLAGS: Readonly<Record<string, typeof GET_FLAGS>> = { del: DEL_FLAGS, get: GET_FLAGS, put: PUT_FLAGS };
const TARGETS: Readonly<Record<string, (key: EtcdKey | undefined) => string | number>> = {
  c: (key) => key?.created ?? 0,
  create: (key) => key?.created ?? 0,
  m: (key) => key?.modified ?? 0,
  mod: (key) => key?.modified ?? 0,
  val: (key) => key?.value ?? '',
  value: (key) => key?.value ?? '',
  ver: (key) => key?.version ?? 0,
  version: (key) => key?.version ?? 0,
};

/** The lines of a section, which an empty one ends; undefined at the end of the input. */
function* section({ tool, flags }: ToolCall, title: string): Coroutine<string[] | undefined> {
  if (flags.bool('interactive')) yield* tool.out(`${title}\n`);
  const lines: string[] = [];
  for (;;) {
    const line = yield* readLine(tool.process.stdin);
    if (line === undefined) return undefined;
    if (line.trim() === '') return lines;
    tool.charge(1);
    lines.push(line.trim());
  }
}

/** Whether a comparison holds; a text when it is none. */
function holds(node: ClusterNode, line: string): boolean | string {
  const found = /^(\w+)\("((?:[^"\\]|\\.)*)"\) (\S+) "((?:[^"\\]|\\.)*)"$/.exec(line);
  if (!found) return `malformed comparison: ${line}`;
  const [, target, name, operator, given] = found;
  if (!Object.hasOwn(TARGETS, target)) return `malformed comparison: ${line} (unknown target ${target})`;
  const [key] = keysIn(node, { key: name, end: undefined, prefix: false, fromKey: false }, { keysOnly: false });
  const value = TARGETS[target](key);
  if (typeof value === 'number' && !/^-?\d+$/.test(given)) return `invalid txn compare request: ${line}`;
  const wanted = typeof value === 'number' ? Number(given) : given;
  if (operator === '=') return value === wanted;
  if (operator === '!=') return value !== wanted;
  if (operator === '>') return value > wanted;
  return operator === '<' ? value < wanted : `malformed comparison: ${line}`;
}

const words = (line: string): string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare,
  );

/** Carries out one request; a text when it is none, undefined when it is not simulated. */
function perform(call: ToolCall, node: ClusterNode, line: string): EtcdAnswer | string | undefined {
  const [verb = '', ...rest] = words(line);
  const invalid = `invalid txn request: ${line}`;
  if (!Object.hasOwn(FLAGS, verb)) return invalid;
  const flags = new FlagSet(FLAGS[verb]);
  if (!flags.parse(rest).ok || flags.args.length === 0) return invalid;
  const own = OwnKeys.of(node);
  const range = rangeOf(verb === 'put' ? flags.args.slice(0, 1) : flags.args, flags);
  if (typeof range === 'string') return range;
  if (verb === 'put' && range.key.startsWith('/registry/')) return undefined;
  if (verb === 'put') return putKey(own, flags, range.key, flags.args[1] ?? '');
  if (verb === 'del') return deleteKeys(node, range, flags);
  const found = getKeys(node, range, flags);
  return typeof found === 'object' ? getAnswer(found, { ...call, flags }) : found;
}

/** `etcdctl txn`: comparisons, and what is done when all of them hold or not. */
function* txn(call: ToolCall): Coroutine<number> {
  const { tool, args } = call;
  if (args.length > 0) return yield* refuse(tool, 'txn command does not accept argument', BAD_ARGUMENTS);
  const reached = yield* connectEtcd(call);
  if (typeof reached === 'number') return reached;
  const sections: string[][] = [];
  for (const title of ['compares:', 'success requests (get, put, del):', 'failure requests (get, put, del):']) {
    const lines = yield* section(call, title);
    if (!lines) return yield* refuse(tool, 'EOF', INVALID_INPUT);
    sections.push(lines);
  }
  const [compares, success, failure] = sections;
  const outcomes = compares.map((line) => holds(reached.node, line));
  const wrong = outcomes.find((outcome) => typeof outcome === 'string');
  if (typeof wrong === 'string') return yield* refuse(tool, wrong, INVALID_INPUT);
  const succeeded = !outcomes.includes(false);
  const answers: EtcdAnswer[] = [];
  for (const line of succeeded ? success : failure) {
    const answer = perform(call, reached.node, line);
    if (answer === undefined) return yield* notSimulated(tool, 'txn on keys of the API server');
    if (typeof answer === 'string') return yield* refuse(tool, answer, INVALID_INPUT);
    answers.push(answer);
  }
  if (call.flags.string('write-out') === 'json') return yield* notSimulated(tool, 'txn --write-out=json');
  return yield* printAnswer(call, reached.node, {
    simple: `${succeeded ? 'SUCCESS' : 'FAILURE'}\n${answers.map(({ simple }) => `\n${simple}`).join('')}`,
    json: [],
    fields: `"Succeeded" : ${succeeded}\n${answers.map(({ fields }) => fields).join('')}`,
  });
}

export const TXN_SUBCOMMAND: Subcommand = {
  name: 'txn',
  flags: [boolFlag('interactive', '', { shorthand: 'i' })],
  run: txn,
};
