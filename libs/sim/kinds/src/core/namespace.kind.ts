import { defineKind, type DraftObject } from '@seatrial/apiserver';
import { isQualifiedName, validateFinalizerName } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, separateStatus } from '../registry/draft.js';
import { SPEC, complain } from '../validation/fields.js';

const NAME_LABEL = 'kubernetes.io/metadata.name';

const FINALIZERS = SPEC.child('finalizers');

/** Every namespace carries its name as a label; one whose name is generated gets it late. */
function labelWithName(draft: DraftObject): void {
  const { name, labels } = draft.metadata;
  if (typeof name === 'string' && name !== '')
    draft.metadata.labels = { ...(labels as Record<string, string> | undefined), [NAME_LABEL]: name };
}

/** Namespaces (k8s.io/kubernetes/pkg/registry/core/namespace, v1.35). */
export const namespaceKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'namespaces',
  kind: 'Namespace',
  generation: false,
  nameRule: 'dns-label',
  defaults: labelWithName,
  prepareForCreate: (draft) => {
    labelWithName(draft);
    const namespace = draftAs<core.Namespace>(draft);
    namespace.status = { phase: 'Active' };
    namespace.spec ??= {};
    namespace.spec.finalizers ??= [];
    if (!namespace.spec.finalizers.includes('kubernetes')) namespace.spec.finalizers.push('kubernetes');
  },
  prepareForUpdate: (draft, old, { subresource }) => {
    separateStatus(draft, old, subresource);
    if (subresource !== 'finalize') draft.spec = (old as unknown as { spec: typeof draft.spec }).spec;
  },
  validate: (object) =>
    (draftAs<core.Namespace>(object).spec?.finalizers ?? []).flatMap((finalizer) => [
      ...complain(FINALIZERS, finalizer, isQualifiedName(finalizer)),
      ...validateFinalizerName(finalizer, FINALIZERS),
    ]),
  selectableFields: (object) => ({ 'status.phase': draftAs<core.Namespace>(object).status?.phase ?? '' }),
  table: {
    columns: columnsOf('v1', 'namespaces'),
    cells: (object, now) => {
      const { metadata, status } = draftAs<core.Namespace>(object);
      return [metadata?.name, status?.phase ?? '', ageCell(metadata?.creationTimestamp, now)];
    },
  },
});
