import { EVENTS, type CoreEvent } from '@seatrial/apiserver';
import { compareStrings, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { humanDuration } from '@seatrial/schema';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag, stringFlag, stringSliceFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { objectPrinter } from '../../printers/object-printer.js';
import { TABLE_LAYOUT, TabWriter } from '../../printers/tab-writer.js';
import { listObjects } from '../../resource/resolve-infos.js';
import { mappingFor } from '../../resource/resource-selection.js';
import { openWatch } from '../get/get-watch.js';

const instant = (time: string | undefined | null): number | undefined => (time ? Date.parse(time) : undefined);

const lastSeen = (event: CoreEvent): number =>
  instant(event.series?.lastObservedTime) ?? instant(event.lastTimestamp) ?? instant(event.eventTime) ?? 0;

function age(k: Invocation, event: CoreEvent): string {
  const first = instant(event.firstTimestamp) ?? instant(event.eventTime);
  const since = (time: number | undefined): string =>
    time === undefined ? '<unknown>' : humanDuration(k.now() - time);
  const count = event.series?.count ?? event.count ?? 1;
  return count > 1 ? `${since(lastSeen(event))} (x${count} over ${since(first)})` : since(first);
}

function row(k: Invocation, event: CoreEvent, withNamespace: boolean): string {
  const { kind = '', name = '' } = event.involvedObject;
  const namespace = withNamespace ? `${event.metadata.namespace ?? ''}\t` : '';
  return `${namespace}${age(k, event)}\t${event.type ?? ''}\t${event.reason ?? ''}\t${kind}/${name}\t${(event.message ?? '').trim()}\n`;
}

/** `--for TYPE/NAME` as a field selector. */
function* involved(k: Invocation, typed: string): Coroutine<string> {
  const [type, name, ...more] = typed.split('/') as [string, string | undefined];
  if (name === undefined) failWith('--for must be in resource/name form');
  if (more.length > 0) failWith('arguments in resource/name form may not have more than one slash');
  const mapping = yield* mappingFor(k, type);
  return `involvedObject.kind=${mapping.kind},involvedObject.name=${name}`;
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
  const listed = (yield* listObjects(k, selected, '', fieldSelector)) as unknown as CoreEvent[];
  const events = listed
    .filter((event) => wanted(k, event))
    .sort((a, b) => lastSeen(a) - lastSeen(b) || compareStrings(a.metadata.name, b.metadata.name));
  if (events.length === 0 && !flags.bool('watch')) {
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
    yield* k.out(objectPrinter(k, '')(list));
    return 0;
  }
  const writer = new TabWriter(TABLE_LAYOUT);
  if (!flags.bool('no-headers')) writer.write(`${all ? 'NAMESPACE\t' : ''}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`);
  for (const event of events) writer.write(row(k, event, all));
  yield* k.out(writer.flush());
  if (!flags.bool('watch')) return 0;
  const api = yield* k.api();
  const { stream } = yield* openWatch(k, selected, {
    fieldSelector,
    resourceVersion: String(api.server.store.resourceVersion),
  });
  for (;;) {
    const change = yield* stream.next();
    if (!change || change.type === 'DELETED' || !wanted(k, change.object as CoreEvent)) continue;
    writer.write(row(k, change.object as CoreEvent, all));
    yield* k.out(writer.flush());
  }
}

/** `kubectl events` (k8s.io/kubectl/pkg/cmd/events). */
export const eventsCommand = defineVerb({
  name: 'events',
  usage: '[(-o|--output=)json|yaml|name|...] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]',
  short: 'List events',
  flags: [
    boolFlag('all-namespaces', 'List the requested object(s) across all namespaces.', { shorthand: 'A' }),
    boolFlag('allow-missing-template-keys', '', { default: 'true' }),
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
