import type { ClusterNode } from '@seatrial/cluster';
import { encodeBase64, encodeUtf8, sha256Hex, type Coroutine } from '@seatrial/kernel';
import { goQuote } from '@seatrial/template';
import type { ToolCall } from '../cluster-tool.js';
import { OwnKeys, type EtcdEvent, type EtcdKey } from './own-keys.js';

const BAD_FEATURE = 4;
const NO_MEMBER = '8e9e05c52164694d';

/** An answer of etcd's, for every way of printing it. */
export interface EtcdAnswer {
  /** Lines of the simple form. */
  readonly simple: string;
  /** Members of the JSON form after its header. */
  readonly json: readonly string[];
  /** Lines of the form of fields after its header. */
  readonly fields: string;
}

const hexOf = (text: string): string =>
  [...encodeUtf8(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');

/** One key and its value on lines of their own. */
export function simpleKey({ key, value = '' }: EtcdKey, { flags }: ToolCall): string {
  const shown = flags.bool('hex') ? hexOf : (text: string): string => text;
  return flags.bool('print-value-only') ? `${shown(value)}\n` : `${shown(key)}\n${shown(value)}\n`;
}

export function jsonKey({ key, value = '', created, modified, version, lease }: EtcdKey): string {
  const members = [`"key":"${encodeBase64(key)}"`];
  if (created > 0) members.push(`"create_revision":${created}`);
  if (modified > 0) members.push(`"mod_revision":${modified}`);
  if (version > 0) members.push(`"version":${version}`);
  if (value !== '') members.push(`"value":"${encodeBase64(value)}"`);
  if (lease > 0n) members.push(`"lease":${lease}`);
  return `{${members.join(',')}}`;
}

export const fieldsKey = ({ key, value = '', created, modified, version, lease }: EtcdKey, prefix = ''): string =>
  `"${prefix}Key" : ${goQuote(key)}\n"${prefix}CreateRevision" : ${created}\n"${prefix}ModRevision" : ${modified}\n"${prefix}Version" : ${version}\n"${prefix}Value" : ${goQuote(value)}\n"${prefix}Lease" : ${lease}\n`;

const headerOf = (node: ClusterNode) => ({
  cluster: BigInt(`0x${sha256Hex('etcd').slice(0, 16)}`),
  member: BigInt(`0x${node.components.etcd().members[0]?.id ?? NO_MEMBER}`),
  revision: OwnKeys.of(node).revision,
  term: node.components.etcd().term,
});

/** The JSON of an answer's header. */
export function jsonHeader(node: ClusterNode): string {
  const { cluster, member, revision, term } = headerOf(node);
  return `"header":{"cluster_id":${cluster},"member_id":${member},"revision":${revision},"raft_term":${term}}`;
}

/** Prints an answer by `--write-out`. */
export function* printAnswer(call: ToolCall, node: ClusterNode, answer: EtcdAnswer): Coroutine<number> {
  const { tool, flags } = call;
  const format = flags.string('write-out') || 'simple';
  if (format === 'simple') yield* tool.out(answer.simple);
  else if (format === 'json') yield* tool.out(`{${[jsonHeader(node), ...answer.json].join(',')}}\n`);
  else if (format === 'fields') {
    const { cluster, member, revision, term } = headerOf(node);
    yield* tool.out(
      `"ClusterID" : ${cluster}\n"MemberID" : ${member}\n"Revision" : ${revision}\n"RaftTerm" : ${term}\n${answer.fields}`,
    );
  } else {
    yield* tool.err(`Error: ${format} not supported as output format\n`);
    return BAD_FEATURE;
  }
  return 0;
}

/** What a watch prints of a change. */
export function eventText({ type, key, now, before }: EtcdEvent, call: ToolCall): string {
  const gone = { key, value: '', created: 0, modified: 0, version: 0, lease: 0n };
  const prior = call.flags.bool('prev-kv') && before ? simpleKey(before, call) : '';
  return `${type}\n${prior}${simpleKey(now ?? gone, call)}`;
}
