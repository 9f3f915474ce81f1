import type { CoreEvent, KubeObject } from '@seatrial/apiserver';
import { parseTime } from '@seatrial/schema';
import { goSort } from '../printers/go-sort.js';
import { referenceTo, searchEvents, type DescribeContext, type EventReference } from './describe-context.js';
import { since } from './metadata-lines.js';
import type { DescriptionWriter } from './tabbed-text.js';

/** The events section about an object (nothing when events are not to be shown). */
export function writeEventsOf(
  w: DescriptionWriter,
  object: KubeObject,
  context: DescribeContext,
  reference: EventReference = referenceTo(object),
): void {
  if (context.showEvents) writeEvents(w, searchEvents(context, reference), context.now);
}

const lastSeen = (event: CoreEvent): number =>
  event.lastTimestamp ? (parseTime(event.lastTimestamp) ?? 0) : -Infinity;

/** Events by the time they were last seen. */
export function writeEvents(w: DescriptionWriter, events: readonly CoreEvent[], now: number): void {
  if (events.length === 0) {
    w.write(0, 'Events:\t<none>\n');
    return;
  }
  w.flush();
  w.write(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage\n');
  w.write(1, '----\t------\t----\t----\t-------\n');
  for (const event of goSort(events, (a, b) => lastSeen(a) < lastSeen(b))) {
    const source = event.source?.component || event.reportingComponent || '';
    const fieldPath = event.involvedObject.fieldPath;
    const message = (event.message ?? '').trim();
    w.write(
      1,
      `${event.type ?? ''}\t${event.reason ?? ''}\t${age(event, now)}\t${source}\t${fieldPath ? `${fieldPath}: ` : ''}${message}\n`,
    );
  }
}

function age(event: CoreEvent, now: number): string {
  const first = since(event.eventTime ?? event.firstTimestamp, now);
  if (event.series)
    return `${since(event.series.lastObservedTime, now)} (x${String(event.series.count ?? 0)} over ${first})`;
  const count = event.count ?? 0;
  return count > 1 ? `${since(event.lastTimestamp, now)} (x${String(count)} over ${first})` : first;
}
