import { parseGoDuration } from '@seatrial/schema';
import type { ServedResource, WatchEvent } from '@seatrial/apiserver';
import { Condition, waitFor, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { CommandFailure, failWith, statusError } from '../../command/failure.js';
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
  if (selection.length !== 1) {
    // All are asked for first, and the first that is not there says so (GetOptions.watch: r.Infos).
    for (const each of selection) {
      const fetched = yield* fetchTable(k, each, options);
      if (isFetched(fetched)) continue;
      const missing = fetched.type === 'status' && fetched.status.reason === 'NotFound';
      if (missing && k.flags.bool('ignore-not-found')) return 0;
      throw new CommandFailure([fetched]);
    }
    failWith(
      'watch is only supported on individual resources and resource collections - more than 1 resource was found',
    );
  }
  const [selected] = selection;
  const view = options.human ? new TableView(k, options, selected.mapping) : new ObjectView(k, options);
  const resourceVersion = yield* view.first(selected);
  const { stream, stop } = yield* openWatch(k, selected, { ...options, resourceVersion, asTable: options.human });
  try {
    // A request of limited time ends without a word.
    const given = parseGoDuration(k.flags.string('request-timeout'));
    const limit = given.ok ? given.value / 1e6 : Number(k.flags.string('request-timeout')) * 1000;
    const end = limit > 0 ? k.now() + limit : undefined;
    for (;;) {
      const event = yield* stream.next(end === undefined ? undefined : Math.max(0, end - k.now()));
      if (event) yield* view.change(selected, event);
      else if (end !== undefined && k.now() >= end) return 0;
    }
  } finally {
    stop();
  }
}

interface View {
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
    if (!this.options.watchOnly) for (const object of objects) yield* this.show('ADDED', object);
    return resourceVersion;
  }

  *change(_selected: SelectedResource, event: WatchEvent): Coroutine<void> {
    yield* this.show(event.type, event.object as unknown as JsonObject);
  }

  private *show(type: string, object: JsonObject): Coroutine<void> {
    // The name printer looks through events; the others show them.
    const asEvent = this.k.flags.bool('output-watch-events') && this.options.format !== 'name';
    yield* this.k.out(this.print(asEvent ? { object, type } : object));
  }
}
