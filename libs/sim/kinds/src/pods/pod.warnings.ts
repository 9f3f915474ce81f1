import type { KubeObject } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { Quantity, goQuote, ipWarnings, isDns1123Label } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { draftAs } from '../registry/draft.js';
import { volumePathWarnings } from './volume-path.warnings.js';

const DEPRECATED_NODE_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

const NULL_SELECTOR = 'a null labelSelector results in matching no pod';

type VisitedContainer = readonly [container: core.Container, path: string];

function visitContainers(spec: core.PodSpec, path: string): VisitedContainer[] {
  const lists = { initContainers: spec.initContainers, containers: spec.containers };
  return Object.entries(lists).flatMap(([name, list]) =>
    (list ?? []).map((container, index): VisitedContainer => [container, `${path}.${name}[${index}]`]),
  );
}

const deprecatedKey = (key: string, at: string): string[] =>
  Object.hasOwn(DEPRECATED_NODE_LABELS, key) ? [`${at}: ${key} is ${DEPRECATED_NODE_LABELS[key]}`] : [];

/** What a node selector term names that is deprecated (pkg/api/node GetWarningsForNodeSelectorTerm). */
export const nodeSelectorTermWarnings = (term: core.NodeSelectorTerm, path: string): string[] =>
  (term.matchExpressions ?? []).flatMap(({ key }, index) =>
    deprecatedKey(key, `${path}.matchExpressions[${index}].key`),
  );

function placementWarnings(spec: core.PodSpec, path: string): string[] {
  const warnings: string[] = [];
  for (const key of Object.keys(spec.nodeSelector ?? {}).sort())
    if (Object.hasOwn(DEPRECATED_NODE_LABELS, key))
      warnings.push(`${path}.nodeSelector[${key}]: ${DEPRECATED_NODE_LABELS[key]}`);
  const { requiredDuringSchedulingIgnoredDuringExecution: required, ...preferred } = spec.affinity?.nodeAffinity ?? {};
  const at = `${path}.affinity.nodeAffinity`;
  (required?.nodeSelectorTerms ?? []).forEach((term, index) =>
    warnings.push(
      ...nodeSelectorTermWarnings(
        term,
        `${at}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${index}]`,
      ),
    ),
  );
  (preferred.preferredDuringSchedulingIgnoredDuringExecution ?? []).forEach(({ preference }, index) =>
    warnings.push(
      ...nodeSelectorTermWarnings(
        preference,
        `${at}.preferredDuringSchedulingIgnoredDuringExecution[${index}].preference`,
      ),
    ),
  );
  (spec.topologySpreadConstraints ?? []).forEach(({ topologyKey, labelSelector }, index) => {
    const constraint = `${path}.topologySpreadConstraints[${index}]`;
    warnings.push(...deprecatedKey(topologyKey, `${constraint}.topologyKey`));
    if (!labelSelector) warnings.push(`${constraint}.labelSelector: ${NULL_SELECTOR}`);
  });
  return warnings;
}

function podAffinityWarnings(affinity: core.Affinity | undefined, path: string): string[] {
  const warnings: string[] = [];
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    const at = `${path}.affinity.${kind}`;
    (affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? []).forEach(({ labelSelector }, index) => {
      if (!labelSelector)
        warnings.push(`${at}.requiredDuringSchedulingIgnoredDuringExecution[${index}].labelSelector: ${NULL_SELECTOR}`);
    });
    (affinity?.[kind]?.preferredDuringSchedulingIgnoredDuringExecution ?? []).forEach(({ podAffinityTerm }, index) => {
      if (!(podAffinityTerm as core.PodAffinityTerm | undefined)?.labelSelector)
        warnings.push(
          `${at}.preferredDuringSchedulingIgnoredDuringExecution[${index}].podAffinityTerm.labelSelector: ${NULL_SELECTOR}`,
        );
    });
  }
  return warnings;
}

/** The warning about an amount of bytes that is no whole number, such as `128m` of memory. */
export function fractionalBytes(amount: string | undefined, at: string): string[] {
  if (amount === undefined) return [];
  const quantity = Quantity.of(amount);
  return quantity.nanos % 1_000_000_000n === 0n
    ? []
    : [`${at}: fractional byte value "${quantity.toString()}" is invalid, must be an integer`];
}

function containerWarnings([container, path]: VisitedContainer): string[] {
  const { limits, requests } = container.resources ?? {};
  const warnings = ['memory', 'ephemeral-storage'].flatMap((name) => [
    ...fractionalBytes(limits?.[name], `${path}.resources.limits[${name}]`),
    ...fractionalBytes(requests?.[name], `${path}.resources.requests[${name}]`),
  ]);
  const seen = new Set<string>();
  (container.env ?? []).forEach(({ name, value, valueFrom }, index) => {
    const reference = `$(${name})`;
    if (seen.has(name) && (valueFrom || value === reference || !(value ?? '').includes(reference)))
      warnings.push(
        `${path}.env[${index}]: hides previous definition of "${name}", which may be dropped when using apply`,
      );
    seen.add(name);
  });
  return warnings;
}

/** How a port definition gets into another's way; undefined when it does not. */
function clash(port: core.ContainerPort, other: core.ContainerPort): string | undefined {
  const hostPort = port.hostPort ?? 0;
  const otherHostPort = other.hostPort ?? 0;
  const hostIp = port.hostIP ?? '';
  const otherHostIp = other.hostIP ?? '';
  if (hostIp === otherHostIp && hostPort === otherHostPort) return 'duplicate';
  if (hostPort === 0 || otherHostPort === 0) return 'overlapping';
  return hostPort === otherHostPort && (hostIp === '') !== (otherHostIp === '') ? 'dangerously ambiguous' : undefined;
}

/** Ports that several definitions of the pod share, in whichever containers. */
function portWarnings(containers: readonly VisitedContainer[]): string[] {
  const warnings: string[] = [];
  const known = new Map<string, { at: string; port: core.ContainerPort }[]>();
  for (const [container, path] of containers)
    (container.ports ?? []).forEach((port, index) => {
      const at = `${path}.ports[${index}]`;
      if (port.hostIP && !port.hostPort)
        warnings.push(
          `${at}: hostIP set without hostPort: {Name:${port.name ?? ''} HostPort:0 ContainerPort:${port.containerPort} Protocol:${port.protocol ?? ''} HostIP:${port.hostIP}}`,
        );
      const key = `${port.containerPort}/${port.protocol ?? ''}`;
      const others = known.get(key) ?? [];
      for (const other of others) {
        const how = clash(port, other.port);
        if (how) warnings.push(`${at}: ${how} port definition with ${other.at}`);
      }
      known.set(key, [...others, { at, port }]);
    });
  return warnings;
}

/** Services and probes that name a port find the first of that name. */
function portNameWarnings(containers: readonly VisitedContainer[]): string[] {
  const known = new Map<string, string>();
  return containers.flatMap(([container, path]) =>
    (container.ports ?? []).flatMap(({ name }, index) => {
      if (!name) return [];
      const at = `${path}.ports[${index}]`;
      const first = known.get(name);
      if (first === undefined) {
        known.set(name, at);
        return [];
      }
      return [
        `${at}: duplicate port name ${goQuote(name)} with ${first}, services and probes that select ports by name will use ${first}`,
      ];
    }),
  );
}

function repeated(values: readonly string[], text: (index: number, value: string) => string): string[] {
  const seen = new Set<string>();
  return values.flatMap((value, index) => (seen.size === seen.add(value).size ? [text(index, value)] : []));
}

/** Warnings about a pod spec (k8s.io/kubernetes/pkg/api/pod/warnings.go); `path` is the spec's. */
export function podSpecWarnings(spec: core.PodSpec, path: string): string[] {
  const warnings = placementWarnings(spec, path);
  (spec.volumes ?? []).forEach((volume, index) => {
    if (volume.gitRepo)
      warnings.push(`${path}.volumes[${index}].gitRepo: deprecated in v1.11, and disabled by default in v1.33+`);
  });
  warnings.push(...volumePathWarnings(spec.volumes));
  const addresses = (spec.hostAliases ?? []).map(({ ip }) => ip ?? '');
  warnings.push(...repeated(addresses, (index, ip) => `${path}.hostAliases[${index}].ip: duplicate ip "${ip}"`));
  const secrets = (spec.imagePullSecrets ?? []).map(({ name }) => name ?? '');
  warnings.push(
    ...repeated(secrets, (index, name) => `${path}.imagePullSecrets[${index}].name: duplicate name "${name}"`),
  );
  secrets.forEach((name, index) => {
    if (name === '') warnings.push(`${path}.imagePullSecrets[${index}].name: invalid empty name ""`);
  });
  const containers = visitContainers(spec, path);
  warnings.push(...containers.flatMap(containerWarnings), ...portWarnings(containers), ...portNameWarnings(containers));
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0)
    warnings.push(
      `${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
    );
  warnings.push(...podAffinityWarnings(spec.affinity, path));
  (spec.dnsConfig?.nameservers ?? []).forEach((server, index) =>
    warnings.push(...ipWarnings(`${path}.dnsConfig.nameservers[${index}]`, server)),
  );
  addresses.forEach((ip, index) => warnings.push(...ipWarnings(`${path}.hostAliases[${index}].ip`, ip)));
  return warnings;
}

function nameWarnings(object: KubeObject, use: string): string[] {
  const problems = isDns1123Label(object.metadata.name);
  if (problems.length === 0) return [];
  return [
    `metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`,
  ];
}

export function podWarnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const pod = draftAs<core.Pod>(object);
  if (old || !pod.spec) return [];
  return [...nameWarnings(object, "the Pod's hostname"), ...podSpecWarnings(pod.spec, 'spec')];
}

/** Kinds whose names come into their pods' names, and are warned about when those are no DNS labels. */
const NAMING_KINDS = new Set(['CronJob', 'Deployment', 'Job', 'ReplicaSet', 'ReplicationController']);

/** Warnings of a workload's template, on create and when the spec changes. */
export function templateWarnings(
  object: KubeObject,
  old: KubeObject | undefined,
  template: core.PodTemplateSpec | undefined,
  path = 'spec.template.spec',
): string[] {
  if (old && jsonEqual(draftAs<{ spec?: unknown }>(object).spec, draftAs<{ spec?: unknown }>(old).spec)) return [];
  const naming = !old && NAMING_KINDS.has(object.kind) ? nameWarnings(object, 'Pod names and hostnames') : [];
  return template?.spec ? [...naming, ...podSpecWarnings(template.spec, path)] : naming;
}
