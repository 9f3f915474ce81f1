import {
  FieldPath,
  fieldErrors,
  isConfigMapKey,
  isDns1123Subdomain,
  isQualifiedName,
  isRelaxedEnvVarName,
  type FieldError,
} from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { complain } from '../../validation/fields.js';

const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
export const VOLUME_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const CONTAINER_RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const CONVERTIBLE = new Set([
  ...ENV_FIELDS,
  ...VOLUME_FIELDS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

/** ConvertDownwardAPIFieldLabel: the internal path, or why there is none. */
function convertFieldPath(version: string, path: string): { path: string } | { error: string } {
  if (version !== 'v1') return { error: `unsupported pod version: ${version}` };
  const [, base] = /^(.+?)\['.*'\]$/s.exec(path) ?? [];
  if (base === 'metadata.annotations' || base === 'metadata.labels') return { path };
  if (base !== undefined) return { error: `field label does not support subscript: ${path}` };
  if (path === 'spec.host') return { path: 'spec.nodeName' };
  return CONVERTIBLE.has(path) ? { path } : { error: `field label not supported: ${path}` };
}

/** A reference to a field of the pod (validateObjectFieldSelector). */
export function validateFieldRef(
  reference: core.ObjectFieldSelector,
  supported: readonly string[],
  path: FieldPath,
): FieldError[] {
  if (!reference.apiVersion) return [fieldErrors.required(path.child('apiVersion'))];
  if (!reference.fieldPath) return [fieldErrors.required(path.child('fieldPath'))];
  const converted = convertFieldPath(reference.apiVersion, reference.fieldPath);
  if ('error' in converted) {
    return [
      fieldErrors.invalid(
        path.child('fieldPath'),
        reference.fieldPath,
        `error converting fieldPath: ${converted.error}`,
      ),
    ];
  }
  const subscripted = /^(.*)\['([^']*)'\]$/.exec(converted.path);
  if (subscripted) {
    const name = subscripted[1] === 'metadata.annotations' ? subscripted[2].toLowerCase() : subscripted[2];
    return complain(path, subscripted[2], isQualifiedName(name));
  }
  return supported.includes(converted.path)
    ? []
    : [fieldErrors.notSupported(path.child('fieldPath'), converted.path, supported)];
}

const MEMORY_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

function validateDivisor(resource: string, divisor: string | undefined, path: FieldPath): FieldError[] {
  if (divisor === undefined || divisor === '0' || divisor === '') return [];
  const [, kind] = /^(?:limits|requests)\.(cpu$|memory$|ephemeral-storage$|hugepages-)/.exec(resource) ?? [];
  if (kind === undefined) return [];
  const at = path.child('divisor');
  if (kind === 'cpu' && divisor !== '1m' && divisor !== '1')
    return [fieldErrors.invalid(at, resource, "only divisor's values 1m and 1 are supported with the cpu resource")];
  if (kind !== 'cpu' && !MEMORY_DIVISORS.includes(divisor)) {
    const name = { memory: 'memory', 'hugepages-': 'hugepages' }[kind] ?? 'local ephemeral storage';
    return [
      fieldErrors.invalid(
        at,
        resource,
        `only divisor's values ${MEMORY_DIVISORS.join(', ')} are supported with the ${name} resource`,
      ),
    ];
  }
  return [];
}

/** A reference to a container's resources (validateContainerResourceFieldSelector). */
export function validateResourceFieldRef(
  reference: core.ResourceFieldSelector,
  path: FieldPath,
  volume: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  if (volume && !reference.containerName) errors.push(fieldErrors.required(path.child('containerName')));
  else if (!reference.resource) errors.push(fieldErrors.required(path.child('resource')));
  else if (
    !CONTAINER_RESOURCES.includes(reference.resource) &&
    !/^(limits|requests)\.hugepages-/.test(reference.resource)
  )
    errors.push(fieldErrors.notSupported(path.child('resource'), reference.resource, CONTAINER_RESOURCES));
  errors.push(...validateDivisor(reference.resource, reference.divisor, path));
  return errors;
}

function validateKeySelector(selector: { name?: string; key: string }, path: FieldPath): FieldError[] {
  const errors = complain(path.child('name'), selector.name ?? '', isDns1123Subdomain(selector.name ?? ''));
  if (!selector.key) errors.push(fieldErrors.required(path.child('key')));
  else errors.push(...complain(path.child('key'), selector.key, isConfigMapKey(selector.key)));
  return errors;
}

function validateValueFrom(variable: core.EnvVar, path: FieldPath): FieldError[] {
  const source = variable.valueFrom;
  if (!source) return [];
  const errors: FieldError[] = [];
  const file = (source as { fileKeyRef?: { volumeName?: string; path?: string; key?: string } }).fileKeyRef;
  if (source.fieldRef) errors.push(...validateFieldRef(source.fieldRef, ENV_FIELDS, path.child('fieldRef')));
  if (source.resourceFieldRef)
    errors.push(...validateResourceFieldRef(source.resourceFieldRef, path.child('resourceFieldRef'), false));
  if (source.configMapKeyRef)
    errors.push(...validateKeySelector(source.configMapKeyRef, path.child('configMapKeyRef')));
  if (source.secretKeyRef) errors.push(...validateKeySelector(source.secretKeyRef, path.child('secretKeyRef')));
  const count = [source.fieldRef, source.resourceFieldRef, source.configMapKeyRef, source.secretKeyRef, file].filter(
    (part) => part !== undefined,
  ).length;
  if (count === 0) {
    errors.push(
      fieldErrors.invalid(
        path,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      ),
    );
  } else if (variable.value)
    errors.push(fieldErrors.invalid(path, '', 'may not be specified when `value` is not empty'));
  else if (count > 1)
    errors.push(fieldErrors.invalid(path, '', 'may not have more than one field specified at a time'));
  return errors;
}

/** A container's `env` and `envFrom`. */
export function validateEnvironment(container: core.Container, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  (container.env ?? []).forEach((variable, index) => {
    const at = path.child('env').index(index);
    if (!variable.name) errors.push(fieldErrors.required(at.child('name')));
    else errors.push(...complain(at.child('name'), variable.name, isRelaxedEnvVarName(variable.name)));
    errors.push(...validateValueFrom(variable, at.child('valueFrom')));
  });
  (container.envFrom ?? []).forEach((source, index) => {
    const at = path.child('envFrom').index(index);
    if (source.prefix) errors.push(...complain(at.child('prefix'), source.prefix, isRelaxedEnvVarName(source.prefix)));
    for (const field of ['configMapRef', 'secretRef'] as const) {
      const reference = source[field];
      const name = at.child(field, 'name');
      if (!reference) continue;
      if (!reference.name) errors.push(fieldErrors.required(name));
      else errors.push(...complain(name, reference.name, isDns1123Subdomain(reference.name)));
    }
    const all = path.child('envFrom');
    if (!source.configMapRef && !source.secretRef)
      errors.push(fieldErrors.invalid(all, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (source.configMapRef && source.secretRef)
      errors.push(fieldErrors.invalid(all, '', 'may not have more than one field specified at a time'));
  });
  return errors;
}
