import { EVENTS, type CoreEvent } from '@seatrial/apiserver';
import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { humanDuration } from '@seatrial/schema';
import { defineVerb } from '../../command/command.js';
import { attemptNow, CommandFailure, failWith } from '../../command/failure.js';
import { boolFlag, intFlag, stringFlag, stringSliceFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { goSort } from '../../printers/go-sort.js';
import { objectPrinter } from '../../printers/object-printer.js';
import { TABLE_LAYOUT, TabWriter } from '../../printers/tab-writer.js';
import { listObjects } from '../../resource/resolve-infos.js';
import { apiVersionOf } from '../../client/rest-mapper.js';
import { mappingFor, type SelectedResource } from '../../resource/resource-selection.js';
import { openWatch } from '../get/get-watch.js';

/** Microseconds since 1970, as precise as events are. */
const instant = (time: string | undefined | null): number | undefined =>
  time
    ? Date.parse(time.replace(/\.\d+/, '')) * 1000 + Number(`${/\.(\d+)/.exec(time)?.[1] ?? ''}000000`.slice(0, 6))
    : undefined;

/** SortableEvents' eventTime. */
const lastSeen = (event: CoreEvent): number =>
  (event.series
    ? instant(event.series.lastObservedTime)
    : (instant(event.lastTimestamp) ?? instant(event.eventTime))) ?? -Infinity;

/** What stands under LAST SEEN (event_printer.go getInterval). */
function age(k: Invocation, { eventTime, firstTimestamp, lastTimestamp, series, count = 0 }: CoreEvent): string {
  const since = (time: string | undefined | null): string =>
    time ? humanDuration(k.now() - Date.parse(time)) : '<unknown>';
  const first = since(eventTime ?? firstTimestamp);
  if (series) return `${since(series.lastObservedTime)} (x${series.count ?? 0} over ${first})`;
  return count > 1 ? `${since(lastTimestamp)} (x${count} over ${first})` : first;
}

function row(k: Invocation, event: CoreEvent, withNamespace: boolean): string {
  const { kind = '', name = '' } = event.involvedObject;
  const namespace = withNamespace ? `${event.metadata.namespace ?? ''}\t` : '';
  return `${namespace}${age(k, event)}\t${event.type ?? ''}\t${event.reason ?? ''}\t${kind}/${name}\t${(event.message ?? '').trim()}\n`;
}

/** What kubectl says of a NoResourceMatchError (cmdutil.checkErr). */
function unknownResource(word: string): never {
  const [resource, ...group] = word.split('.');
  const where = group.length === 0 ? '' : ` in group ${JSON.stringify(group.join('.'))}`;
  const text = `the server doesn't have a resource type ${JSON.stringify(resource)}${where}`;
  throw new CommandFailure([{ type: 'text', text, bare: true }]);
}

/** `--for TYPE/NAME` as a field selector. */
function* involved(k: Invocation, typed: string): Coroutine<string> {
  const [type, name, ...more] = typed.split('/') as [string, string | undefined];
  if (name === undefined) failWith('--for must be in resource/name form');
  if (more.length > 0) failWith('arguments in resource/name form may not have more than one slash');
  const word = type.toLowerCase();
  const mapping = (yield* k.api()).restMapper().mappingFor(word) ?? unknownResource(word);
  return `involvedObject.kind=${mapping.kind},involvedObject.apiVersion=${apiVersionOf(mapping)},involvedObject.name=${name}`;
}

function wanted(k: Invocation, event: CoreEvent): boolean {
  const types = k.flags.list('types').map((type) => type.toLowerCase());
  return types.length === 0 || types.includes((event.type ?? '').toLowerCase());
}

function* run(k: Invocation): Coroutine<number> {
  const { flags } = k;
  for (const type of flags.list('types'))
    if (!['normal', 'warning'].includes(type.toLowerCase())) failWith('valid --types are Normal or Warning');
  if (flags.string('output') !== '') objectPrinter(k, '');
  const all = flags.bool('all-namespaces');
  const { namespace } = k.namespace();
  const fieldSelector = flags.string('for') === '' ? '' : yield* involved(k, flags.string('for'));
  const mapping = yield* mappingFor(k, EVENTS.resource);
  const selected = { mapping, namespace: all ? '' : namespace };
  if (flags.bool('watch')) return yield* watchEvents(k, selected, fieldSelector);
  const listed = (yield* listObjects(k, selected, '', fieldSelector)) as unknown as CoreEvent[];
  const events = goSort(
    listed.filter((event) => wanted(k, event)),
    (a, b) => lastSeen(a) < lastSeen(b),
  );
  if (events.length === 0) {
    yield* k.err(all ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`);
    return 0;
  }
  if (flags.string('output') !== '') {
    const list: JsonObject = {
      apiVersion: 'v1',
      items: events as unknown as JsonObject[],
      kind: 'EventList',
      metadata: {},
    };
    // EventsOptions.Run drops the printer's errors, and the name printer prints no typed list.
    const printed = attemptNow(() => (flags.string('output') === 'name' ? '' : objectPrinter(k, '')(list)));
    if (!('failure' in printed)) yield* k.out(printed.value);
    return 0;
  }
  const writer = new TabWriter(TABLE_LAYOUT);
  if (!flags.bool('no-headers')) writer.write(headings(all));
  for (const event of events) writer.write(row(k, event, all));
  yield* k.out(writer.flush());
  return 0;
}

const headings = (all: boolean): string => `${all ? 'NAMESPACE\t' : ''}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`;

/** Those that there are, in the server's order, and each that comes. */
function* watchEvents(k: Invocation, selected: SelectedResource, fieldSelector: string): Coroutine<number> {
  const { flags } = k;
  const all = flags.bool('all-namespaces');
  const print = flags.string('output') === '' ? undefined : objectPrinter(k, '');
  const writer = new TabWriter(TABLE_LAYOUT);
  let headed = flags.bool('no-headers');
  const { stream } = yield* openWatch(k, selected, { fieldSelector });
  for (;;) {
    const change = yield* stream.next();
    const event = change?.object as CoreEvent | undefined;
    if (!event || change?.type === 'DELETED' || !wanted(k, event)) continue;
    if (print) {
      yield* k.out(print({ apiVersion: 'v1', kind: 'Event', ...(event as unknown as JsonObject) }));
      continue;
    }
    if (!headed) writer.write(headings(all));
    headed = true;
    writer.write(row(k, event, all));
    yield* k.out(writer.flush());
  }
}

/** `kubectl events` (k8s.io/kubectl/pkg/cmd/events). */
export const eventsCommand = defineVerb({
  name: 'events',
  usage:
    '[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]',
  short: 'List events',
  flags: [
    boolFlag('all-namespaces', 'List the requested object(s) across all namespaces.', { shorthand: 'A' }),
    boolFlag('allow-missing-template-keys', '', { default: 'true' }),
    intFlag('chunk-size', 'Return large lists in chunks rather than all at once.', { default: '500' }),
    stringFlag('for', 'Filter events to only those pertaining to the specified resource.'),
    boolFlag('no-headers', "Don't print headers."),
    stringFlag('output', 'Output format.', { shorthand: 'o' }),
    boolFlag('show-managed-fields', ''),
    stringFlag('template', ''),
    stringSliceFlag('types', 'Output only events of given types.'),
    boolFlag('watch', 'After listing the requested events, watch for more events.', { shorthand: 'w' }),
  ],
  run,
});
