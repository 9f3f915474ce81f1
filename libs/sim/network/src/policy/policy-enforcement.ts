import {
  NAMESPACES,
  NETWORK_POLICIES,
  PODS,
  type NetworkPolicy,
  type ObjectReader,
  type Pod,
} from '@seatrial/apiserver';
import { inRange, parseCidr, parseIpv4 } from '../address.js';

/** One end of a connection, as policies see it. */
export interface PolicyEnd {
  readonly address: string;
  readonly pod: Pod | undefined;
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

function matches(selector: Selector | undefined, labels: Readonly<Record<string, string>> = {}): boolean {
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) if (labels[key] !== value) return false;
  for (const { key, operator, values = [] } of selector?.matchExpressions ?? []) {
    const has = Object.hasOwn(labels, key);
    if (operator === 'Exists' && !has) return false;
    if (operator === 'DoesNotExist' && has) return false;
    if (operator === 'In' && !(has && values.includes(labels[key]))) return false;
    if (operator === 'NotIn' && has && values.includes(labels[key])) return false;
  }
  return true;
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}
interface Port {
  readonly port?: string | number;
  readonly endPort?: number;
  readonly protocol?: string;
}

/** Whether NetworkPolicies let a connection through; the name of the policy that isolates when not. */
export class PolicyEnforcement {
  constructor(private readonly store: ObjectReader) {}

  /** Undefined when allowed, else why not. */
  refusal(source: PolicyEnd, destination: PolicyEnd, port: number, protocol: string): string | undefined {
    if (source.pod && destination.pod && source.pod === destination.pod) return undefined;
    return (
      this.direction('Egress', source, destination, destination, port, protocol) ??
      this.direction('Ingress', destination, source, destination, port, protocol)
    );
  }

  podOf(namespace: string, name: string): Pod | undefined {
    return this.store.get(PODS, namespace, name);
  }

  private direction(
    type: 'Ingress' | 'Egress',
    subject: PolicyEnd,
    peer: PolicyEnd,
    destination: PolicyEnd,
    port: number,
    protocol: string,
  ): string | undefined {
    const { pod } = subject;
    if (!pod || pod.spec.hostNetwork) return undefined;
    const namespace = pod.metadata.namespace ?? '';
    const isolating = this.store
      .list(NETWORK_POLICIES, namespace)
      .filter(
        (policy) =>
          this.types(policy).includes(type) && matches(policy.spec.podSelector as Selector, pod.metadata.labels),
      );
    if (isolating.length === 0) return undefined;
    const allowed = isolating.some((policy) => this.allows(policy, type, peer, destination, port, protocol));
    return allowed
      ? undefined
      : `${type.toLowerCase()} of pod ${namespace}/${pod.metadata.name} is isolated by NetworkPolicy ${isolating.map((policy) => policy.metadata.name).join(', ')}`;
  }

  private types(policy: NetworkPolicy): readonly string[] {
    return policy.spec.policyTypes ?? (policy.spec.egress ? ['Ingress', 'Egress'] : ['Ingress']);
  }

  private allows(
    policy: NetworkPolicy,
    type: 'Ingress' | 'Egress',
    peer: PolicyEnd,
    destination: PolicyEnd,
    port: number,
    protocol: string,
  ): boolean {
    const rules: readonly { readonly peers?: readonly Peer[]; readonly ports?: readonly Port[] }[] =
      type === 'Ingress'
        ? (policy.spec.ingress ?? []).map((rule) => ({
            peers: rule.from ?? [],
            ports: rule.ports ?? [],
          }))
        : (policy.spec.egress ?? []).map((rule) => ({
            peers: rule.to ?? [],
            ports: rule.ports ?? [],
          }));
    return rules.some(({ peers = [], ports = [] }) => {
      const portOk = ports.length === 0 || ports.some((each) => this.portMatches(each, destination, port, protocol));
      const peerOk =
        peers.length === 0 || peers.some((each) => this.peerMatches(each, policy.metadata.namespace ?? '', peer));
      return portOk && peerOk;
    });
  }

  private portMatches(rule: Port, destination: PolicyEnd, port: number, protocol: string): boolean {
    if ((rule.protocol ?? 'TCP') !== protocol) return false;
    if (rule.port === undefined) return true;
    if (typeof rule.port === 'string') {
      const named = destination.pod?.spec.containers
        .flatMap((container) => container.ports ?? [])
        .find((each) => each.name === rule.port);
      return named?.containerPort === port;
    }
    return rule.endPort === undefined ? rule.port === port : port >= rule.port && port <= rule.endPort;
  }

  private peerMatches(rule: Peer, namespace: string, peer: PolicyEnd): boolean {
    if (rule.ipBlock) {
      const address = parseIpv4(peer.address);
      if (address === undefined || !inRange(parseCidr(rule.ipBlock.cidr), address)) return false;
      return !(rule.ipBlock.except ?? []).some((cidr) => inRange(parseCidr(cidr), address));
    }
    const { pod } = peer;
    if (!pod || pod.spec.hostNetwork) return false;
    if (rule.namespaceSelector) {
      const labels = this.store.get(NAMESPACES, undefined, pod.metadata.namespace ?? '')?.metadata.labels;
      if (!matches(rule.namespaceSelector, labels)) return false;
    } else if (pod.metadata.namespace !== namespace) return false;
    return rule.podSelector === undefined || matches(rule.podSelector, pod.metadata.labels);
  }
}
