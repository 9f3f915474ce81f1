import {
  containerNames,
  containersOf,
  plural,
  podOrContainers,
  quote,
  type Check,
  type PodSecuritySubject,
} from './pod-security-checks.js';

/* Checks of the Pod Security Standards on fields that few pods have (k8s.io/pod-security-admission/policy). */

const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';

type Container = ReturnType<typeof containersOf>[number];

const named = (spec: PodSecuritySubject['spec'], bad: (container: Container) => boolean): string[] =>
  containersOf(spec)
    .filter(bad)
    .map(({ name }) => name);

export const appArmorProfile: Check = ({ spec, annotations }) => {
  const bad = (type: string | undefined): boolean =>
    type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';
  const podType = spec.securityContext?.appArmorProfile?.type;
  const names = named(spec, ({ securityContext }) => bad(securityContext?.appArmorProfile?.type));
  const types = new Set(bad(podType) ? [podType ?? ''] : []);
  for (const { securityContext } of containersOf(spec)) {
    const type = securityContext?.appArmorProfile?.type;
    if (type !== undefined && bad(type)) types.add(type);
  }
  const noted = Object.entries(annotations)
    .filter(([key, value]) => key.startsWith(APP_ARMOR) && !/^(?:|runtime\/default|localhost\/.*)$/.test(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort();
  const values = [...[...types].sort(), ...noted];
  if (values.length === 0) return undefined;
  const setters = [
    podOrContainers(bad(podType), names),
    noted.length > 0 ? plural(noted.length, 'annotation', 'annotations') : '',
  ];
  return {
    reason: plural(values.length, 'forbidden AppArmor profile', 'forbidden AppArmor profiles'),
    detail: `${setters.filter((text) => text !== '').join(' and ')} must not set AppArmor profile type to ${quote(values)}`,
  };
};

const hostsOf = (handlers: readonly (object | undefined)[]): string[] =>
  handlers.flatMap((handler) => {
    const { httpGet, tcpSocket } = (handler ?? {}) as { httpGet?: { host?: string }; tcpSocket?: { host?: string } };
    return [httpGet?.host ?? '', tcpSocket?.host ?? ''].filter((host) => host !== '');
  });

export const hostProbesAndHostLifecycle: Check = ({ spec }) => {
  const hosts = new Set<string>();
  const names = named(spec, ({ livenessProbe, readinessProbe, startupProbe, lifecycle }) => {
    const found = hostsOf([livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop]);
    for (const host of found) hosts.add(host);
    return found.length > 0;
  });
  if (names.length === 0) return undefined;
  const [verb, noun] = [
    plural(names.length, 'uses', 'use'),
    plural(hosts.size, 'probe or lifecycle host', 'probe or lifecycle hosts'),
  ];
  return {
    reason: 'probe or lifecycle host',
    detail: `${containerNames([...new Set(names)].sort())} ${verb} ${noun} ${quote([...hosts].sort())}`,
  };
};

const SELINUX_TYPES: Readonly<Record<string, number>> = {
  '': 0,
  container_t: 0,
  container_init_t: 0,
  container_kvm_t: 0,
  container_engine_t: 31,
};

export const seLinuxOptions =
  (minor: number): Check =>
  ({ spec }) => {
    const types = new Set<string>();
    const data = { user: false, role: false };
    const bad = (options: { type?: string; user?: string; role?: string } | undefined): boolean => {
      if (!options) return false;
      const { type = '', user = '', role = '' } = options;
      const wrongType = !Object.hasOwn(SELINUX_TYPES, type) || SELINUX_TYPES[type] > minor;
      if (wrongType) types.add(type);
      if (user !== '') data.user = true;
      if (role !== '') data.role = true;
      return wrongType || user !== '' || role !== '';
    };
    const podBad = bad(spec.securityContext?.seLinuxOptions);
    const names = named(spec, ({ securityContext }) => bad(securityContext?.seLinuxOptions));
    if (!podBad && names.length === 0) return undefined;
    const parts = types.size > 0 ? [`${plural(types.size, 'type', 'types')} ${quote([...types].sort())}`] : [];
    if (data.user) parts.push('user may not be set');
    if (data.role) parts.push('role may not be set');
    return {
      reason: 'seLinuxOptions',
      detail: `${podOrContainers(podBad, names)} set forbidden securityContext.seLinuxOptions: ${parts.join('; ')}`,
    };
  };

export const windowsHostProcess: Check = ({ spec }) => {
  const podBad = spec.securityContext?.windowsOptions?.hostProcess === true;
  const names = named(spec, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true);
  if (!podBad && names.length === 0) return undefined;
  return {
    reason: 'hostProcess',
    detail: `${podOrContainers(podBad, names)} must not set securityContext.windowsOptions.hostProcess=true`,
  };
};
