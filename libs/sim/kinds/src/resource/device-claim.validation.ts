import { fieldErrors, isDns1123Label, isDns1123Subdomain, type FieldError, type FieldPath } from '@seatrial/schema';
import { complain } from '../validation/fields.js';
import { validateSet, validateSlice } from '../validation/sets.js';
import {
  validateConfiguration,
  validateFullDeviceName,
  validateSelectors,
  type Configuration,
  type Selector,
} from './device.validation.js';

/** One wish for devices: exact, or one of several that are tried in turn. */
export interface DeviceWish {
  readonly name?: string;
  readonly deviceClassName?: string;
  readonly selectors?: readonly Selector[];
  allocationMode?: string;
  count?: number;
  readonly adminAccess?: boolean;
  tolerations?: unknown;
  capacity?: unknown;
}

export interface DeviceRequest {
  readonly name?: string;
  readonly exactly?: DeviceWish;
  readonly firstAvailable?: readonly DeviceWish[];
}

export interface DeviceConstraint {
  readonly requests?: readonly string[];
  readonly matchAttribute?: string;
  distinctAttribute?: string;
}

export interface ClaimSpec {
  devices?: {
    readonly requests?: readonly DeviceRequest[] | null;
    readonly constraints?: readonly DeviceConstraint[];
    readonly config?: readonly (Configuration & { readonly requests?: readonly string[] })[];
  };
}

const MAX_REQUESTS = 32;
const MAX_SUBREQUESTS = 8;
const ONE_OF = 'exactly one of `exactly` or `firstAvailable` is required';
const NAMED = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

/** Names of requests, and those of what is tried in turn for them. */
type RequestNames = ReadonlyMap<string, ReadonlySet<string>>;

const namesOf = (requests: readonly DeviceRequest[]): RequestNames =>
  new Map(
    requests.map(({ name = '', firstAvailable = [] }) => [
      name,
      new Set(firstAvailable.map(({ name: own = '' }) => own)),
    ]),
  );

const validateName = (name: string, path: FieldPath): FieldError[] => complain(path, name, isDns1123Label(name));

function validateReference(name: string, path: FieldPath, names: RequestNames): FieldError[] {
  const segments = name.split('/');
  if (segments.length > 2) return [fieldErrors.invalid(path, name, NAMED)];
  const [request, own] = segments as [string, string | undefined];
  const found = names.get(request);
  return [
    ...segments.flatMap((segment) => validateName(segment, path)),
    ...(found && (own === undefined || found.has(own)) ? [] : [fieldErrors.invalid(path, name, NAMED)]),
  ];
}

const validateReferences = (list: readonly string[] | undefined, path: FieldPath, names: RequestNames): FieldError[] =>
  validateSet(
    list,
    MAX_REQUESTS,
    (name, at) => validateReference(name, at, names),
    (name) => name,
    path,
  );

function validateWish({ deviceClassName = '', selectors, allocationMode, count = 0 }: DeviceWish, path: FieldPath) {
  const at = path.child('deviceClassName');
  const errors: FieldError[] =
    deviceClassName === ''
      ? [fieldErrors.required(at)]
      : complain(at, deviceClassName, isDns1123Subdomain(deviceClassName));
  errors.push(...validateSelectors(selectors, path.child('selectors')));
  if (allocationMode === 'All') {
    if (count !== 0)
      errors.push(
        fieldErrors.invalid(path.child('count'), count, "must not be specified when allocationMode is 'All'"),
      );
  } else if (allocationMode === 'ExactCount') {
    if (count <= 0) errors.push(fieldErrors.invalid(path.child('count'), count, 'must be greater than zero'));
  } else
    errors.push(fieldErrors.notSupported(path.child('allocationMode'), allocationMode ?? '', ['All', 'ExactCount']));
  return errors;
}

function validateRequest({ name = '', exactly, firstAvailable = [] }: DeviceRequest, path: FieldPath): FieldError[] {
  const errors = validateName(name, path.child('name'));
  const several = firstAvailable.length > 0;
  if (several && exactly) return [...errors, fieldErrors.invalid(path, null, `${ONE_OF}, but multiple fields are set`)];
  if (exactly) return [...errors, ...validateWish(exactly, path.child('exactly'))];
  if (!several) return [...errors, fieldErrors.required(path, ONE_OF)];
  return [
    ...errors,
    ...validateSet(
      firstAvailable,
      MAX_SUBREQUESTS,
      (wish, at) => [...validateName(wish.name ?? '', at.child('name')), ...validateWish(wish, at)],
      (wish) => wish.name ?? '',
      path.child('firstAvailable'),
    ),
  ];
}

function validateConstraint(constraint: DeviceConstraint, path: FieldPath, names: RequestNames): FieldError[] {
  const { requests, matchAttribute } = constraint;
  const at = path.child('matchAttribute');
  return [
    ...validateReferences(requests, path.child('requests'), names),
    ...(matchAttribute === undefined ? [fieldErrors.required(at)] : validateFullDeviceName(matchAttribute, at)),
  ];
}

/** validateResourceClaimSpec (pkg/apis/resource/validation, v1.35). */
export function validateClaimSpec({ devices = {} }: ClaimSpec, path: FieldPath): FieldError[] {
  const at = path.child('devices');
  const requests = devices.requests ?? [];
  const names = namesOf(requests);
  return [
    ...validateSet(requests, MAX_REQUESTS, validateRequest, ({ name = '' }) => name, at.child('requests')),
    ...validateSlice(
      devices.constraints,
      MAX_REQUESTS,
      (constraint, place) => validateConstraint(constraint, place, names),
      at.child('constraints'),
    ),
    ...validateSlice(
      devices.config,
      MAX_REQUESTS,
      (config, place) => [
        ...validateReferences(config.requests, place.child('requests'), names),
        ...validateConfiguration(config, place),
      ],
      at.child('config'),
    ),
  ];
}

const wishesOf = ({ devices }: ClaimSpec): DeviceWish[] =>
  (devices?.requests ?? []).flatMap(({ exactly, firstAvailable = [] }) => [
    ...(exactly ? [exactly] : []),
    ...firstAvailable,
  ]);

/** SetDefaults_ExactDeviceRequest, SetDefaults_DeviceSubRequest; and what alpha features have is dropped. */
export function defaultClaimSpec(spec: ClaimSpec): void {
  for (const wish of wishesOf(spec)) {
    wish.allocationMode ||= 'ExactCount';
    if (wish.allocationMode === 'ExactCount') wish.count ||= 1;
  }
}

/** DropDisabledFields (pkg/api/resourceclaimspec, v1.35): what only alpha features read. */
export function dropAlphaFields(spec: ClaimSpec): void {
  for (const wish of wishesOf(spec)) {
    delete wish.tolerations;
    delete wish.capacity;
  }
  for (const constraint of spec.devices?.constraints ?? []) delete constraint.distinctAttribute;
}
