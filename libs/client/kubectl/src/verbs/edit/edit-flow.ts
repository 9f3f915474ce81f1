import { isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { toCompactJson, toJson, toYaml, yamlToJson } from '@seatrial/manifest';
import { goQuote } from '@seatrial/schema';
import { requestFor } from '../../client/api-connection.js';
import { groupResourceOf } from '../../client/rest-mapper.js';
import { attempt, failureText, failWith, plainMessage, type CommandError } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { recorded } from '../../command/record.js';
import { outputFormat, withoutManagedFields } from '../../printers/object-printer.js';
import { validationProblem } from '../../resource/document-validation.js';
import { decodeProblem, mappingOfObject } from '../../resource/manifest-objects.js';
import { metadataOf, nameOf, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import { modifiedConfiguration, validationDirective } from '../../resource/write-object.js';
import { editText } from './run-editor.js';

const HEADER = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

/** Why the editor opens again: a line, and what belongs to it. */
interface Reason {
  readonly head: string;
  readonly other: readonly string[];
}

const commented = (text: string): string => text.replaceAll('\n', '\n# ');

const comments = (reasons: readonly Reason[]): string =>
  reasons
    .map(
      ({ head, other }) =>
        `# ${commented(head)}${other.length > 0 ? ':' : ''}\n${other.map((line) => `# * ${commented(line)}\n`).join('')}#\n`,
    )
    .join('');

/** What stands on top of the text; JSON has no comments. */
const headerOf = (k: Invocation, { header = HEADER }: EditFlow, reasons: readonly Reason[]): string =>
  outputFormat(k) === 'json' ? '' : `${header}${comments(reasons)}`;

const withoutComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^\s*#(?!!)/.test(line))
    .join('\n');

/** What two texts are compared by (cmdutil.StripComments): their value, or the text where that cannot be read. */
function meaningOf(text: string): string {
  const read = yamlToJson(text);
  return read.ok ? toCompactJson(read.value) : withoutComments(text);
}

/** The text an editor is given for these objects. */
function editable(k: Invocation, objects: readonly JsonObject[]): string {
  const format = outputFormat(k);
  const value: JsonObject =
    objects.length === 1
      ? withoutManagedFields(objects[0])
      : { apiVersion: 'v1', items: objects.map(withoutManagedFields), kind: 'List', metadata: {} };
  return format === 'json' ? toJson(value) : toYaml(value);
}

/** The objects of the edited text; the error is the resource builder's. */
function* editedObjects(k: Invocation, text: string): Coroutine<JsonObject[] | string> {
  const read = yamlToJson(text);
  if (!read.ok) return read.error;
  const { value } = read;
  const problem = decodeProblem(value);
  if (problem !== undefined || !isJsonObject(value)) return `unable to decode "edited-file": ${problem ?? ''}`;
  const objects = textOf(value.kind) === 'List' && Array.isArray(value.items) ? value.items : [value];
  const found: JsonObject[] = [];
  for (const object of objects.filter(isJsonObject)) {
    const mapping = yield* mappingOfObject(k, object, 'edited-file');
    if ('type' in mapping) return plainMessage(mapping);
    found.push(object);
  }
  return found;
}

export interface EditFlow {
  /** Sends the difference between what was given to the editor and what came back. */
  readonly save: (info: ResourceInfo, original: JsonObject, edited: JsonObject) => Coroutine<void>;
  /** What stands on top of the text, where it is not about objects. */
  readonly header?: string;
}

/** What saving came to (editResults): reasons for another round, and objects that are not to be tried again. */
interface Results {
  readonly reasons: Reason[];
  readonly path: string;
  retryable: number;
  notFound: number;
}

const whatOf = (info: ResourceInfo): string => `${groupResourceOf(info.mapping)} ${goQuote(info.name)}`;

/** editResults.addError: keeps what the server said of an object, gives what is printed. */
function addError(results: Results, info: ResourceInfo, error: CommandError): string {
  const what = whatOf(info);
  const { reason, details } = error.type === 'status' ? error.status : { reason: '', details: undefined };
  if (reason === 'Invalid') {
    const causes = (details?.causes ?? []).map(({ field = '', message = '' }) => `${field}: ${message}`);
    results.reasons.push({ head: `${what} was not valid`, other: causes });
    return `error: ${what} is invalid\n`;
  }
  if (reason === 'NotFound') {
    results.notFound++;
    return `error: ${what} could not be found on the server\n`;
  }
  results.retryable++;
  return `error: ${what} could not be patched: ${plainMessage(error)}\n`;
}

const uidOf = (object: JsonObject): string => textOf(metadataOf(object).uid);

function* saveAll(
  k: Invocation,
  infos: readonly ResourceInfo[],
  originals: readonly JsonObject[],
  edited: readonly JsonObject[],
  flow: EditFlow,
  results: Results,
): Coroutine<void> {
  const own = k.namespace().namespace;
  for (const object of edited) {
    const namespace = textOf(metadataOf(object).namespace);
    if (namespace !== '' && namespace !== own)
      yield* preserve(
        k,
        results.path,
        `the namespace from the provided object ${goQuote(namespace)} does not match the namespace ${goQuote(own)}. You must pass '--namespace=${namespace}' to perform this operation.`,
      );
  }
  for (const object of edited) {
    const uid = uidOf(object);
    const index = originals.findIndex((original, i) => uidOf(original) === uid || infos[i].name === nameOf(object));
    const changed = ['apiVersion', 'kind'].some((key) => index >= 0 && originals[index][key] !== object[key]);
    if (index < 0 || changed || nameOf(originals[index]) !== nameOf(object))
      return yield* preserve(k, results.path, 'At least one of apiVersion, kind and name was changed');
    const kept =
      k.flags.has('save-config') && k.flags.bool('save-config') ? modifiedConfiguration(object, true) : object;
    const saved = yield* attempt(flow.save(infos[index], originals[index], recorded(k, kept)));
    if ('value' in saved) continue;
    for (const error of saved.failure.errors) yield* k.err(addError(results, infos[index], error));
  }
}

/** One opening of the editor: done with an exit status, or to be done again with the reasons on top. */
type Round = { readonly exit: number } | { readonly results: Results; readonly edited: string };

interface Session {
  readonly infos: readonly ResourceInfo[];
  readonly objects: readonly JsonObject[];
  readonly flow: EditFlow;
  readonly original: string;
}

function* roundOf(
  k: Invocation,
  session: Session,
  last: { readonly results: Results; readonly edited: string } | undefined,
): Coroutine<Round> {
  const { infos, original } = session;
  const content = last ? withoutComments(last.edited) : original;
  const opened = yield* attempt(editText(k, `${headerOf(k, session.flow, last?.results.reasons ?? [])}${content}`));
  if ('failure' in opened) return yield* preserve(k, last?.results.path ?? '', failureText(opened.failure).trimEnd());
  const { text, path } = opened.value;
  if (last && meaningOf(last.edited) === meaningOf(text))
    return yield* preserve(k, path, 'Edit cancelled, no valid changes were saved.');
  if (last) k.process.machine.files.remove(last.results.path);
  const results: Results = { reasons: [], path, retryable: 0, notFound: 0 };
  const read = yamlToJson(text);
  const problem = read.ok ? validationProblem(read.value) : read.error;
  if (problem !== undefined && k.flags.string('validate') !== 'false' && k.flags.string('validate') !== 'ignore') {
    const other = `<nil>: Invalid value: "The edited file failed validation": ${problem}`;
    results.reasons.push({ head: `${whatOf(infos[0])} was not valid`, other: [other] });
    yield* k.err(`error: ${whatOf(infos[0])} is invalid\n`);
    return { results, edited: text };
  }
  if (meaningOf(text) === meaningOf(original))
    return { exit: yield* cancelled(k, path, 'Edit cancelled, no changes made.') };
  if (withoutComments(text).trim() === '')
    return { exit: yield* cancelled(k, path, 'Edit cancelled, saved file was empty.') };
  const parsed = yield* editedObjects(k, text);
  if (typeof parsed === 'string') {
    results.reasons.push({ head: `The edited file had a syntax error: ${parsed}`, other: [] });
    return { results, edited: text };
  }
  yield* saveAll(k, infos, session.objects, parsed, session.flow, results);
  if (results.retryable > 0) {
    yield* k.err(`You can run \`kubectl replace -f ${path}\` to try this update again.\n`);
    return { exit: 1 };
  }
  if (results.notFound > 0) {
    yield* k.err(`The edits you made on deleted resources have been saved to "${path}"\n`);
    return { exit: 1 };
  }
  if (results.reasons.length > 0) return { results, edited: text };
  k.process.machine.files.remove(path);
  return { exit: 0 };
}

/**
 * The loop of `kubectl edit` (kubectl/pkg/cmd/util/editor EditOptions.Run): editor, check, send; again with the errors
 * on top until it succeeds or nothing was changed.
 */
export function* runEditFlow(
  k: Invocation,
  infos: readonly ResourceInfo[],
  objects: readonly JsonObject[],
  flow: EditFlow,
): Coroutine<number> {
  const session = { infos, objects, flow, original: editable(k, objects) };
  let last: { readonly results: Results; readonly edited: string } | undefined;
  for (let round = 0; round < 20; round++) {
    const done = yield* roundOf(k, session, last);
    if ('exit' in done) return done.exit;
    last = done;
  }
  return 1;
}

function* cancelled(k: Invocation, path: string, text: string): Coroutine<number> {
  k.process.machine.files.remove(path);
  yield* k.err(`${text}\n`);
  return 0;
}

/** Ends the command with an error; says where the edited text is kept (preservedFile). */
function* preserve(k: Invocation, path: string, text: string): Coroutine<never> {
  if (path !== '') yield* k.err(`A copy of your changes has been stored to "${path}"\n`);
  return failWith(text.replace(/^error: /, ''));
}

/** Sends a patch for an edited object. */
export function* sendPatch(
  k: Invocation,
  info: ResourceInfo,
  type: 'strategic' | 'merge',
  patch: JsonObject,
): Coroutine<JsonObject> {
  const api = yield* k.api();
  if (k.flags.bool('output-patch')) yield* k.out(`Patch: ${toCompactJson(patch)}\n`);
  const subresource = k.flags.string('subresource');
  return yield* api.request({
    ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
    ...(subresource === '' ? {} : { subresource }),
    patchType: type,
    body: patch,
    options: {
      fieldManager: k.flags.string('field-manager') || 'kubectl-edit',
      fieldValidation: validationDirective(k.flags.string('validate')),
    },
  });
}
