import type { Node, Pod } from '@seatrial/apiserver';
import { nodeFits, termMatches, type NodeSelectorTerm } from '@seatrial/kinds';
import { definePlugin } from '../cycle/plugin.js';

const REJECTION = { reasons: ["node(s) didn't match Pod's node affinity/selector"], unresolvable: true };

interface PreferredTerm {
  readonly weight: number;
  readonly preference: NodeSelectorTerm;
}

const requiredTerms = (pod: Pod): readonly NodeSelectorTerm[] | undefined =>
  pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;

const preferredTerms = (pod: Pod): readonly PreferredTerm[] =>
  pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];

/** Node names when every term names some by `metadata.name`; undefined when one does not. */
function namedNodes(terms: readonly NodeSelectorTerm[]): Set<string> | undefined {
  const all = new Set<string>();
  for (const { matchFields } of terms) {
    const fields = (matchFields ?? []).filter(({ key, operator }) => key === 'metadata.name' && operator === 'In');
    if (fields.length === 0) return undefined;
    for (const name of fields[0].values ?? []) if (fields.every(({ values }) => values?.includes(name))) all.add(name);
  }
  return all;
}

/** Node selector and node affinity. */
export const nodeAffinityPlugin = definePlugin<undefined, readonly PreferredTerm[]>({
  name: 'NodeAffinity',
  local: true,
  weight: 2,
  preFilter: ({ info: { pod } }) => {
    const terms = requiredTerms(pod);
    if (!terms && !pod.spec.nodeSelector) return 'skip';
    if (!terms?.length) return { state: undefined };
    const nodes = namedNodes(terms);
    if (nodes?.size === 0) return { rejected: 'pod affinity terms conflict' };
    return nodes ? { state: undefined, nodes } : { state: undefined };
  },
  filter: ({ info }, { node }) => (nodeFits(info.pod.spec, node) ? undefined : REJECTION),
  preScore: ({ info }) => {
    const terms = preferredTerms(info.pod);
    return terms.length === 0 ? 'skip' : { state: terms };
  },
  score: (_cycle, { node }, terms) =>
    terms.reduce((sum, { weight, preference }) => (termMatches(preference, node) ? sum + weight : sum), 0),
  normalize: 'scale',
  requeueOn: ({ resource, type, object, previous }, pod) => {
    if (resource !== 'nodes' || type === 'DELETED' || !nodeFits(pod.spec, object as Node)) return false;
    return !previous || !nodeFits(pod.spec, previous as Node);
  },
});
