import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { FlagSet } from '../../command/flag-set.js';
import { listAt, metadataOf, objectAt } from '../../resource/resource-info.js';

/** The profiles of `kubectl debug --profile`. */
export const PROFILES: readonly string[] = ['legacy', 'general', 'baseline', 'restricted', 'netadmin', 'sysadmin'];

const RESTRICTED: JsonObject = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

const withCapabilities = (context: JsonObject | undefined, added: readonly string[]): JsonObject => {
  const capabilities = objectAt(context ?? {}, 'capabilities') ?? {};
  const before = Array.isArray(capabilities.add) ? capabilities.add : [];
  return { ...context, capabilities: { ...capabilities, add: [...before, ...added] } };
};

/**
 * What a profile lets the debugging container do (kubectl/pkg/cmd/debug profiles), given what it may do already: a copy's
 * container may be one of the pod's own. Undefined where nothing is said.
 */
export function securityContextOf(
  profile: string,
  target: 'pod' | 'node',
  context?: JsonObject,
): JsonObject | undefined {
  switch (profile) {
    case 'general':
      return target === 'pod' ? withCapabilities(context, ['SYS_PTRACE']) : undefined;
    case 'baseline':
      return undefined;
    case 'restricted':
      return RESTRICTED;
    case 'netadmin':
      return withCapabilities(context, ['NET_ADMIN', 'NET_RAW']);
    case 'sysadmin':
      return { ...context, privileged: true };
    default:
      return context;
  }
}

const HOST_PROFILES = new Set(['legacy', 'general', 'netadmin', 'sysadmin']);

/** The pod spec of a node's debugger beside its container: the host's namespaces, and its files at /host. */
export function nodeSpecOf(profile: string, container: JsonObject): JsonObject {
  const host = HOST_PROFILES.has(profile) ? { hostIPC: true, hostNetwork: true, hostPID: true } : {};
  const mounts = HOST_PROFILES.has(profile) && profile !== 'netadmin';
  return {
    containers: [{ ...container, ...(mounts ? { volumeMounts: [{ mountPath: '/host', name: 'host-root' }] } : {}) }],
    ...host,
    ...(mounts ? { volumes: [{ name: 'host-root', hostPath: { path: '/' } }] } : {}),
  };
}

const PROBES = [
  ['livenessProbe', 'keep-liveness'],
  ['readinessProbe', 'keep-readiness'],
  ['startupProbe', 'keep-startup'],
] as const;

function withoutProbes(container: JsonValue, flags: FlagSet): JsonValue {
  if (!isJsonObject(container)) return container;
  const dropped = new Set<string>(PROBES.filter(([, flag]) => !flags.bool(flag)).map(([probe]) => probe));
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(container)) if (!dropped.has(key)) kept[key] = value;
  return kept;
}

/** A copied pod as a profile leaves it: without labels, and but for `legacy` without annotations and probes. */
export function copiedFor(profile: string, pod: JsonObject, flags: FlagSet): JsonObject {
  const { labels, annotations, ...metadata } = metadataOf(pod);
  const spec = isJsonObject(pod.spec) ? pod.spec : {};
  if (profile === 'legacy')
    return { ...pod, metadata: { ...metadata, ...(annotations === undefined ? {} : { annotations }) } };
  const { initContainers, ...rest } = spec;
  const containers = Array.isArray(spec.containers) ? spec.containers : [];
  return {
    ...pod,
    metadata: {
      ...metadata,
      ...(labels !== undefined && flags.bool('keep-labels') ? { labels } : {}),
      ...(annotations !== undefined && flags.bool('keep-annotations') ? { annotations } : {}),
    },
    spec: {
      ...rest,
      ...(initContainers !== undefined && flags.bool('keep-init-containers') ? { initContainers } : {}),
      containers: containers.map((container) => withoutProbes(container, flags)),
      shareProcessNamespace: spec.shareProcessNamespace ?? true,
    },
  };
}

/** Said where {@link losesRights} holds. */
export const NOT_ROOT_WARNING =
  'Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".\n';

/** Whether the pod's user takes from the container what its profile gives (displayWarning). */
export function losesRights(pod: JsonObject, context: JsonObject | undefined): boolean {
  const user = objectAt(pod, 'spec', 'securityContext')?.runAsUser;
  if (typeof user !== 'number' || user === 0 || !context || context.runAsUser === 0) return false;
  return context.privileged === true || listAt(context, 'capabilities', 'add').length > 0;
}
