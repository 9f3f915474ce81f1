import { defineKind, type KubeObject } from '@seatrial/apiserver';
import { fieldErrors, isValidLabelValue, type FieldError } from '@seatrial/schema';
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

function validateNode(object: KubeObject): FieldError[] {
  const seen = new Set<string>();
  return (draftAs<core.Node>(object).spec?.taints ?? []).flatMap((taint, index) => {
    const at = SPEC.child('taints').index(index);
    const errors = validateLabelName(taint.key, at.child('key'));
    if (taint.value) errors.push(...complain(at.child('value'), taint.value, isValidLabelValue(taint.value)));
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

/** Nodes (k8s.io/kubernetes/pkg/registry/core/node, v1.35). */
export const nodeKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'nodes',
  kind: 'Node',
  generation: false,
  prepareForUpdate: (draft, old, { subresource }) => separateStatus(draft, old, subresource),
  validate: validateNode,
  validateUpdate: (object, _old, { subresource }) => (subresource === 'status' ? [] : validateNode(object)),
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
