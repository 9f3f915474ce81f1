import { jsonEqual } from '@seatrial/kernel';
import { defineKind } from '@seatrial/apiserver';
import { formatLabelSelector } from '@seatrial/schema';
import type * as appsv1 from 'kubernetes-types/apps/v1.js';
import { templateWarnings } from '../pods/pod.warnings.js';
import { defaultPodTemplate } from '../pods/pod-template.defaults.js';
import { ageCell, containerCells, labelsCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, emptyStatus, separateStatus } from '../registry/draft.js';
import { validateDaemonSet, validateDaemonSetUpdate } from './daemonset.validation.js';

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** DaemonSets (k8s.io/kubernetes/pkg/registry/apps/daemonset, v1.35). */
export const daemonSetKind = defineKind({
  group: 'apps',
  version: 'v1',
  resource: 'daemonsets',
  kind: 'DaemonSet',
  defaults: (draft) => {
    const { spec } = draftAs<appsv1.DaemonSet>(draft);
    // The generation of the template is a field of the internal type; the annotation is how v1 shows it.
    const annotations = draft.metadata.annotations as Record<string, string> | undefined;
    draft.metadata.annotations = { [TEMPLATE_GENERATION]: '0', ...annotations };
    if (!spec) return;
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= 'RollingUpdate';
    if (spec.updateStrategy.type === 'RollingUpdate') {
      spec.updateStrategy.rollingUpdate ??= {};
      spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
      spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
    }
    spec.revisionHistoryLimit ??= 10;
    defaultPodTemplate(spec.template);
  },
  prepareForCreate: (draft) => {
    draft.status = emptyStatus({ group: 'apps', version: 'v1', kind: 'DaemonSet' });
    const annotations = draft.metadata.annotations as Record<string, string> | undefined;
    const given = Number(annotations?.[TEMPLATE_GENERATION] ?? 0);
    draft.metadata.annotations = { ...annotations, [TEMPLATE_GENERATION]: String(Math.max(1, given)) };
  },
  prepareForUpdate: (draft, old, { subresource }) => {
    separateStatus(draft, old, subresource);
    keepTemplateGeneration(draft.metadata, draftAs<appsv1.DaemonSet>(draft), draftAs<appsv1.DaemonSet>(old));
  },
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
  warnings: (object, old) => templateWarnings(object, old, draftAs<appsv1.DaemonSet>(object).spec?.template),
  defaultPropagation: 'Background',
  table: {
    columns: columnsOf('apps/v1', 'daemonsets'),
    cells: (object, now) => {
      const { metadata, spec, status } = draftAs<appsv1.DaemonSet>(object);
      return [
        metadata?.name,
        status?.desiredNumberScheduled ?? 0,
        status?.currentNumberScheduled ?? 0,
        status?.numberReady ?? 0,
        status?.updatedNumberScheduled ?? 0,
        status?.numberAvailable ?? 0,
        labelsCell(spec?.template.spec?.nodeSelector),
        ageCell(metadata?.creationTimestamp, now),
        ...containerCells(spec?.template.spec?.containers),
        formatLabelSelector(spec?.selector),
      ];
    },
  },
});

/** spec.templateGeneration lives on as an annotation in apps/v1: it counts changes of the template. */
function keepTemplateGeneration(
  metadata: { annotations?: unknown },
  draft: appsv1.DaemonSet,
  old: appsv1.DaemonSet,
): void {
  const before = Number(old.metadata?.annotations?.[TEMPLATE_GENERATION] ?? 1);
  const changed = !jsonEqual(draft.spec?.template, old.spec?.template);
  metadata.annotations = {
    ...(metadata.annotations as Record<string, string> | undefined),
    [TEMPLATE_GENERATION]: String(changed ? before + 1 : before),
  };
}
