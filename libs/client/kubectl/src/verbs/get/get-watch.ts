import { parseGoDuration } from '@seatrial/schema';
import type { ServedResource, WatchEvent } from '@seatrial/apiserver';
import { Condition, waitFor, type Coroutine, type JsonObject } from '@seatrial/kernel';
import {
  attempt,
  attemptNow,
  CommandFailure,
  failWith,
  isNotFound,
  plainMessage,
  statusError,
} from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { tableOf, type TablePrinter } from '../../printers/table-printer.js';
import { fetchObject, listObjects } from '../../resource/resolve-infos.js';
import type { SelectedResource } from '../../resource/resource-selection.js';
import { genericPrinter } from './get-generic.js';
import type { GetOptions } from './get-options.js';
import { fetchTable, getSelection, isFetched, tablePrinter } from './get-table.js';

/** Changes of a watch as they come, for a coroutine to take one after another. */
export class WatchStream {
  readonly changed = new Condition();
  private readonly events: WatchEvent[] = [];

  push(event: WatchEvent): void {
    this.events.push(event);
    this.changed.set();
  }

  /** The next event; waits until there is one. Undefined when the time is up. */
  *next(timeoutMs?: number): Coroutine<WatchEvent | undefined> {
    if (this.events.length === 0) {
      this.changed.clear();
      const index = yield* waitFor([this.changed], timeoutMs);
      if (index < 0) return undefined;
    }
    return this.events.shift();
  }
}

/** Starts a watch; the `stop` function ends it. */
export function* openWatch(
  k: Invocation,
  selected: SelectedResource,
  options: {
    readonly labelSelector?: string;
    readonly fieldSelector?: string;
    readonly resourceVersion?: string;
    readonly asTable?: boolean;
  },
): Coroutine<{ readonly stream: WatchStream; readonly stop: () => void }> {
  const api = yield* k.api();
  const { mapping, namespace, name } = selected;
  const stream = new WatchStream();
  const byName = name === undefined ? undefined : `metadata.name=${name}`;
  const fieldSelector = byName ?? (options.fieldSelector || undefined);
  const watch = api.server.watch(
    {
      group: mapping.group,
      version: mapping.version,
      resource: mapping.resource,
      user: api.user,
      ...(namespace === '' ? {} : { namespace }),
      ...(options.labelSelector ? { labelSelector: options.labelSelector } : {}),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
      ...(options.resourceVersion === undefined ? {} : { resourceVersion: options.resourceVersion }),
      ...(options.asTable ? { asTable: { includeObject: 'Metadata' as const } } : {}),
    },
    (event) => {
      stream.push(event);
    },
  );
  if (!watch.ok) throw new CommandFailure([statusError(watch.error)]);
  // A client that watches catches signals and exits with 1 (kubectl/pkg/util/interrupt).
  k.process.exitOnSignals(1);
  const stop = (): void => {
    k.process.exitOnSignals(undefined);
    watch.value.stop();
  };
  return { stream, stop };
}

/** `kubectl get -w`: what is there, then each change as it happens; ends with a signal. */
export function* watchObjects(k: Invocation, options: GetOptions): Coroutine<number> {
  if (options.sortBy !== '')
    yield* k.err('warning: --watch requested, --sort-by will be ignored for watch events received\n');
  const { selection, errors } = yield* getSelection(k, options);
  if (errors.length > 0) throw new CommandFailure(errors);
  if (selection.length !== 1) return yield* refuseSeveral(k, options, selection);
  const [selected] = selection;
  const view = options.human ? new TableView(k, options, selected.mapping) : new ObjectView(k, options);
  const started = yield* attempt(view.first(selected));
  if ('failure' in started) {
    if (k.flags.bool('ignore-not-found') && started.failure.errors.every(isNotFound)) return 0;
    throw started.failure;
  }
  const resourceVersion = started.value;
  const { stream, stop } = yield* openWatch(k, selected, { ...options, resourceVersion, asTable: options.human });
  try {
    // A request of limited time ends without a word.
    const given = parseGoDuration(k.flags.string('request-timeout'));
    const limit = given.ok ? given.value / 1e6 : Number(k.flags.string('request-timeout')) * 1000;
    const end = limit > 0 ? k.now() + limit : undefined;
    for (;;) {
      const event = yield* stream.next(end === undefined ? undefined : Math.max(0, end - k.now()));
      if (event) {
        // What cannot be printed ends the watch without a word: nobody looks at its error.
        const shown = yield* attempt(view.change(selected, event));
        if ('failure' in shown) return 0;
      } else if (end !== undefined && k.now() >= end) return 0;
    }
  } finally {
    stop();
  }
}

/** Several objects are printed, several resources or one that is not there refused (GetOptions.watch, resource.Result.Watch). */
function* refuseSeveral(k: Invocation, options: GetOptions, selection: readonly SelectedResource[]): Coroutine<number> {
  const view = options.human ? new TableView(k, options, selection[0].mapping) : new ObjectView(k, options);
  const objects: JsonObject[] = [];
  for (const { mapping, namespace, name } of selection) {
    if (name === undefined) continue;
    const fetched = yield* attempt(fetchObject(k, mapping, namespace, name));
    if ('value' in fetched) objects.push(fetched.value);
    else if (k.flags.bool('ignore-not-found') && fetched.failure.errors.every(isNotFound)) return 0;
    else throw fetched.failure;
  }
  if (!options.watchOnly) yield* view.several(selection, objects);
  return failWith('you may only watch a single resource or type of resource at a time');
}

interface View {
  /** Prints several objects at once. */
  several(selection: readonly SelectedResource[], objects: readonly JsonObject[]): Coroutine<void>;
  /** Prints what is there (unless only changes are wanted); gives the resourceVersion to watch from. */
  first(selected: SelectedResource): Coroutine<string>;
  change(selected: SelectedResource, event: WatchEvent): Coroutine<void>;
}

class TableView implements View {
  private readonly printer: TablePrinter;
  constructor(
    private readonly k: Invocation,
    private readonly options: GetOptions,
    mapping: ServedResource,
  ) {
    this.printer = tablePrinter(k, options, mapping, k.flags.bool('show-kind'));
  }

  *first(selected: SelectedResource): Coroutine<string> {
    const fetched = yield* fetchTable(this.k, selected, this.options);
    if (!isFetched(fetched)) throw new CommandFailure([fetched]);
    const api = yield* this.k.api();
    if (!this.options.watchOnly && fetched.table.rows.length > 0)
      yield* this.show(() => this.printer.add(fetched.table, undefined, this.eventName('ADDED')));
    return String(api.server.store.resourceVersion);
  }

  *several(selection: readonly SelectedResource[]): Coroutine<void> {
    for (const selected of selection) {
      const fetched = yield* fetchTable(this.k, selected, this.options);
      if (isFetched(fetched)) this.printer.add(fetched.table, undefined, this.eventName('ADDED'));
    }
    yield* this.k.out(this.printer.flush());
  }

  *change(_selected: SelectedResource, event: WatchEvent): Coroutine<void> {
    const table = event.table && tableOf(event.table);
    if (table) {
      yield* this.show(() => this.printer.add(table, undefined, this.eventName(event.type)));
    }
  }

  private eventName(type: string): string | undefined {
    return this.k.flags.bool('output-watch-events') ? type : undefined;
  }

  private *show(add: () => void): Coroutine<void> {
    add();
    yield* this.k.out(this.printer.flush());
  }
}

class ObjectView implements View {
  private readonly print: (object: JsonObject) => string;
  constructor(
    private readonly k: Invocation,
    private readonly options: GetOptions,
  ) {
    this.print = genericPrinter(k, options);
  }

  *first(selected: SelectedResource): Coroutine<string> {
    const api = yield* this.k.api();
    const objects =
      selected.name === undefined
        ? yield* listObjects(this.k, selected, this.options.labelSelector, this.options.fieldSelector)
        : [yield* fetchObject(this.k, selected.mapping, selected.namespace, selected.name)];
    const resourceVersion = String(api.server.store.resourceVersion);
    if (!this.options.watchOnly) yield* this.several([selected], objects);
    return resourceVersion;
  }

  *several(_selection: readonly SelectedResource[], objects: readonly JsonObject[]): Coroutine<void> {
    const shown = objects.map((object) => this.asShown('ADDED', object));
    // The columns of a table are as wide as all that is there needs.
    const pieces = this.options.format.startsWith('custom-columns') && shown.length > 0 ? [{ items: shown }] : shown;
    for (const piece of pieces) {
      const printed = attemptNow(() => this.print(piece));
      if ('value' in printed) yield* this.k.out(printed.value);
      else failWith(`unable to output the provided object: ${plainMessage(printed.failure.errors[0])}`);
    }
  }

  *change(_selected: SelectedResource, event: WatchEvent): Coroutine<void> {
    yield* this.show(event.type, event.object as unknown as JsonObject);
  }

  private *show(type: string, object: JsonObject): Coroutine<void> {
    yield* this.k.out(this.print(this.asShown(type, object)));
  }

  /** The name printer looks through events; the others show them. */
  private asShown(type: string, object: JsonObject): JsonObject {
    const asEvent = this.k.flags.bool('output-watch-events') && this.options.format !== 'name';
    return asEvent ? { object, type } : object;
  }
}
