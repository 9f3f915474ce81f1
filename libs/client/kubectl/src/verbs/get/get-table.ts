import type { RequestOptions, ServedResource, Status } from '@seatrial/apiserver';
import { isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { humanDuration, parseTime } from '@seatrial/schema';
import { metadataOf, nameOf, textOf } from '../../resource/resource-info.js';
import { lookupFailure } from '../../resource/missing-namespace.js';
import { isFailure, requestFor } from '../../client/api-connection.js';
import { groupKindOf, groupResourceOf } from '../../client/rest-mapper.js';
import { CommandFailure, failWith, isNotFound, statusError, type CommandError } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { TablePrinter, tableOf, type PrintableTable } from '../../printers/table-printer.js';
import { sortObjects, sortTableRows } from '../../printers/sorting.js';
import { filenameOptions, filesAlone } from '../../resource/manifest-source.js';
import { labelMatcher, manifestObjects } from '../../resource/manifest-objects.js';
import { listFailure } from '../../resource/resolve-infos.js';
import { selectResources, type SelectedResource } from '../../resource/resource-selection.js';
import type { GetOptions } from './get-options.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface FetchedTable {
  readonly mapping: ServedResource;
  readonly table: PrintableTable;
  readonly body: JsonObject;
  readonly list: boolean;
}

/** What the command is about: files' objects by name, or what the arguments select; and errors of the files. */
export function* getSelection(
  k: Invocation,
  options: GetOptions,
): Coroutine<{
  readonly selection: readonly SelectedResource[];
  readonly errors: readonly CommandError[];
  readonly files: boolean;
}> {
  const files = filenameOptions(k);
  if (files.filenames.length > 0 || files.kustomize) {
    filesAlone(k, k.args);
    const { infos, errors } = yield* manifestObjects(k, {
      ...files,
    });
    return {
      selection: infos.map(({ mapping, namespace, name }) => ({ mapping, namespace, name })),
      errors,
      files: true,
    };
  }
  if (k.args.length === 0) {
    yield* k.err(
      'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n',
    );
    k.usageError(
      'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).',
    );
  }
  const selection = yield* selectResources(k, {
    args: k.args,
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    allNamespaces: options.allNamespaces,
    allowEmptySelector: true,
    singleResourceType: options.watch,
  });
  if (options.subresource !== '' && (selection.length !== 1 || selection[0].name === undefined))
    failWith('subresource cannot be used when bulk resources are specified');
  return { selection, errors: [], files: false };
}

/** What kubectl prints of objects by itself (--server-print=false): names and ages. */
function genericTable(k: Invocation, body: JsonObject): PrintableTable {
  const objects = Array.isArray(body.items) ? body.items.filter(isJsonObject) : [body];
  const age = (object: JsonObject): string => {
    const created = parseTime(textOf(metadataOf(object).creationTimestamp));
    return created === undefined ? '<unknown>' : humanDuration(k.now() - created);
  };
  return {
    columns: [
      { name: 'Name', type: 'string', format: 'name' },
      { name: 'Age', type: 'string' },
    ],
    rows: objects.map((object) => ({ cells: [nameOf(object), age(object)], object })),
  };
}

/** The Table of one selected resource; a Status becomes the error. */
export function* fetchTable(
  k: Invocation,
  selected: SelectedResource,
  options: GetOptions,
): Coroutine<FetchedTable | CommandError> {
  const api = yield* k.api();
  const { mapping, namespace, name } = selected;
  const list = name === undefined;
  const asked: Writable<RequestOptions> = {};
  if (options.serverPrint) asked.asTable = { includeObject: options.sortBy ? 'Object' : 'Metadata' };
  if (list && options.labelSelector) asked.labelSelector = options.labelSelector;
  if (list && options.fieldSelector) asked.fieldSelector = options.fieldSelector;
  const subresource = list ? undefined : options.subresource;
  const where = { namespace, name, subresource, options: asked };
  const response = yield* api.send(requestFor(mapping, list ? 'list' : 'get', where));
  if (isFailure(response)) {
    const status = response.body as Status;
    if (list) return statusError(listFailure(mapping, status, options.labelSelector, options.fieldSelector));
    return statusError(yield* lookupFailure(k, mapping.namespaced ? namespace : undefined, status));
  }
  const body = response.body as unknown as JsonObject;
  const table = options.serverPrint ? tableOf(body) : genericTable(k, body);
  return table ? { mapping, table, body, list } : statusError({ ...NOT_A_TABLE });
}

const NOT_A_TABLE: Status = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'the server did not answer with a Table',
  reason: 'NotAcceptable',
  code: 406,
};

export const isFetched = (result: FetchedTable | CommandError): result is FetchedTable => 'table' in result;

/** A text error as an aggregate within an aggregate prints it: without `error: `. */
const nested = (error: CommandError): CommandError =>
  error.type === 'text' && !error.plain ? { ...error, bare: true } : error;

/** `kubectl get` for people: server-side tables, one block a kind. */
export function* getTables(k: Invocation, options: GetOptions): Coroutine<void> {
  const { selection, errors: fileErrors, files } = yield* getSelection(k, options);
  const errors: CommandError[] = [];
  const fetched: FetchedTable[] = [];
  for (const selected of selection) {
    if (selected.name === '') {
      errors.push({ type: 'text', text: 'resource name may not be empty' });
      continue;
    }
    const result = yield* fetchTable(k, selected, options);
    if (isFetched(result)) {
      // Objects of files are selected when they have been fetched; a Table has no labels.
      if (!files || labelMatcher(options.labelSelector)(options.serverPrint ? {} : result.body)) fetched.push(result);
    } else if (!(options.ignoreNotFound && isNotFound(result))) errors.push(nested(result));
  }
  errors.push(...fileErrors.map(nested));
  const text = printTables(k, options, fetched);
  yield* k.out(text);
  if (text === '' && !options.ignoreNotFound && errors.length === 0) {
    const namespaced = !options.allNamespaces && fetched.every(({ mapping }) => mapping.namespaced);
    yield* k.err(namespaced ? `No resources found in ${k.namespace().namespace} namespace.\n` : 'No resources found\n');
  }
  if (errors.length > 0) throw new CommandFailure(errors);
}

function printTables(k: Invocation, options: GetOptions, fetched: readonly FetchedTable[]): string {
  const kinds = new Set(fetched.map(({ mapping }) => `${mapping.version}/${groupResourceOf(mapping)}`));
  const withKind = kinds.size > 1 || k.flags.bool('show-kind');
  const single = fetched.length === 1 && !fetched[0].list;
  const sorted = options.sortBy && !single ? sortTables(k, options.sortBy, fetched) : fetched;
  let out = '';
  let printer: TablePrinter | undefined;
  let last: ServedResource | undefined;
  for (const { mapping, table } of sorted) {
    if (table.rows.length === 0) {
      continue;
    }
    if (!printer || last?.resource !== mapping.resource || last.group !== mapping.group) {
      if (printer) out += printer.flush();
      if (out !== '' && !options.noHeaders) out += '\n';
      printer = tablePrinter(k, options, mapping, withKind);
      last = mapping;
    }
    printer.add(table);
  }
  return out + (printer?.flush() ?? '');
}

/** The printer for tables of one resource. */
export function tablePrinter(
  k: Invocation,
  options: GetOptions,
  mapping: ServedResource,
  withKind: boolean,
): TablePrinter {
  return new TablePrinter({
    wide: options.wide,
    noHeaders: options.noHeaders,
    showLabels: k.flags.bool('show-labels'),
    labelColumns: k.flags.list('label-columns'),
    withNamespace: options.allNamespaces && mapping.namespaced,
    ...(withKind ? { kind: groupKindOf(mapping) } : {}),
  });
}

/** Several answers are themselves sorted, as the Tables they are: by a field of their objects they cannot be. */
function sortTables(k: Invocation, sortBy: string, fetched: readonly FetchedTable[]): readonly FetchedTable[] {
  const ordered = fetched.length > 1 ? sortObjects(k, sortBy, fetched, ({ body }) => body) : fetched;
  return ordered.map((entry) => ({ ...entry, table: { ...entry.table, rows: sortTableRows(k, sortBy, entry.table) } }));
}
