import { isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { toCompactJson, toYaml, yamlToJson } from '@seatrial/manifest';
import { requestFor } from '../../client/api-connection.js';
import { groupResourceOf } from '../../client/rest-mapper.js';
import { attempt, exitWith, failureText, failWith, plainMessage, type CommandError } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { outputFormat, withoutManagedFields } from '../../printers/object-printer.js';
import { nameOf, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import { editText } from './run-editor.js';

const HEADER = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

const comments = (reasons: readonly string[]): string =>
  reasons
    .map((reason) =>
      reason
        .split('\n')
        .map((line) => `# ${line}\n`)
        .join(''),
    )
    .join('');

const withoutComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');

/** The text an editor is given for these objects. */
function editable(k: Invocation, objects: readonly JsonObject[]): string {
  const format = outputFormat(k);
  const value: JsonObject =
    objects.length === 1
      ? withoutManagedFields(objects[0])
      : { apiVersion: 'v1', items: objects.map(withoutManagedFields), kind: 'List', metadata: {} };
  return format === 'json' ? `${JSON.stringify(value, null, 4)}\n` : toYaml(value);
}

function editedObjects(text: string): JsonObject[] | string {
  const read = yamlToJson(text);
  if (!read.ok) return read.error;
  const { value } = read;
  if (!isJsonObject(value)) return 'the edited file is not an object';
  return textOf(value.kind) === 'List' && Array.isArray(value.items) ? value.items.filter(isJsonObject) : [value];
}

/** What a round of editing came to: done, or the reason why the editor opens again. */
type Saved = 'done' | 'renamed' | 'refused' | { readonly reasons: readonly string[] };

export interface EditFlow {
  /** Sends the difference between what was given to the editor and what came back. */
  readonly save: (info: ResourceInfo, original: JsonObject, edited: JsonObject) => Coroutine<void>;
}

/** What the editor prints when the server refuses an edited object. */
function refusalText(info: ResourceInfo, error: CommandError): string {
  const what = `${groupResourceOf(info.mapping)} "${info.name}"`;
  if (error.type === 'status' && error.status.reason === 'Invalid') return `error: ${what} is invalid\n`;
  if (error.type === 'status' && error.status.reason === 'NotFound')
    return `error: ${what} could not be found on the server\n`;
  return `error: ${what} could not be patched: ${plainMessage(error)}\n`;
}

function* saveAll(
  k: Invocation,
  infos: readonly ResourceInfo[],
  originals: readonly JsonObject[],
  edited: readonly JsonObject[],
  flow: EditFlow,
): Coroutine<Saved> {
  const reasons: string[] = [];
  let refused = false;
  for (const object of edited) {
    const index = infos.findIndex(
      (info, i) => info.name === nameOf(object) && textOf(originals[i].kind) === textOf(object.kind),
    );
    if (index < 0) return 'renamed';
    const saved = yield* attempt(flow.save(infos[index], originals[index], object));
    if ('value' in saved) continue;
    for (const error of saved.failure.errors) yield* k.err(refusalText(infos[index], error));
    if (saved.failure.errors.some((error) => error.type !== 'status' || error.status.reason !== 'Invalid'))
      refused = true;
    reasons.push(failureText(saved.failure).trimEnd());
  }
  if (refused) return 'refused';
  return reasons.length === 0 ? 'done' : { reasons };
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
  const original = editable(k, objects);
  let content = original;
  let reasons: readonly string[] = [];
  let path = '';
  for (let round = 0; round < 20; round++) {
    const given = `${HEADER}${comments(reasons)}${content}`;
    const edited = yield* editText(k, given);
    const body = withoutComments(edited.text);
    if (round > 0 && body === withoutComments(content)) return yield* preserve(k, path);
    k.process.machine.files.remove(path);
    path = edited.path;
    if (body.trim() === '') return yield* cancelled(k, path, 'Edit cancelled, saved file was empty.');
    if (body === original) return yield* cancelled(k, path, 'Edit cancelled, no changes made.');
    const parsed = editedObjects(body);
    if (typeof parsed === 'string') {
      reasons = [`The edited file had a syntax error: ${parsed}`];
      content = body;
      continue;
    }
    const saved = yield* saveAll(k, infos, objects, parsed, flow);
    if (saved === 'renamed') {
      yield* k.err(`A copy of your changes has been stored to "${path}"\n`);
      failWith('At least one of apiVersion, kind and name was changed');
    }
    if (saved === 'refused') {
      yield* k.err(`You can run \`kubectl replace -f ${path}\` to try this update again.\n`);
      return 1;
    }
    if (saved === 'done') {
      k.process.machine.files.remove(path);
      return 0;
    }
    ({ reasons } = saved);
    content = body;
  }
  return 1;
}

function* cancelled(k: Invocation, path: string, text: string): Coroutine<number> {
  k.process.machine.files.remove(path);
  yield* k.err(`${text}\n`);
  return 0;
}

function* preserve(k: Invocation, path: string): Coroutine<number> {
  yield* k.err(`A copy of your changes has been stored to "${path}"\n`);
  yield* k.err('error: Edit cancelled, no valid changes were saved.\n');
  return exitWith(1);
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
    options: { fieldManager: k.flags.string('field-manager') || 'kubectl-edit', fieldValidation: 'Strict' },
  });
}
