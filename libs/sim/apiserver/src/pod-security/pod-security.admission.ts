import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { concerns, defineAdmission, type AdmissionAttributes } from '../admission/admission.js';
import { NAMESPACES } from '../contract/resource.js';
import type { Status } from '../contract/status.js';
import { subject } from '../request/request-scope.js';
import { forbidden } from '../status/status-errors.js';
import { checkNamespaceLabels } from './namespace-labels.js';
import type { PodSecuritySubject } from './pod-security-checks.js';
import { podSecurityViolations } from './pod-security-registry.js';

const PREFIX = 'pod-security.kubernetes.io/';

/** Where workloads keep their pod template. */
const TEMPLATE_PATHS: Readonly<Record<string, readonly string[]>> = {
  '/podtemplates': ['template'],
  '/replicationcontrollers': ['spec', 'template'],
  'apps/daemonsets': ['spec', 'template'],
  'apps/deployments': ['spec', 'template'],
  'apps/replicasets': ['spec', 'template'],
  'apps/statefulsets': ['spec', 'template'],
  'batch/cronjobs': ['spec', 'jobTemplate', 'spec', 'template'],
  'batch/jobs': ['spec', 'template'],
};

function podOf(object: JsonObject, path: readonly string[]): PodSecuritySubject | undefined {
  let here: unknown = object;
  for (const name of path) here = isJsonObject(here) ? here[name] : undefined;
  if (!isJsonObject(here) || !isJsonObject(here.spec)) return undefined;
  const metadata = isJsonObject(here.metadata) ? here.metadata : {};
  return {
    spec: here.spec as unknown as PodSecuritySubject['spec'],
    annotations: (metadata.annotations ?? {}) as Record<string, string>,
  };
}

const LEVELS = ['baseline', 'restricted'];

function violationText(
  labels: Readonly<Record<string, string>>,
  mode: 'enforce' | 'warn',
  pod: PodSecuritySubject,
): string | undefined {
  // Where nothing is said of warnings, they are as strict as what is enforced (api.PolicyToEvaluate).
  const enforced = labels[`${PREFIX}enforce`] as string | undefined;
  const inherits = mode === 'warn' && labels[`${PREFIX}warn`] === undefined && LEVELS.includes(enforced ?? '');
  const level = (inherits ? enforced : labels[`${PREFIX}${mode}`]) ?? 'privileged';
  const version =
    labels[`${PREFIX}${mode}-version`] ?? (inherits ? labels[`${PREFIX}enforce-version`] : undefined) ?? 'latest';
  const violations = podSecurityViolations(level, pod, version);
  if (violations.length === 0) return undefined;
  return `PodSecurity "${level}:${version}": ${violations.map(({ reason, detail }) => `${reason} (${detail})`).join(', ')}`;
}

/** Of what may change in a pod only images and further containers matter (isSignificantPodUpdate). */
function isSignificant(pod: PodSecuritySubject, before: PodSecuritySubject): boolean {
  const images = ({ spec }: PodSecuritySubject): string =>
    JSON.stringify(
      [spec.containers, spec.initContainers, spec.ephemeralContainers].map((list) =>
        (list ?? []).map((container) => [container.name, (container as { image?: string }).image]),
      ),
    );
  return images(pod) !== images(before);
}

function validate(attributes: AdmissionAttributes): Status | undefined {
  const { object, scope } = attributes;
  if (concerns(attributes, '', 'namespaces')) return checkNamespaceLabels(attributes);
  if (!object || !scope.namespace || (scope.subresource && scope.subresource !== 'ephemeralcontainers'))
    return undefined;
  const labels = scope.server.store.get(NAMESPACES, undefined, scope.namespace)?.metadata.labels;
  if (!labels || !Object.keys(labels).some((name) => name.startsWith(PREFIX))) return undefined;
  const { group, resource } = scope.rest.api;
  if (group === '' && resource === 'pods') {
    const pod = podOf(object, []);
    const before = attributes.old && podOf(attributes.old as unknown as JsonObject, []);
    if (pod && before && !isSignificant(pod, before)) return undefined;
    const refused = pod && violationText(labels, 'enforce', pod);
    if (refused)
      return forbidden(
        subject(scope),
        typeof object.metadata.name === 'string' ? object.metadata.name : '',
        `violates ${refused}`,
      );
    const warned = pod && violationText(labels, 'warn', pod);
    if (warned) scope.warnings.push(`would violate ${warned}`);
    return undefined;
  }
  const path = TEMPLATE_PATHS[`${group}/${resource}`];
  const template = path && podOf(object, path);
  const warned = template && violationText(labels, 'warn', template);
  if (warned) scope.warnings.push(`would violate ${warned}`);
  return undefined;
}

/** The Pod Security Standards by namespace labels (k8s.io/pod-security-admission, v1.35). Audit annotations are not kept. */
export const podSecurityAdmission = defineAdmission({
  name: 'PodSecurity',
  operations: ['CREATE', 'UPDATE'],
  validate,
});
