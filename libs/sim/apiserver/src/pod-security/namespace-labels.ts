import { fieldErrors, type FieldError } from '@seatrial/schema';
import type { AdmissionAttributes } from '../admission/admission.js';
import type { Namespace, Pod } from '../contract/object.js';
import { PODS } from '../contract/resource.js';
import type { Status } from '../contract/status.js';
import { nameOf, subject } from '../request/request-scope.js';
import { invalid } from '../status/status-errors.js';
import { podSecurityViolations } from './pod-security-registry.js';

const PREFIX = 'pod-security.kubernetes.io/';
const LEVELS = ['privileged', 'baseline', 'restricted'];

type Labels = Readonly<Record<string, string>>;

function labelErrors(labels: Labels): FieldError[] {
  return ['enforce', 'audit', 'warn'].flatMap((mode) => {
    const errors: FieldError[] = [];
    const at = (name: string): string => `metadata.labels[${PREFIX}${name}]`;
    const level = labels[`${PREFIX}${mode}`];
    if (level !== undefined && !LEVELS.includes(level))
      errors.push(fieldErrors.invalid(at(mode), level, `must be one of ${LEVELS.join(', ')}`));
    const version = labels[`${PREFIX}${mode}-version`];
    if (version !== undefined && version !== 'latest' && !/^v1\.([0-9]|[1-9][0-9]*)$/.test(version))
      errors.push(fieldErrors.invalid(at(`${mode}-version`), version, 'must be "latest" or "v1.x"'));
    return errors;
  });
}

const enforced = (labels: Labels): string =>
  `${labels[`${PREFIX}enforce`] ?? 'privileged'}:${labels[`${PREFIX}enforce-version`] ?? 'latest'}`;

/** What pods that are there already would be refused for, pods with the same reasons together. */
function existingPods(level: string, version: string | undefined, pods: readonly Pod[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { metadata, spec } of pods) {
    const violations = podSecurityViolations(level, { spec, annotations: metadata.annotations ?? {} }, version);
    if (violations.length === 0) continue;
    const reasons = violations.map(({ reason }) => reason).join(', ');
    byReason.set(reasons, [...(byReason.get(reasons) ?? []), metadata.name]);
  }
  return [...byReason].map(([reasons, [first, ...others]]) => {
    const more =
      others.length === 1 ? ' (and 1 other pod)' : others.length > 1 ? ` (and ${others.length} other pods)` : '';
    return `${first}${more}: ${reasons}`;
  });
}

/** Checks a namespace's labels and warns of pods that a newly enforced level would refuse (admission.ValidateNamespace). */
export function checkNamespaceLabels({ scope, object, old }: AdmissionAttributes): Status | undefined {
  if (!object || scope.subresource) return undefined;
  const labels = (object.metadata.labels ?? {}) as Labels;
  const before = (old as Namespace | undefined)?.metadata.labels ?? {};
  const errors = labelErrors(labels);
  if (errors.length > 0 && labelErrors(before).length === 0) return invalid(subject(scope), nameOf(object), errors);
  const level = labels[`${PREFIX}enforce`] ?? 'privileged';
  if (!old || level === 'privileged' || enforced(labels) === enforced(before)) return undefined;
  const found = existingPods(level, labels[`${PREFIX}enforce-version`], scope.server.store.list(PODS, nameOf(object)));
  if (found.length > 0)
    scope.warnings.push(
      `existing pods in namespace ${JSON.stringify(nameOf(object))} violate the new PodSecurity enforce level ${JSON.stringify(enforced(labels))}`,
      ...found,
    );
  return undefined;
}
