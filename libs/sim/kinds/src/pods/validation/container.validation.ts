import {
  FieldPath,
  fieldErrors,
  isDns1123Label,
  isInRange,
  isValidPortName,
  isValidPortNumber,
  type FieldError,
} from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { internalSecurityContext } from '../internal-pod.js';
import { complain, oneOf } from '../../validation/fields.js';
import { validateResourceRequirements } from '../../validation/resources.js';
import { validateEnvironment } from './environment.validation.js';
import { validateLifecycleAndProbes } from './handler.validation.js';
import { validateAppArmorProfile, validateSeccompProfile } from './security-profile.validation.js';
import { validateDevices } from './volume-device.validation.js';
import { validateMounts } from './volume-mount.validation.js';

const MAX_ID = 2 ** 31 - 1;

/** What validation of containers needs of their pod. */
export interface PodFacts {
  readonly restartPolicy: string | undefined;
  readonly claims: readonly string[];
  readonly volumes: ReadonlyMap<string, core.Volume>;
  readonly grace: number | undefined;
  readonly hostNetwork: boolean;
  readonly hostUsers: boolean;
}

function validatePorts(container: core.Container, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  (container.ports ?? []).forEach((port, index) => {
    const at = path.child('ports').index(index);
    if (port.name) {
      const complaints = isValidPortName(port.name);
      errors.push(...complain(at.child('name'), port.name, complaints));
      if (complaints.length === 0 && names.has(port.name))
        errors.push(fieldErrors.duplicate(at.child('name'), port.name));
      names.add(port.name);
    }
    if (port.containerPort === 0) errors.push(fieldErrors.required(at.child('containerPort')));
    else errors.push(...complain(at.child('containerPort'), port.containerPort, isValidPortNumber(port.containerPort)));
    if (port.hostPort) errors.push(...complain(at.child('hostPort'), port.hostPort, isValidPortNumber(port.hostPort)));
    errors.push(...oneOf(port.protocol, ['SCTP', 'TCP', 'UDP'], at.child('protocol'), 'required'));
  });
  return errors;
}

export const validateId = (id: number | undefined, path: FieldPath): FieldError[] =>
  id === undefined ? [] : complain(path, id, isInRange(id, 0, MAX_ID));

function validateSecurityContext(
  context: core.SecurityContext | undefined,
  hostUsers: boolean,
  path: FieldPath,
): FieldError[] {
  if (!context) return [];
  const errors = [
    ...validateId(context.runAsUser, path.child('runAsUser')),
    ...validateId(context.runAsGroup, path.child('runAsGroup')),
    ...oneOf(context.procMount, ['Default', 'Unmasked'], path.child('procMount')),
    ...(hostUsers && context.procMount === 'Unmasked'
      ? [fieldErrors.invalid(path.child('procMount'), context.procMount, '`hostUsers` must be false to use `Unmasked`')]
      : []),
    ...validateSeccompProfile(context.seccompProfile, path.child('seccompProfile')),
  ];
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged) {
      errors.push(
        fieldErrors.invalid(
          path,
          internalSecurityContext(context),
          'cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
        ),
      );
    }
    if (context.capabilities?.add?.includes('CAP_SYS_ADMIN')) {
      errors.push(
        fieldErrors.invalid(
          path,
          internalSecurityContext(context),
          'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
        ),
      );
    }
  }
  return [...errors, ...validateAppArmorProfile(context, path)];
}

/** validateResizePolicy: what a change of resources does to the container. */
function validateResizePolicy(
  container: core.Container,
  restartPolicy: string | undefined,
  at: FieldPath,
): FieldError[] {
  const path = at.child('resizePolicy');
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (container.resizePolicy ?? []).forEach((policy, index) => {
    if (seen.has(policy.resourceName)) errors.push(fieldErrors.duplicate(path.index(index), policy.resourceName));
    seen.add(policy.resourceName);
    errors.push(
      ...oneOf(policy.resourceName, ['cpu', 'memory'], path, 'required'),
      ...oneOf(policy.restartPolicy, ['NotRequired', 'RestartContainer'], path, 'required'),
    );
    if (restartPolicy === 'Never' && policy.restartPolicy !== 'NotRequired')
      errors.push(
        fieldErrors.invalid(path, policy.restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"),
      );
  });
  return errors;
}

interface RestartRule {
  readonly action?: string;
  readonly exitCodes?: { readonly operator?: string; readonly values?: readonly number[] };
}

/** validateContainerRestartPolicy: the container's own policy, and its rules by exit code. */
function validateRestartPolicy(container: core.Container, path: FieldPath): FieldError[] {
  const rules = (container as { restartPolicyRules?: readonly RestartRule[] }).restartPolicyRules ?? [];
  const at = path.child('restartPolicy');
  const errors: FieldError[] = [];
  if (container.restartPolicy === undefined) {
    if (rules.length > 0)
      errors.push(fieldErrors.required(at, 'must specify restartPolicy when restart rules are used'));
  } else if (!['Always', 'Never', 'OnFailure'].includes(container.restartPolicy))
    errors.push(fieldErrors.notSupported(at, container.restartPolicy, ['Always', 'Never', 'OnFailure']));
  rules.forEach(({ action = '', exitCodes }, index) => {
    const rule = path.child('restartPolicyRules').index(index);
    if (action !== 'Restart') errors.push(fieldErrors.notSupported(rule.child('action'), action, ['Restart']));
    if (!exitCodes) errors.push(fieldErrors.required(rule.child('exitCodes'), 'must be specified'));
    else if (exitCodes.operator !== 'In' && exitCodes.operator !== 'NotIn')
      errors.push(
        fieldErrors.notSupported(rule.child('exitCodes', 'operator'), exitCodes.operator ?? '', ['In', 'NotIn']),
      );
  });
  return errors;
}

/** What is checked of every container (validateContainerCommon). */
function validateCommon(container: core.Container, facts: PodFacts, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!container.name) errors.push(fieldErrors.required(path.child('name')));
  else errors.push(...complain(path.child('name'), container.name, isDns1123Label(container.name)));
  if (!container.image) errors.push(fieldErrors.required(path.child('image')));
  errors.push(
    ...oneOf(
      container.terminationMessagePolicy,
      ['File', 'FallbackToLogsOnError'],
      path.child('terminationMessagePolicy'),
      'required',
    ),
    ...validatePorts(container, path),
    ...validateEnvironment(container, path),
    ...validateMounts(container, facts.volumes, path),
    ...validateDevices(container, facts.volumes, path),
    ...oneOf(container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never'], path.child('imagePullPolicy'), 'required'),
    ...validateResourceRequirements(container.resources, path.child('resources'), facts.claims),
    ...validateResizePolicy(container, facts.restartPolicy, path),
    ...validateSecurityContext(container.securityContext, facts.hostUsers, path.child('securityContext')),
  );
  return errors;
}

function hostPortConflicts(containers: readonly core.Container[], path: FieldPath, taken: Set<string>): FieldError[] {
  const errors: FieldError[] = [];
  containers.forEach((container, i) => {
    (container.ports ?? []).forEach((port, j) => {
      if (!port.hostPort) return;
      const key = `${port.protocol ?? ''}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (taken.has(key))
        errors.push(fieldErrors.duplicate(path.index(i).child('ports').index(j).child('hostPort'), key));
      taken.add(key);
    });
  });
  return errors;
}

export function validateContainers(
  containers: readonly core.Container[] | undefined,
  facts: PodFacts,
  path: FieldPath,
): FieldError[] {
  if (!containers || containers.length === 0) return [fieldErrors.required(path)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  containers.forEach((container, index) => {
    const at = path.index(index);
    errors.push(...validateCommon(container, facts, at));
    if (names.has(container.name)) errors.push(fieldErrors.duplicate(at.child('name'), container.name));
    names.add(container.name);
    errors.push(...validateLifecycleAndProbes(container, facts.grace, at));
    errors.push(...validateRestartPolicy(container, at));
  });
  return [...errors, ...hostPortConflicts(containers, path, new Set())];
}

const ONLY_SIDECARS = 'may not be set for init containers without restartPolicy=Always';

export function validateInitContainers(
  containers: readonly core.Container[] | undefined,
  regular: readonly core.Container[] | undefined,
  facts: PodFacts,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set((regular ?? []).map(({ name }) => name));
  (containers ?? []).forEach((container, index) => {
    const at = path.index(index);
    errors.push(...validateCommon(container, facts, at));
    const sidecar = container.restartPolicy === 'Always';
    errors.push(...validateRestartPolicy(container, at));
    if (names.has(container.name)) errors.push(fieldErrors.duplicate(at.child('name'), container.name));
    else if (container.name) names.add(container.name);
    errors.push(...hostPortConflicts([container], path, new Set()));
    if (sidecar) errors.push(...validateLifecycleAndProbes(container, facts.grace, at));
    else {
      for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
        if (container[field]) errors.push(fieldErrors.forbidden(at.child(field), ONLY_SIDECARS));
    }
  });
  return errors;
}

const EPHEMERAL_ALLOWED = new Set([
  'name',
  'image',
  'command',
  'args',
  'workingDir',
  'env',
  'envFrom',
  'volumeMounts',
  'volumeDevices',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'imagePullPolicy',
  'securityContext',
  'stdin',
  'stdinOnce',
  'tty',
  'targetContainerName',
]);

export function validateEphemeralContainers(spec: core.PodSpec, facts: PodFacts, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const others = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name);
  const names = new Set(others);
  (spec.ephemeralContainers ?? []).forEach((container, index) => {
    const at = path.index(index);
    errors.push(...validateCommon(container, facts, at));
    if (names.has(container.name)) errors.push(fieldErrors.duplicate(at.child('name'), container.name));
    names.add(container.name);
    if (container.targetContainerName && !others.includes(container.targetContainerName))
      errors.push(fieldErrors.notFound(at.child('targetContainerName'), container.targetContainerName));
    for (const [field, value] of Object.entries(container)) {
      // Every container has resources, if empty ones.
      const empty = field === 'resources' && Object.keys(value as object).length === 0;
      if (!EPHEMERAL_ALLOWED.has(field) && !empty)
        errors.push(fieldErrors.forbidden(at.child(field), 'cannot be set for an Ephemeral Container'));
    }
  });
  return errors;
}

/** hostPort must equal containerPort on the host's network; a template may leave it to its pods (validatePodHostNetworkDeps). */
export function validateHostNetworkPorts(
  containers: readonly core.Container[] | undefined,
  path: FieldPath,
  ofPod: boolean,
): FieldError[] {
  return (containers ?? []).flatMap((container, i) =>
    (container.ports ?? []).flatMap((port, j) =>
      (ofPod || port.hostPort) && port.hostPort !== port.containerPort
        ? [
            fieldErrors.invalid(
              path.index(i).child('ports').index(j).child('hostPort'),
              port.hostPort ?? 0,
              'must match `containerPort` when `hostNetwork` is true',
            ),
          ]
        : [],
    ),
  );
}
