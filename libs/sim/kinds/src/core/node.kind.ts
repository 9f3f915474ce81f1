import { defineKind, type KubeObject } from '@seatrial/apiserver';
import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { FieldPath, fieldErrors, isValidCidr, isValidLabelValue, parseCidr, type FieldError } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { NONE, ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, separateStatus } from '../registry/draft.js';
import { SPEC, complain, oneOf } from '../validation/fields.js';
import { validateLabelName } from '../validation/label-selector.validation.js';

const ROLE_PREFIX = 'node-role.kubernetes.io/';

function rolesCell(labels: Readonly<Record<string, string>> | undefined): string {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length) roles.add(key.slice(ROLE_PREFIX.length));
    else if (key === 'kubernetes.io/role' && value !== '') roles.add(value);
  }
  return roles.size === 0 ? NONE : [...roles].sort().join(',');
}

function statusCell(node: core.Node): string {
  const ready = (node.status?.conditions ?? []).find(({ type }) => type === 'Ready');
  const status = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return node.spec?.unschedulable ? `${status},SchedulingDisabled` : status;
}

const address = (node: core.Node, type: string): string =>
  (node.status?.addresses ?? []).find((entry) => entry.type === type)?.address || NONE;

/** Where complaints about taints are placed: the server says `metadata`. */
const TAINTS = FieldPath.root('metadata', 'taints');

function validateTaints(object: KubeObject): FieldError[] {
  const seen = new Set<string>();
  return (draftAs<core.Node>(object).spec?.taints ?? []).flatMap((taint, index) => {
    const at = TAINTS.index(index);
    const errors = validateLabelName(taint.key, at.child('key'));
    const wrong = isValidLabelValue(taint.value ?? '');
    if (wrong.length > 0) errors.push(fieldErrors.invalid(at.child('value'), taint.value, wrong.join(';')));
    errors.push(
      ...oneOf(taint.effect, ['NoSchedule', 'PreferNoSchedule', 'NoExecute'], at.child('effect'), 'required'),
    );
    const key = `${taint.key}:${taint.effect}`;
    if (seen.has(key)) {
      const shown = { Key: taint.key, Value: taint.value ?? '', Effect: taint.effect, TimeAdded: null };
      const duplicate = fieldErrors.duplicate(at, shown);
      errors.push({ ...duplicate, body: `${duplicate.body}: taints must be unique by key and effect pair` });
    }
    seen.add(key);
    return errors;
  });
}

const CIDRS = SPEC.child('podCIDRs');

/** The pods' ranges: one for each family at most. */
function validatePodCidrs(cidrs: readonly string[]): FieldError[] {
  const errors = cidrs.flatMap((cidr, index) => complain(CIDRS.index(index), cidr, isValidCidr(cidr)));
  if (cidrs.length < 2) return errors;
  const bad = cidrs.findIndex((cidr) => parseCidr(cidr) === undefined);
  if (bad >= 0)
    errors.push(
      fieldErrors.internal(
        CIDRS,
        `invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[${String(bad)}]: <nil> (invalid CIDR address: ${cidrs[bad]})`,
      ),
    );
  const families = new Set(cidrs.map((cidr) => parseCidr(cidr)?.address.bits));
  if (bad >= 0 || families.size < 2 || cidrs.length > 2)
    errors.push(fieldErrors.invalid(CIDRS, cidrs, 'may specify no more than one CIDR for each IP family'));
  return errors;
}

/** ValidateNode. */
const validateNode = (object: KubeObject): FieldError[] => [
  ...validateTaints(object),
  ...validatePodCidrs(draftAs<core.Node>(object).spec?.podCIDRs ?? []),
];

/** ValidateNodeUpdate: what a node was given once stays; then the whole is looked at again. */
function validateNodeUpdate(object: KubeObject, before: KubeObject): FieldError[] {
  const [now, old] = [object, before].map((one) => draftAs<core.Node>(one).spec ?? {});
  const [cidrs, was] = [now.podCIDRs ?? [], old.podCIDRs ?? []];
  const errors: FieldError[] = validateNode(object);
  const changed = was.length === cidrs.length ? was.filter((cidr, index) => cidr !== cidrs[index]).length : 1;
  if (was.length > 0)
    for (let count = 0; count < changed; count++)
      errors.push(fieldErrors.forbidden(CIDRS, 'node updates may not change podCIDR except from "" to valid'));
  if (old.providerID && now.providerID !== old.providerID)
    errors.push(
      fieldErrors.forbidden(SPEC.child('providerID'), 'node updates may not change providerID except from "" to valid'),
    );
  return errors;
}

/** Of the two names of a node's ranges the older one is the first of the newer. */
function alignPodCidrs({ spec }: JsonObject): void {
  if (!isJsonObject(spec)) return;
  const { podCIDR: single, podCIDRs: several } = spec;
  delete spec.configSource;
  if (Array.isArray(several) && several.length > 0) {
    if (single === undefined) spec.podCIDR = several[0];
    else if (single !== several[0]) spec.podCIDRs = [single];
  } else if (typeof single === 'string' && single !== '') spec.podCIDRs = [single];
}

/** Nodes (k8s.io/kubernetes/pkg/registry/core/node, v1.35). */
export const nodeKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'nodes',
  kind: 'Node',
  generation: false,
  defaults: alignPodCidrs,
  prepareForUpdate: (draft, old, { subresource }) => separateStatus(draft, old, subresource),
  validate: validateNode,
  validateUpdate: (object, old, { subresource }) => (subresource === 'status' ? [] : validateNodeUpdate(object, old)),
  selectableFields: (object) => ({
    'spec.unschedulable': String(draftAs<core.Node>(object).spec?.unschedulable ?? false),
  }),
  table: {
    columns: columnsOf('v1', 'nodes'),
    cells: (object, now) => {
      const node = draftAs<core.Node>(object);
      const info = node.status?.nodeInfo;
      return [
        node.metadata?.name,
        statusCell(node),
        rolesCell(node.metadata?.labels),
        ageCell(node.metadata?.creationTimestamp, now),
        info?.kubeletVersion,
        address(node, 'InternalIP'),
        address(node, 'ExternalIP'),
        info?.osImage || '<unknown>',
        info?.kernelVersion || '<unknown>',
        info?.containerRuntimeVersion || '<unknown>',
      ];
    },
  },
});
