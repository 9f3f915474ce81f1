import type { Pod } from '@seatrial/apiserver';
import { LabelSelector, labelSelectorOf, newRequirement, type LabelSelectorObject } from '@seatrial/schema';
import { podRequests, type Resources } from './resources.js';

/** One term of pod affinity or anti-affinity, ready to be matched. */
export interface AffinityTerm {
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: LabelSelector | undefined;
  readonly selector: LabelSelector;
  readonly topologyKey: string;
  /** Of a preferred term; 0 for a required one. */
  readonly weight: number;
}

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

interface RawTerm {
  readonly labelSelector?: LabelSelectorObject;
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: LabelSelectorObject;
  readonly topologyKey: string;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

/** Adds requirements on the pod's own values of some labels (matchLabelKeys, mismatchLabelKeys). */
export function withLabelKeys(
  selector: LabelSelector,
  pod: Pod,
  match: readonly string[] | undefined,
  mismatch?: readonly string[],
): LabelSelector {
  const added = [
    ...(match ?? []).map((key) => ({ key, operator: 'in' as const })),
    ...(mismatch ?? []).map((key) => ({ key, operator: 'notin' as const })),
  ].flatMap(({ key, operator }) => {
    const value = pod.metadata.labels?.[key];
    const requirement = value === undefined ? undefined : newRequirement(key, operator, [value]);
    return requirement?.ok ? [requirement.value] : [];
  });
  return added.length === 0 ? selector : new LabelSelector([...selector.requirements, ...added]);
}

function termOf(pod: Pod, raw: RawTerm, weight: number): AffinityTerm {
  const selector = labelSelectorOf(raw.labelSelector);
  const namespaceSelector = raw.namespaceSelector ? labelSelectorOf(raw.namespaceSelector) : undefined;
  const own = !raw.namespaces?.length && !raw.namespaceSelector;
  return {
    namespaces: new Set(own ? [pod.metadata.namespace ?? ''] : (raw.namespaces ?? [])),
    namespaceSelector: namespaceSelector?.ok ? namespaceSelector.value : undefined,
    selector: withLabelKeys(
      selector.ok ? selector.value : LabelSelector.nothing,
      pod,
      raw.matchLabelKeys,
      raw.mismatchLabelKeys,
    ),
    topologyKey: raw.topologyKey,
    weight,
  };
}

type RawAffinity = {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly RawTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly weight: number;
    readonly podAffinityTerm: RawTerm;
  }[];
};

const required = (pod: Pod, affinity: unknown): AffinityTerm[] =>
  ((affinity as RawAffinity | undefined)?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) =>
    termOf(pod, term, 0),
  );

const preferred = (pod: Pod, affinity: unknown): AffinityTerm[] =>
  ((affinity as RawAffinity | undefined)?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((term) =>
    termOf(pod, term.podAffinityTerm, term.weight),
  );

const NO_PORTS: readonly HostPort[] = [];

const namesPorts = ({ spec }: Pod): boolean => {
  for (const { ports } of spec.containers) if (ports) return true;
  return spec.initContainers !== undefined;
};

const usesClaims = ({ spec }: Pod): boolean => {
  for (const { persistentVolumeClaim, ephemeral } of spec.volumes ?? [])
    if (persistentVolumeClaim ?? ephemeral) return true;
  return false;
};

function hostPortsOf(pod: Pod): readonly HostPort[] {
  if (!namesPorts(pod)) return NO_PORTS;
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...pod.spec.containers, ...sidecars].flatMap(({ ports }) =>
    (ports ?? []).flatMap(({ hostPort, hostIP, protocol }) =>
      hostPort ? [{ ip: hostIP || '0.0.0.0', protocol: protocol ?? 'TCP', port: hostPort }] : [],
    ),
  );
}

const NO_TERMS: readonly AffinityTerm[] = [];

/** A pod with all that the plugins ask of it, worked out once. */
export class PodInfo {
  readonly requests: Resources;
  readonly nonZeroRequests: Resources;
  readonly hostPorts: readonly HostPort[];
  readonly affinity: readonly AffinityTerm[];
  readonly antiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly AffinityTerm[];
  readonly preferredAntiAffinity: readonly AffinityTerm[];
  /** Some volume of it is a claim's, or a generic ephemeral one. */
  readonly usesClaims: boolean;

  constructor(readonly pod: Pod) {
    this.requests = podRequests(pod);
    this.nonZeroRequests = podRequests(pod, true);
    this.hostPorts = hostPortsOf(pod);
    this.usesClaims = usesClaims(pod);
    const affinity = pod.spec.affinity;
    this.affinity = affinity?.podAffinity ? required(pod, affinity.podAffinity) : NO_TERMS;
    this.antiAffinity = affinity?.podAntiAffinity ? required(pod, affinity.podAntiAffinity) : NO_TERMS;
    this.preferredAffinity = affinity?.podAffinity ? preferred(pod, affinity.podAffinity) : NO_TERMS;
    this.preferredAntiAffinity = affinity?.podAntiAffinity ? preferred(pod, affinity.podAntiAffinity) : NO_TERMS;
  }

  get uid(): string {
    return this.pod.metadata.uid;
  }

  get namespace(): string {
    return this.pod.metadata.namespace ?? '';
  }

  get priority(): number {
    return this.pod.spec.priority ?? 0;
  }

  get hasAffinity(): boolean {
    return (
      this.affinity.length +
        this.antiAffinity.length +
        this.preferredAffinity.length +
        this.preferredAntiAffinity.length >
      0
    );
  }
}
