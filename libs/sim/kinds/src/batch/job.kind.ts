import { jsonEqual } from '@seatrial/kernel';
import { defineKind, type DraftObject } from '@seatrial/apiserver';
import { formatLabelSelector, humanDuration, parseTime } from '@seatrial/schema';
import type * as batchv1 from 'kubernetes-types/batch/v1.js';
import { templateWarnings } from '../pods/pod.warnings.js';
import { ageCell, containerCells } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, emptyStatus, separateStatus } from '../registry/draft.js';
import { defaultJobSpec } from './job.defaults.js';
import { validateJob, validateJobUpdate } from './job.validation.js';

type Labels = Record<string, string>;

/** A job without labels has those of its template: the same map, so that it gets the generated ones too. */
function defaultLabels(draft: DraftObject): void {
  const labels = draftAs<batchv1.Job>(draft).spec?.template.metadata?.labels;
  const own = (draft.metadata.labels as Labels | undefined) ?? {};
  if (labels && Object.keys(labels).length > 0 && Object.keys(own).length === 0) draft.metadata.labels = labels;
}

/** generateSelector of the job strategy: the uid labels that tie pods to their job. */
function generateSelector(draft: DraftObject): void {
  const { spec, metadata } = draftAs<batchv1.Job>(draft);
  if (!spec || spec.manualSelector) return;
  const uid = metadata?.uid ?? '';
  const name = metadata?.name ?? '';
  spec.template.metadata ??= {};
  const labels = { ...spec.template.metadata.labels };
  labels['job-name'] ??= name;
  labels['batch.kubernetes.io/job-name'] ??= name;
  labels['controller-uid'] ??= uid;
  labels['batch.kubernetes.io/controller-uid'] ??= uid;
  if (metadata && metadata.labels === spec.template.metadata.labels) metadata.labels = labels;
  spec.template.metadata.labels = labels;
  spec.selector ??= {};
  const match = { ...spec.selector.matchLabels };
  match['batch.kubernetes.io/controller-uid'] ??= uid;
  spec.selector.matchLabels = match;
}

function isCondition(job: batchv1.Job, type: string): boolean {
  return (job.status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');
}

function statusCell(job: batchv1.Job): string {
  if (isCondition(job, 'Complete')) return 'Complete';
  if (isCondition(job, 'Failed')) return 'Failed';
  if (job.metadata?.deletionTimestamp) return 'Terminating';
  if (isCondition(job, 'Suspended')) return 'Suspended';
  if (isCondition(job, 'FailureTarget')) return 'FailureTarget';
  if (isCondition(job, 'SuccessCriteriaMet')) return 'SuccessCriteriaMet';
  return 'Running';
}

function completionsCell(job: batchv1.Job): string {
  const done = job.status?.succeeded ?? 0;
  if (job.spec?.completions !== undefined) return `${done}/${job.spec.completions}`;
  const parallelism = job.spec?.parallelism ?? 0;
  return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
}

function durationCell(job: batchv1.Job, now: number): string {
  const start = parseTime(job.status?.startTime ?? '');
  if (start === undefined) return '';
  const failed = (job.status?.conditions ?? []).find(({ type, status }) => type === 'Failed' && status === 'True');
  const end = job.status?.completionTime ?? failed?.lastTransitionTime;
  return humanDuration((parseTime(end ?? '') ?? now) - start);
}

/** Jobs (k8s.io/kubernetes/pkg/registry/batch/job, v1.35). */
export const jobKind = defineKind({
  group: 'batch',
  version: 'v1',
  resource: 'jobs',
  kind: 'Job',
  defaults: (draft) => {
    const { spec } = draftAs<batchv1.Job>(draft);
    if (!spec) return;
    defaultJobSpec(spec);
    defaultLabels(draft);
  },
  prepareForCreate: (draft) => {
    generateSelector(draft);
    defaultLabels(draft);
    draft.status = emptyStatus({ group: 'batch', version: 'v1', kind: 'Job' });
  },
  prepareForUpdate: (draft, old, { subresource }) => separateStatus(draft, old, subresource),
  generation: (object, old) => !jsonEqual(draftAs<batchv1.Job>(object).spec, draftAs<batchv1.Job>(old).spec),
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  warnings: (object, old) => templateWarnings(object, old, draftAs<batchv1.Job>(object).spec?.template),
  selectableFields: (object) => ({
    'status.successful': String(draftAs<batchv1.Job>(object).status?.succeeded ?? 0),
  }),
  defaultPropagation: 'Orphan',
  table: {
    columns: columnsOf('batch/v1', 'jobs'),
    cells: (object, now) => {
      const job = draftAs<batchv1.Job>(object);
      return [
        job.metadata?.name,
        statusCell(job),
        completionsCell(job),
        durationCell(job, now),
        ageCell(job.metadata?.creationTimestamp, now),
        ...containerCells(job.spec?.template.spec?.containers),
        formatLabelSelector(job.spec?.selector),
      ];
    },
  },
});
