import type { NetworkPolicy } from '@seatrial/apiserver';
import { formatLabelSelector } from '@seatrial/schema';
import type { NetworkPolicyPeer, NetworkPolicyPort } from 'kubernetes-types/networking/v1.js';
import { defineDescriber } from './describer.js';
import { writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

const INDENT = '    ';

/** NetworkPolicy: the pods it selects and the traffic it lets through. */
export const networkPolicyDescribe = defineDescriber<NetworkPolicy>({
  group: 'networking.k8s.io',
  kind: 'NetworkPolicy',
  describe: (policy) => {
    const w = new DescriptionWriter();
    const { metadata, spec } = policy;
    writeName(w, policy);
    w.field('Created on', `${metadata.creationTimestamp.replace('T', ' ').replace('Z', '')} +0000 UTC`);
    writeLabelsAndAnnotations(w, policy);
    w.write(0, 'Spec:\n');
    w.write(1, 'PodSelector: ');
    const { matchLabels, matchExpressions } = spec.podSelector ?? {};
    const all = Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0;
    const none = '<none> (Allowing the specific traffic to all pods in this namespace)';
    w.write(2, `${all ? none : formatLabelSelector(spec.podSelector)}\n`);
    const types = spec.policyTypes ?? [];
    if (types.includes('Ingress')) {
      w.write(1, 'Allowing ingress traffic:\n');
      const rules = (spec.ingress ?? []).map(({ ports, from }) => ({ ports, peers: from }));
      writeRules(w, rules, 'ingress', 'From', 'source');
    } else w.write(1, 'Not affecting ingress traffic\n');
    if (types.includes('Egress')) {
      w.write(1, 'Allowing egress traffic:\n');
      const rules = (spec.egress ?? []).map(({ ports, to }) => ({ ports, peers: to }));
      writeRules(w, rules, 'egress', 'To', 'destination');
    } else w.write(1, 'Not affecting egress traffic\n');
    w.write(1, `Policy Types: ${types.join(', ') || '<none>'}\n`);
    return w.text();
  },
});

interface Rule {
  readonly ports?: readonly NetworkPolicyPort[] | undefined;
  readonly peers?: readonly NetworkPolicyPeer[] | undefined;
}

function writeRules(w: DescriptionWriter, rules: readonly Rule[], way: string, side: string, end: string): void {
  const line = (text: string): void => {
    w.write(0, `${INDENT}${text}\n`);
  };
  if (rules.length === 0) line(`<none> (Selected pods are isolated for ${way} connectivity)`);
  rules.forEach(({ ports, peers }, index) => {
    if (!ports || ports.length === 0) line('To Port: <any> (traffic allowed to all ports)');
    for (const { port, endPort, protocol = 'TCP' } of ports ?? []) {
      const first = port === undefined ? '<nil>' : String(port);
      if (endPort === undefined) line(`To Port: ${first}/${protocol}`);
      else line(`To Port Range: ${first}-${String(endPort)}/${protocol}`);
    }
    if (!peers || peers.length === 0) line(`${side}: <any> (traffic not restricted by ${end})`);
    for (const peer of peers ?? []) {
      line(`${side}:`);
      writePeer(w, peer);
    }
    if (index < rules.length - 1) line('----------');
  });
}

function writePeer(w: DescriptionWriter, { namespaceSelector, podSelector, ipBlock }: NetworkPolicyPeer): void {
  if (namespaceSelector) w.write(1, `${INDENT}NamespaceSelector: ${formatLabelSelector(namespaceSelector)}\n`);
  if (podSelector) w.write(1, `${INDENT}PodSelector: ${formatLabelSelector(podSelector)}\n`);
  if (namespaceSelector || podSelector || !ipBlock) return;
  w.write(1, `${INDENT}IPBlock:\n`);
  w.write(2, `${INDENT}CIDR: ${ipBlock.cidr}\n`);
  w.write(2, `${INDENT}Except: ${(ipBlock.except ?? []).join(', ')}\n`);
}
