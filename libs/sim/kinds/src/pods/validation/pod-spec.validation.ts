import {
  FieldPath,
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  isDns1123SubdomainWithUnderscore,
  isInRange,
  isQualifiedName,
  isValidIp,
  validateAnnotations,
  validateLabels,
  type FieldError,
} from '@seatrial/schema';
import { compareStrings } from '@seatrial/kernel';
import type * as core from 'kubernetes-types/core/v1.js';
import { complain, oneOf } from '../../validation/fields.js';
import { validatePreemptionPolicy } from '../../validation/preemption-policy.validation.js';
import { validateResourceRequirements } from '../../validation/resources.js';
import { validateAffinity, validateTolerations, validateTopologySpread } from './affinity.validation.js';
import {
  validateContainers,
  validateEphemeralContainers,
  validateHostNetworkPorts,
  validateId,
  validateInitContainers,
} from './container.validation.js';
import { validateHostName, validateHostUsers } from './host-namespace.validation.js';
import { validatePodResources } from './pod-resources.validation.js';
import { validatePodClaims } from './resource-claims.validation.js';
import { validateAppArmorProfile, validateSeccompProfile } from './security-profile.validation.js';
import { validateVolumes } from './volume.validation.js';

const MAX_INT32 = 2 ** 31 - 1;
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

const SYSCTL = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL_NAME = new RegExp(`^${SYSCTL}$`);

/** Kernel parameters of the IPC and network namespaces are not for pods that use the host's (ValidateHostSysctl). */
function hostProblem(name: string, spec: core.PodSpec): string | undefined {
  if (spec.hostNetwork && name.startsWith('net.')) return "may not be specified when 'hostNetwork' is true";
  const ofIpc = /^(?:kernel\.(?:shm|msg)|fs\.mqueue\.)/.test(name) || name === 'kernel.sem';
  return spec.hostIPC && ofIpc ? "may not be specified when 'hostIPC' is true" : undefined;
}

function validateSysctls(spec: core.PodSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (spec.securityContext?.sysctls ?? []).forEach(({ name }, index) => {
    const at = path.index(index).child('name');
    if (name === '') errors.push(fieldErrors.required(at));
    else if (name.length > 253 || !SYSCTL_NAME.test(name))
      errors.push(fieldErrors.invalid(at, name, `must have at most 253 characters and match regex ^${SYSCTL}$`));
    else if (seen.has(name)) errors.push(fieldErrors.duplicate(at, name));
    const problem = hostProblem(name.replaceAll('/', '.'), spec);
    if (problem !== undefined) errors.push(fieldErrors.invalid(at, name, problem));
    seen.add(name);
  });
  return errors;
}

function validatePodSecurityContext(spec: core.PodSpec, specPath: FieldPath, ofPod: boolean): FieldError[] {
  const path = specPath.child('securityContext');
  const context = spec.securityContext;
  const errors: FieldError[] = [];
  if (spec.hostNetwork) errors.push(...validateHostNetworkPorts(spec.containers, specPath.child('containers'), ofPod));
  if (!context) return errors;
  const policies = context as { supplementalGroupsPolicy?: string; seLinuxChangePolicy?: string };
  errors.push(...validateId(context.fsGroup, path.child('fsGroup')));
  errors.push(...validateId(context.runAsUser, path.child('runAsUser')));
  errors.push(...validateId(context.runAsGroup, path.child('runAsGroup')));
  (context.supplementalGroups ?? []).forEach((group, index) =>
    errors.push(...validateId(group, path.child('supplementalGroups').index(index))),
  );
  if (spec.shareProcessNamespace && spec.hostPID)
    errors.push(
      fieldErrors.invalid(
        path.child('shareProcessNamespace'),
        true,
        'ShareProcessNamespace and HostPID cannot both be enabled',
      ),
    );
  errors.push(
    ...validateSysctls(spec, path.child('sysctls')),
    ...oneOf(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], path.child('fsGroupChangePolicy')),
    ...validateSeccompProfile(context.seccompProfile, path.child('seccompProfile')),
    ...validateAppArmorProfile(context, path),
    ...oneOf(policies.supplementalGroupsPolicy, ['Merge', 'Strict'], path.child('supplementalGroupsPolicy')),
    ...oneOf(policies.seLinuxChangePolicy, ['Recursive'], path.child('seLinuxChangePolicy')),
  );
  return errors;
}

const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;

function validateSearches(searches: readonly string[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (searches.length > MAX_SEARCHES)
    errors.push(fieldErrors.invalid(path, searches, `must not have more than ${MAX_SEARCHES} search paths`));
  if (searches.join(' ').length > MAX_SEARCH_CHARACTERS) {
    const most = `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`;
    errors.push(fieldErrors.invalid(path, searches, most));
  }
  searches.forEach((search, index) => {
    if (search === '.') return;
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    errors.push(...complain(path.index(index), name, isDns1123SubdomainWithUnderscore(name)));
  });
  return errors;
}

function validateDnsConfig(spec: core.PodSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const servers = spec.dnsConfig?.nameservers ?? [];
  if (spec.dnsPolicy === 'None') {
    if (!spec.dnsConfig) return [fieldErrors.required(path, `must provide \`dnsConfig\` when \`dnsPolicy\` is None`)];
    if (servers.length === 0)
      return [
        fieldErrors.required(
          path.child('nameservers'),
          'must provide at least one DNS nameserver when `dnsPolicy` is None',
        ),
      ];
  }
  if (servers.length > 3)
    errors.push(fieldErrors.invalid(path.child('nameservers'), servers, 'must not have more than 3 nameservers'));
  servers.forEach((server, index) =>
    errors.push(...complain(path.child('nameservers').index(index), server, isValidIp(server))),
  );
  errors.push(...validateSearches(spec.dnsConfig?.searches ?? [], path.child('searches')));
  (spec.dnsConfig?.options ?? []).forEach((option, index) => {
    if (!option.name) errors.push(fieldErrors.required(path.child('options').index(index), 'must not be empty'));
  });
  return errors;
}

function validateNames(spec: core.PodSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const subdomain = (field: 'serviceAccountName' | 'nodeName'): void => {
    const value = spec[field];
    if (value) errors.push(...complain(path.child(field), value, isDns1123Subdomain(value)));
  };
  subdomain('serviceAccountName');
  subdomain('nodeName');
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined)
    errors.push(...complain(path.child('activeDeadlineSeconds'), deadline, isInRange(deadline, 1, MAX_INT32)));
  for (const field of ['hostname', 'subdomain'] as const)
    if (spec[field]) errors.push(...complain(path.child(field), spec[field], isDns1123Label(spec[field])));
  errors.push(...validateTolerations(spec.tolerations, path.child('tolerations')));
  (spec.hostAliases ?? []).forEach((alias, index) => {
    const at = path.child('hostAliases').index(index);
    errors.push(...complain(at.child('ip'), alias.ip ?? '', isValidIp(alias.ip ?? '')));
    (alias.hostnames ?? []).forEach((name, i) =>
      errors.push(...complain(at.child('hostnames').index(i), name, isDns1123Subdomain(name))),
    );
  });
  for (const field of ['priorityClassName', 'runtimeClassName'] as const)
    if (spec[field]) errors.push(...complain(path.child(field), spec[field], isDns1123Subdomain(spec[field])));
  errors.push(
    ...validatePreemptionPolicy(spec.preemptionPolicy, path.child('preemptionPolicy')),
    ...validateResourceRequirements({ limits: spec.overhead }, path.child('overhead')),
    ...validateOs(spec.os, path.child('os')),
  );
  return errors;
}

function validateGates(spec: core.PodSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  (spec.readinessGates ?? []).forEach((gate, index) =>
    errors.push(
      ...complain(
        path.child('readinessGates').index(index).child('conditionType'),
        gate.conditionType,
        isQualifiedName(gate.conditionType),
      ),
    ),
  );
  const seen = new Set<string>();
  (spec.schedulingGates ?? []).forEach((gate, index) => {
    const at = path.child('schedulingGates').index(index);
    errors.push(...complain(at, gate.name, isQualifiedName(gate.name)));
    if (seen.has(gate.name)) errors.push(fieldErrors.duplicate(at, gate.name));
    seen.add(gate.name);
  });
  return errors;
}

const validateOs = (os: core.PodSpec['os'], at: FieldPath): FieldError[] =>
  os && !os.name ? [fieldErrors.required(at.child('name'))] : oneOf(os?.name, ['linux', 'windows'], at);

/** The spec of a pod or of a template, in ValidatePodSpec's order. */
export function validatePodSpec(spec: core.PodSpec, path: FieldPath, ofPod: boolean): FieldError[] {
  const volumes = validateVolumes(spec.volumes, path.child('volumes'));
  const facts = {
    volumes: volumes.names,
    grace: spec.terminationGracePeriodSeconds,
    restartPolicy: spec.restartPolicy,
    claims: (spec.resourceClaims ?? []).map(({ name }) => name).sort(compareStrings),
    hostNetwork: spec.hostNetwork === true,
    hostUsers: spec.hostUsers ?? true,
  };
  return [
    ...volumes.errors,
    ...validatePodClaims(spec, path),
    ...validateContainers(spec.containers, facts, path.child('containers')),
    ...validateInitContainers(spec.initContainers, spec.containers, facts, path.child('initContainers')),
    ...validateEphemeralContainers(spec, facts, path.child('ephemeralContainers')),
    ...validatePodResources(spec, facts.claims, path),
    ...oneOf(spec.restartPolicy, ['Always', 'OnFailure', 'Never'], path.child('restartPolicy'), 'required'),
    ...oneOf(spec.dnsPolicy, DNS_POLICIES, path.child('dnsPolicy'), 'required'),
    ...validateLabels(spec.nodeSelector, path.child('nodeSelector')),
    ...validatePodSecurityContext(spec, path, ofPod),
    ...validateAffinity(spec.affinity, path.child('affinity')),
    ...validateDnsConfig(spec, path.child('dnsConfig')),
    ...validateGates(spec, path),
    ...validateTopologySpread(spec.topologySpreadConstraints, path.child('topologySpreadConstraints')),
    ...validateHostUsers(spec, path),
    ...validateHostName(spec, path),
    ...validateNames(spec, path),
  ];
}

/** A workload's template (ValidatePodTemplateSpec). */
export function validatePodTemplateSpec(template: core.PodTemplateSpec, path: FieldPath): FieldError[] {
  const errors = [
    ...validateLabels(template.metadata?.labels, path.child('labels')),
    ...validateAnnotations(template.metadata?.annotations, path.child('annotations')),
    ...validatePodSpec(template.spec ?? { containers: [] }, path.child('spec'), false),
  ];
  if ((template.spec?.ephemeralContainers ?? []).length > 0)
    errors.push(
      fieldErrors.forbidden(
        path.child('spec', 'ephemeralContainers'),
        'ephemeral containers not allowed in pod template',
      ),
    );
  return errors;
}
