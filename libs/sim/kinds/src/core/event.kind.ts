import { defineKind, type KubeObject } from '@seatrial/apiserver';
import { humanDuration, parseTime } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';
import { validateEvent, validateEventUpdate } from './event.validation.js';

const ago = (time: number | undefined, now: number): string =>
  time === undefined ? '<unknown>' : humanDuration(now - time);

function cells(object: KubeObject, now: number): readonly unknown[] {
  const event = draftAs<core.Event>(object);
  const time = (value: unknown): number | undefined => (typeof value === 'string' ? parseTime(value) : undefined);
  const eventTime = time(event.eventTime);
  const first = time(event.firstTimestamp) ?? eventTime;
  const last = event.series ? time(event.series.lastObservedTime) : (time(event.lastTimestamp) ?? first);
  const count = event.series?.count ?? (event.count || 1);
  const target = event.involvedObject;
  const component = event.source?.component || event.reportingComponent || '';
  const host = event.source?.host ?? event.reportingInstance ?? '';
  return [
    ago(last, now),
    event.type,
    event.reason,
    target.name ? `${(target.kind ?? '').toLowerCase()}/${target.name}` : (target.kind ?? '').toLowerCase(),
    target.fieldPath ?? '',
    host && event.source?.component ? `${component}, ${host}` : component,
    (event.message ?? '').trim(),
    ago(first, now),
    count,
    event.metadata.name,
  ];
}

/** Events (k8s.io/kubernetes/pkg/registry/core/event, v1.35). */
export const eventKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'events',
  kind: 'Event',
  generation: false,
  validate: validateEvent,
  validateUpdate: validateEventUpdate,
  validatesMetadata: ({ group }) => group !== '',
  selectableFields: (object) => {
    const event = draftAs<core.Event>(object);
    const target = event.involvedObject;
    return {
      'involvedObject.kind': target.kind ?? '',
      'involvedObject.namespace': target.namespace ?? '',
      'involvedObject.name': target.name ?? '',
      'involvedObject.uid': target.uid ?? '',
      'involvedObject.apiVersion': target.apiVersion ?? '',
      'involvedObject.resourceVersion': target.resourceVersion ?? '',
      'involvedObject.fieldPath': target.fieldPath ?? '',
      reason: event.reason ?? '',
      reportingComponent: event.reportingComponent ?? '',
      source: event.source?.component ?? event.reportingComponent ?? '',
      type: event.type ?? '',
    };
  },
  table: { columns: columnsOf('v1', 'events'), cells },
});
