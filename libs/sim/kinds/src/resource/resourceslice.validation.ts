import type { KubeObject } from '@seatrial/apiserver';
import {
  fieldErrors,
  goValue,
  isDns1123Label,
  isDns1123Subdomain,
  type FieldError,
  type FieldPath,
} from '@seatrial/schema';
import type { JsonObject } from '@seatrial/kernel';
import type * as core from 'kubernetes-types/core/v1.js';
import { validateNodeSelector } from '../pods/validation/affinity.validation.js';
import { draftAs } from '../registry/draft.js';
import { validateCsiDriverName } from '../storage/csi-driver-name.js';
import { SPEC, complain, immutable } from '../validation/fields.js';
import { validateMap, validateSet } from '../validation/sets.js';
import { validateDeviceName } from './device.validation.js';

interface Attribute {
  readonly bool?: boolean;
  readonly int?: number;
  readonly string?: string;
  readonly version?: string;
}

/** A device as a slice has it; what only alpha features read is left out. */
export interface Device {
  readonly name?: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly capacity?: Record<string, { requestPolicy?: unknown }>;
  [alpha: string]: unknown;
}

export interface SliceSpec {
  readonly driver?: string;
  readonly pool?: { readonly name?: string; readonly generation?: number; readonly resourceSliceCount?: number };
  readonly nodeName?: string;
  readonly nodeSelector?: core.NodeSelector;
  readonly allNodes?: boolean;
  readonly devices?: readonly Device[];
  sharedCounters?: unknown;
  perDeviceNodeSelection?: unknown;
}

const MAX_DEVICES = 128;
const MAX_KEY = 63 + 1 + 32;
const MAX_POOL_NAME = 253;
const MAX_FACTS = 32;
const MAX_VALUE = 64;
const PLACES = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';

const NUMBER = '(0|[1-9]\\d*)';
const PRE_RELEASE = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const SEMVER = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(-${PRE_RELEASE}(\\.${PRE_RELEASE})*)?(\\+[0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*)?$`,
);

function validateAttribute(attribute: Attribute, path: FieldPath): FieldError[] {
  const { string, version } = attribute;
  const errors: FieldError[] = [];
  if (string !== undefined && string.length > MAX_VALUE)
    errors.push(fieldErrors.tooLong(path.child('string'), MAX_VALUE));
  if (version !== undefined) {
    const at = path.child('version');
    // A version that is longer than it may be is not matched: the pattern would go back and forth in it.
    if (version.length > MAX_VALUE * 16 || !SEMVER.test(version))
      errors.push(fieldErrors.invalid(at, version, 'must be a string compatible with semver.org spec 2.0.0'));
    if (version.length > MAX_VALUE) errors.push(fieldErrors.tooLong(at, MAX_VALUE));
  }
  const { bool, int } = attribute;
  const values = [bool, int, string, version].filter((value) => value !== undefined).length;
  if (values === 1) return errors;
  const shown = {
    IntValue: int ?? null,
    BoolValue: bool ?? null,
    StringValue: string ?? null,
    VersionValue: version ?? null,
  };
  return [...errors, fieldErrors.invalid(path, values === 0 ? '' : shown, 'exactly one value must be specified')];
}

function validateDevice(device: Device, path: FieldPath): FieldError[] {
  const { name = '', attributes = {}, capacity = {} } = device;
  const facts = Object.keys(attributes).length + Object.keys(capacity).length;
  const errors = complain(path.child('name'), name, isDns1123Label(name));
  if (facts > MAX_FACTS)
    errors.push(
      fieldErrors.invalid(
        path,
        facts,
        `the total number of attributes and capacities must not exceed ${String(MAX_FACTS)}`,
      ),
    );
  return [
    ...errors,
    ...validateMap(attributes, { key: MAX_KEY }, validateDeviceName, validateAttribute, path.child('attributes')),
    ...validateMap(capacity, { key: MAX_KEY }, validateDeviceName, () => [], path.child('capacity')),
  ];
}

function validatePool({ name = '', generation = 0, resourceSliceCount = 0 }: NonNullable<SliceSpec['pool']>) {
  const path = SPEC.child('pool');
  const at = path.child('name');
  const errors: FieldError[] = [];
  if (name === '') errors.push(fieldErrors.required(at));
  else {
    if (name.length > MAX_POOL_NAME) errors.push(fieldErrors.tooLong(at, MAX_POOL_NAME));
    for (const part of name.split('/')) errors.push(...complain(at, part, isDns1123Subdomain(part)));
  }
  if (resourceSliceCount <= 0)
    errors.push(fieldErrors.invalid(path.child('resourceSliceCount'), resourceSliceCount, 'must be greater than zero'));
  if (generation < 0)
    errors.push(fieldErrors.invalid(path.child('generation'), generation, 'must be greater than or equal to zero'));
  return errors;
}

/** Where the devices are: one node, nodes that are selected, or all. */
function validatePlace({ nodeName, nodeSelector, allNodes }: SliceSpec): FieldError[] {
  const set: string[] = [];
  const errors: FieldError[] = [];
  if (nodeName === '')
    errors.push(fieldErrors.invalid(SPEC.child('nodeName'), '', 'must be either unset or set to a non-empty string'));
  else if (nodeName !== undefined) {
    set.push('`nodeName`');
    errors.push(...complain(SPEC.child('nodeName'), nodeName, isDns1123Subdomain(nodeName)));
  }
  if (nodeSelector) {
    const path = SPEC.child('nodeSelector');
    const terms = (nodeSelector.nodeSelectorTerms as core.NodeSelectorTerm[] | null | undefined) ?? [];
    set.push('`nodeSelector`');
    errors.push(...validateNodeSelector(nodeSelector, path));
    if (terms.length !== 1) {
      const shown = goValue('core.v1', 'NodeSelector', nodeSelector as unknown as JsonObject)?.NodeSelectorTerms;
      errors.push(
        fieldErrors.invalid(path.child('nodeSelectorTerms'), shown, 'must have exactly one node selector term'),
      );
    }
  }
  if (allNodes === true) set.push('`allNodes`');
  else if (allNodes === false)
    errors.push(fieldErrors.invalid(SPEC.child('allNodes'), false, 'must be either unset or set to true'));
  if (set.length === 0) errors.push(fieldErrors.required(SPEC, PLACES));
  if (set.length > 1)
    errors.push(fieldErrors.invalid(SPEC, `{${set.join(', ')}}`, `${PLACES}, but multiple fields are set`));
  return errors;
}

export const sliceSpecOf = (object: KubeObject): SliceSpec => draftAs<{ spec?: SliceSpec }>(object).spec ?? {};

/** ValidateResourceSlice (pkg/apis/resource/validation, v1.35). */
export function validateResourceSlice(object: KubeObject, before?: KubeObject): FieldError[] {
  const spec = sliceSpecOf(object);
  const old = before && sliceSpecOf(before);
  return [
    ...validateCsiDriverName(spec.driver, SPEC.child('driver')),
    ...validatePool(spec.pool ?? {}),
    ...(old
      ? [
          ...immutable(spec.pool?.name, old.pool?.name, SPEC.child('pool', 'name')),
          ...immutable(spec.driver, old.driver, SPEC.child('driver')),
          ...immutable(spec.nodeName, old.nodeName, SPEC.child('nodeName')),
        ]
      : []),
    ...validatePlace(spec),
    ...validateSet(spec.devices, MAX_DEVICES, validateDevice, ({ name = '' }) => name, SPEC.child('devices')),
  ];
}

const ALPHA_FIELDS = [
  'allNodes',
  'allowMultipleAllocations',
  'bindingConditions',
  'bindingFailureConditions',
  'bindsToNode',
  'consumesCounters',
  'nodeName',
  'nodeSelector',
  'taints',
];

/** What only alpha features read is dropped (pkg/registry/resource/resourceslice dropDisabledFields). */
export function dropAlphaSliceFields(spec: SliceSpec): void {
  delete spec.sharedCounters;
  delete spec.perDeviceNodeSelection;
  for (const device of spec.devices ?? []) {
    for (const field of ALPHA_FIELDS) Reflect.deleteProperty(device, field);
    for (const capacity of Object.values(device.capacity ?? {})) delete capacity.requestPolicy;
  }
}
