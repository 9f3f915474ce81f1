import { compareStrings } from '@seatrial/kernel';
import {
  FieldPath,
  NON_NEGATIVE_COMPLAINT,
  Quantity,
  fieldErrors,
  isDns1123Label,
  isQualifiedName,
  type FieldError,
} from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { complain } from './fields.js';

/* Resource names and amounts (k8s.io/kubernetes/pkg/apis/core/helper and validation, v1.35). */

export type ResourceAmounts = Readonly<Record<string, string>>;

const CONTAINER_RESOURCES = new Set(['cpu', 'memory', 'ephemeral-storage']);
const COUNTED = [
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const COMPUTE_QUOTA = [
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
];
const STANDARD = new Set([...COMPUTE_QUOTA, ...COUNTED, 'storage']);
const QUOTA = new Set([...COMPUTE_QUOTA, ...COUNTED]);
const INTEGER = new Set(COUNTED);

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const isStandard = (name: string): boolean =>
  STANDARD.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-');
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');

/** A fully qualified resource of a device plugin. */
export const isExtendedResource = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;

export const isStandardQuotaResource = (name: string): boolean =>
  QUOTA.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-');

/** cpu, memory and other native resources may be promised more often than they exist. */
export const allowsOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name);

export const isIntegerResource = (name: string): boolean =>
  INTEGER.has(name) || isExtendedResource(name) || name.startsWith('count/');

/** ValidateResourceName and what containers add to it. */
export function validateResourceName(name: string, path: FieldPath): FieldError[] {
  const errors = complain(path, name, isQualifiedName(name));
  if (errors.length > 0) return errors;
  return !name.includes('/') && !isStandard(name)
    ? [fieldErrors.invalid(path, name, 'must be a standard resource type or fully qualified')]
    : [];
}

/** The names of what containers, and limits of them, may ask for. */
export function validateContainerResourceName(name: string, path: FieldPath): FieldError[] {
  const errors = validateResourceName(name, path);
  if (!name.includes('/')) {
    if (!CONTAINER_RESOURCES.has(name) && !isHugePages(name))
      errors.push(fieldErrors.invalid(path, name, 'must be a standard resource for containers'));
  } else if (!isNative(name) && !isExtendedResource(name))
    errors.push(fieldErrors.invalid(path, name, "doesn't follow extended resource name standard"));
  return errors;
}

/** ValidateResourceQuantityValue. */
export function validateResourceAmount(name: string, text: string, path: FieldPath): FieldError[] {
  const quantity = Quantity.of(text);
  const errors: FieldError[] = [];
  if (quantity.sign() < 0) errors.push(fieldErrors.invalid(path, text, NON_NEGATIVE_COMPLAINT));
  if (isIntegerResource(name) && !quantity.isInteger())
    errors.push(fieldErrors.invalid(path, text, 'must be an integer'));
  return errors;
}

/** Huge pages come in whole pages (validateResourceQuantityHugePageValue). */
function validateHugePages(name: string, text: string, path: FieldPath): FieldError[] {
  if (!isHugePages(name)) return [];
  const size = Quantity.parse(name.slice('hugepages-'.length));
  const isDivisible =
    size.ok && size.value.sign() > 0 && size.value.isInteger() && Quantity.of(text).value() % size.value.value() === 0;
  return isDivisible ? [] : [fieldErrors.invalid(path, text, `${text} is not positive integer multiple of ${name}`)];
}

export const sortedAmounts = (amounts: unknown): [string, string][] =>
  Object.entries((amounts as ResourceAmounts | undefined) ?? {}).sort(([a], [b]) => compareStrings(a, b));

const withDetail = (error: FieldError, detail: string): FieldError => ({ ...error, body: `${error.body}: ${detail}` });

/** validateResourceClaimNames: which of the pod's claims, or of their requests, the container uses. */
function validateClaimNames(
  resources: core.ResourceRequirements | undefined,
  podClaims: readonly string[],
  path: FieldPath,
): FieldError[] {
  const known = podClaims.length === 0 ? ' which is empty' : `: ${podClaims.join(', ')}`;
  const seen: string[] = [];
  return ((resources?.claims ?? []) as readonly { name: string; request?: string }[]).flatMap(
    ({ name, request = '' }, index) => {
      const at = path.index(index);
      if (name === '') return [fieldErrors.required(at)];
      const errors: FieldError[] = [];
      if (seen.includes(name)) errors.push(fieldErrors.duplicate(at, name));
      else {
        const key = request === '' ? name : `${name}/${request}`;
        if (request !== '') errors.push(...complain(at.child('request'), request, isDns1123Label(request)));
        if (seen.includes(key)) errors.push(fieldErrors.duplicate(at, key));
        else if (request === '' && seen.some((other) => other.startsWith(`${name}/`)))
          errors.push(fieldErrors.duplicate(at, name));
        seen.push(key);
      }
      if (!podClaims.includes(name)) {
        const why = `must be one of the names in pod.spec.resourceClaims${known}`;
        errors.push(withDetail(fieldErrors.notFound(at, name), why));
      }
      return errors;
    },
  );
}

/** ValidateContainerResourceRequirements; `validateName` says which resources may be named. */
export function validateResourceRequirements(
  resources: core.ResourceRequirements | undefined,
  path: FieldPath,
  podClaims: readonly string[] = [],
  validateName: (name: string, path: FieldPath) => FieldError[] = validateContainerResourceName,
): FieldError[] {
  const errors: FieldError[] = [];
  const limitsPath = path.child('limits');
  const requestsPath = path.child('requests');
  const limits = (resources?.limits ?? {}) as unknown as ResourceAmounts;
  for (const [name, amount] of sortedAmounts(resources?.limits)) {
    errors.push(...validateName(name, limitsPath.key(name)));
    errors.push(...validateResourceAmount(name, amount, limitsPath.key(name)));
    errors.push(...validateHugePages(name, amount, limitsPath.key(name)));
  }
  for (const [name, amount] of sortedAmounts(resources?.requests)) {
    errors.push(...validateName(name, requestsPath.key(name)));
    errors.push(...validateResourceAmount(name, amount, requestsPath.key(name)));
    if (Object.hasOwn(limits, name)) {
      const order = Quantity.of(amount).compare(Quantity.of(limits[name]));
      if (order !== 0 && !allowsOvercommit(name))
        errors.push(fieldErrors.invalid(requestsPath, amount, `must be equal to ${name} limit of ${limits[name]}`));
      else if (order > 0)
        errors.push(
          fieldErrors.invalid(requestsPath, amount, `must be less than or equal to ${name} limit of ${limits[name]}`),
        );
    } else if (!allowsOvercommit(name))
      errors.push(fieldErrors.required(limitsPath, 'Limit must be set for non overcommitable resources'));
    errors.push(...validateHugePages(name, amount, requestsPath.key(name)));
  }
  const named = Object.keys({ ...resources?.limits, ...resources?.requests });
  if (named.some(isHugePages) && !named.includes('cpu') && !named.includes('memory'))
    errors.push(fieldErrors.forbidden(path, 'HugePages require cpu or memory'));
  return [...errors, ...validateClaimNames(resources, podClaims, path.child('claims'))];
}
