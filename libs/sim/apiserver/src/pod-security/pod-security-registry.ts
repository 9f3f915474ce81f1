import {
  allowPrivilegeEscalation,
  baselineCapabilities,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  privileged,
  procMount,
  restrictedCapabilities,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seccompBaseline,
  seccompRestricted,
  sysctls,
  type Check,
  type PodSecuritySubject,
  type PodSecurityViolation,
} from './pod-security-checks.js';
import {
  appArmorProfile,
  hostProbesAndHostLifecycle,
  seLinuxOptions,
  windowsHostProcess,
} from './pod-security-fields.js';

/** One check: `since` a minor release; in `restricted` it may stand for one of `baseline`. */
interface Registered {
  readonly id: string;
  readonly since: number;
  readonly check: Check;
  readonly overrides?: string;
}

const LATEST = 35;

/** From 1.35 on pods in a user namespace of their own may do more. */
const relaxed =
  (minor: number, check: Check): Check =>
  (pod) =>
    minor >= 35 && pod.spec.hostUsers === false ? undefined : check(pod);

/** In the order of their ids, as the complaints come (k8s.io/pod-security-admission v0.35 policy.NewEvaluator). */
const baseline = (minor: number): readonly Registered[] => [
  { id: 'appArmorProfile', since: 0, check: appArmorProfile },
  { id: 'capabilities_baseline', since: 0, check: baselineCapabilities },
  { id: 'hostNamespaces', since: 0, check: hostNamespaces },
  { id: 'hostPathVolumes', since: 0, check: hostPathVolumes },
  { id: 'hostPorts', since: 0, check: hostPorts },
  { id: 'hostProbesAndHostLifecycle', since: 34, check: hostProbesAndHostLifecycle },
  { id: 'privileged', since: 0, check: privileged },
  { id: 'procMount', since: 0, check: relaxed(minor, procMount) },
  { id: 'seLinuxOptions', since: 0, check: seLinuxOptions(minor) },
  { id: 'seccompProfile_baseline', since: 19, check: seccompBaseline },
  { id: 'sysctls', since: 0, check: sysctls(minor) },
  { id: 'windowsHostProcess', since: 0, check: windowsHostProcess },
];

const restricted = (minor: number): readonly Registered[] => [
  { id: 'allowPrivilegeEscalation', since: 8, check: allowPrivilegeEscalation },
  { id: 'capabilities_restricted', since: 22, check: restrictedCapabilities, overrides: 'capabilities_baseline' },
  { id: 'procMount_restricted', since: 35, check: procMount, overrides: 'procMount' },
  { id: 'restrictedVolumes', since: 0, check: restrictedVolumes, overrides: 'hostPathVolumes' },
  { id: 'runAsNonRoot', since: 0, check: relaxed(minor, runAsNonRoot) },
  { id: 'runAsUser', since: 23, check: relaxed(minor, runAsUser) },
  { id: 'seccompProfile_restricted', since: 19, check: seccompRestricted, overrides: 'seccompProfile_baseline' },
];

function checksOf(level: 'baseline' | 'restricted', minor: number): readonly Check[] {
  const present = ({ since }: Registered): boolean => since <= minor;
  const lower = baseline(minor).filter(present);
  if (level === 'baseline') return lower.map(({ check }) => check);
  const own = restricted(minor).filter(present);
  const overridden = new Set(own.map(({ overrides }) => overrides));
  return [...lower.filter(({ id }) => !overridden.has(id)), ...own].map(({ check }) => check);
}

const known = new Map<string, readonly Check[]>();

/** What a pod violates at a level and version (`latest`, `v1.30`) of the Pod Security Standards; nothing at `privileged`. */
export function podSecurityViolations(
  level: string,
  pod: PodSecuritySubject,
  version = 'latest',
): PodSecurityViolation[] {
  if (level !== 'baseline' && level !== 'restricted') return [];
  const minor = Math.min(LATEST, Number(/^v1\.(\d+)$/.exec(version)?.[1] ?? LATEST));
  const key = `${level}:${minor}`;
  const checks = known.get(key) ?? checksOf(level, minor);
  known.set(key, checks);
  return checks.map((check) => check(pod)).filter((violation) => violation !== undefined);
}
