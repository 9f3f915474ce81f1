import type { Pod } from '../contract/object.js';

type PodSpec = Pod['spec'];
type Container = NonNullable<PodSpec['containers']>[number];

/** One check of the Pod Security Standards that a pod fails: a reason, and what it applies to. */
export interface PodSecurityViolation {
  readonly reason: string;
  readonly detail: string;
}

export interface PodSecuritySubject {
  readonly spec: PodSpec;
  readonly annotations: Readonly<Record<string, string>>;
}

export type Check = (pod: PodSecuritySubject) => PodSecurityViolation | undefined;

export const containersOf = (spec: PodSpec): Container[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...((spec.ephemeralContainers ?? []) as unknown as Container[]),
];

export const quote = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
export const plural = (count: number, singular: string, several: string): string => (count === 1 ? singular : several);
export const containerNames = (names: readonly string[]): string =>
  `${plural(names.length, 'container', 'containers')} ${quote(names)}`;

function badContainers(pod: PodSecuritySubject, bad: (container: Container) => boolean): string[] {
  return containersOf(pod.spec)
    .filter(bad)
    .map(({ name }) => name);
}

function containerCheck(reason: string, detail: string, bad: (container: Container) => boolean): Check {
  return (pod) => {
    const names = badContainers(pod, bad);
    return names.length === 0 ? undefined : { reason, detail: `${containerNames(names)} ${detail}` };
  };
}

export const privileged = containerCheck(
  'privileged',
  'must not set securityContext.privileged=true',
  ({ securityContext }) => securityContext?.privileged === true,
);

export const hostNamespaces: Check = ({ spec }) => {
  const set = (['hostNetwork', 'hostPID', 'hostIPC'] as const)
    .filter((name) => spec[name])
    .map((name) => `${name}=true`);
  return set.length === 0 ? undefined : { reason: 'host namespaces', detail: set.join(', ') };
};

export const hostPathVolumes: Check = ({ spec }) => {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
  return names.length === 0
    ? undefined
    : { reason: 'hostPath volumes', detail: `${plural(names.length, 'volume', 'volumes')} ${quote(names)}` };
};

export const hostPorts: Check = ({ spec }) => {
  const names: string[] = [];
  const ports: number[] = [];
  for (const container of containersOf(spec)) {
    const own = (container.ports ?? []).flatMap(({ hostPort }) => (hostPort ? [hostPort] : []));
    if (own.length > 0) names.push(container.name);
    ports.push(...own.filter((port) => !ports.includes(port)));
  }
  if (names.length === 0) return undefined;
  const verb = plural(names.length, 'uses', 'use');
  return {
    reason: 'hostPort',
    detail: `${containerNames(names)} ${verb} ${plural(ports.length, 'hostPort', 'hostPorts')} ${ports.sort((a, b) => a - b).join(', ')}`,
  };
};

const BASELINE_CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);

function addedCapabilities(
  pod: PodSecuritySubject,
  allowed: ReadonlySet<string>,
): { names: string[]; added: string[] } {
  const names: string[] = [];
  const added = new Set<string>();
  for (const { name, securityContext } of containersOf(pod.spec)) {
    const wrong = (securityContext?.capabilities?.add ?? []).filter((capability) => !allowed.has(capability));
    if (wrong.length > 0) names.push(name);
    for (const capability of wrong) added.add(capability);
  }
  return { names, added: [...added].sort() };
}

export const baselineCapabilities: Check = (pod) => {
  const { names, added } = addedCapabilities(pod, BASELINE_CAPABILITIES);
  if (names.length === 0) return undefined;
  return {
    reason: 'non-default capabilities',
    detail: `${containerNames(names)} must not include ${quote(added)} in securityContext.capabilities.add`,
  };
};

export const restrictedCapabilities: Check = (pod) => {
  const parts: string[] = [];
  const undropped = badContainers(
    pod,
    ({ securityContext }) => !(securityContext?.capabilities?.drop ?? []).includes('ALL'),
  );
  if (undropped.length > 0)
    parts.push(`${containerNames(undropped)} must set securityContext.capabilities.drop=["ALL"]`);
  const { names, added } = addedCapabilities(pod, new Set(['NET_BIND_SERVICE']));
  if (names.length > 0)
    parts.push(`${containerNames(names)} must not include ${quote(added)} in securityContext.capabilities.add`);
  return parts.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: parts.join('; ') };
};

export const procMount: Check = (pod) => {
  const names = badContainers(pod, ({ securityContext }) => (securityContext?.procMount ?? 'Default') !== 'Default');
  if (names.length === 0) return undefined;
  return {
    reason: 'procMount',
    detail: `${containerNames(names)} must not set securityContext.procMount to "Unmasked"`,
  };
};

export function podOrContainers(podBad: boolean, names: readonly string[]): string {
  const parts = [...(podBad ? ['pod'] : []), ...(names.length > 0 ? [containerNames(names)] : [])];
  return parts.join(' and ');
}

export const seccompBaseline: Check = ({ spec }) => {
  const bad = (type: string | undefined): boolean => type === 'Unconfined';
  const podBad = bad(spec.securityContext?.seccompProfile?.type);
  const names = containersOf(spec)
    .filter(({ securityContext }) => bad(securityContext?.seccompProfile?.type))
    .map(({ name }) => name);
  if (!podBad && names.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `${podOrContainers(podBad, names)} must not set securityContext.seccompProfile.type to "Unconfined"`,
  };
};

/** Sysctls that are safe, by the minor release that took them in. */
const SAFE_SYSCTLS: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.tcp_wmem': 32,
};

export const sysctls =
  (minor: number): Check =>
  ({ spec }) => {
    const names = (spec.securityContext?.sysctls ?? [])
      .map(({ name }) => name)
      .filter((name) => !Object.hasOwn(SAFE_SYSCTLS, name) || SAFE_SYSCTLS[name] > minor);
    return names.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: names.join(', ') };
  };

export const allowPrivilegeEscalation = containerCheck(
  'allowPrivilegeEscalation != false',
  'must set securityContext.allowPrivilegeEscalation=false',
  ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
);

const RESTRICTED_VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

export const restrictedVolumes: Check = ({ spec }) => {
  const typeOf = (volume: object): string => Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
  const wrong = (spec.volumes ?? []).filter((volume) => !RESTRICTED_VOLUMES.has(typeOf(volume)));
  if (wrong.length === 0) return undefined;
  const types = [...new Set(wrong.map(typeOf))].sort();
  const names = wrong.map(({ name }) => name);
  const verb = plural(names.length, 'uses', 'use');
  return {
    reason: 'restricted volume types',
    detail: `${plural(names.length, 'volume', 'volumes')} ${quote(names)} ${verb} restricted volume ${plural(types.length, 'type', 'types')} ${quote(types)}`,
  };
};

export const runAsNonRoot: Check = ({ spec }) => {
  const podSet = spec.securityContext?.runAsNonRoot;
  const explicit = containersOf(spec)
    .filter(({ securityContext }) => securityContext?.runAsNonRoot === false)
    .map(({ name }) => name);
  const implicit = containersOf(spec)
    .filter(({ securityContext }) => securityContext?.runAsNonRoot === undefined && podSet !== true)
    .map(({ name }) => name);
  if (explicit.length > 0 || podSet === false) {
    return {
      reason: 'runAsNonRoot != true',
      detail: `${podOrContainers(podSet === false, explicit)} must not set securityContext.runAsNonRoot=false`,
    };
  }
  if (implicit.length === 0) return undefined;
  return {
    reason: 'runAsNonRoot != true',
    detail: `pod or ${containerNames(implicit)} must set securityContext.runAsNonRoot=true`,
  };
};

export const runAsUser: Check = ({ spec }) => {
  const podBad = spec.securityContext?.runAsUser === 0;
  const names = containersOf(spec)
    .filter(({ securityContext }) => securityContext?.runAsUser === 0)
    .map(({ name }) => name);
  if (!podBad && names.length === 0) return undefined;
  return { reason: 'runAsUser=0', detail: `${podOrContainers(podBad, names)} must not set runAsUser=0` };
};

export const seccompRestricted: Check = ({ spec }) => {
  const good = (type: string | undefined): boolean => type === 'RuntimeDefault' || type === 'Localhost';
  const podType = spec.securityContext?.seccompProfile?.type;
  const explicit = containersOf(spec)
    .filter(({ securityContext }) => securityContext?.seccompProfile && !good(securityContext.seccompProfile.type))
    .map(({ name }) => name);
  const podBad = podType !== undefined && !good(podType);
  if (podBad || explicit.length > 0) {
    return {
      reason: 'seccompProfile',
      detail: `${podOrContainers(podBad, explicit)} must not set securityContext.seccompProfile.type to "Unconfined"`,
    };
  }
  if (good(podType)) return undefined;
  const implicit = containersOf(spec)
    .filter(({ securityContext }) => !securityContext?.seccompProfile)
    .map(({ name }) => name);
  if (implicit.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `pod or ${containerNames(implicit)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
};
