import { RECORD_FLAG, recordAfterwards } from '../../command/record.js';
import {
  FILE_ERROR_TEXT,
  isJsonObject,
  jsonEqual,
  resolvePath,
  type Coroutine,
  type JsonObject,
  type JsonValue,
} from '@seatrial/kernel';
import { yamlToJson } from '@seatrial/manifest';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch, type JsonPatchOperation } from '@seatrial/merge';
import type { PatchType, Status } from '@seatrial/apiserver';
import { isFailure, requestFor } from '../../client/api-connection.js';
import { apiVersionOf } from '../../client/rest-mapper.js';
import { defineVerb } from '../../command/command.js';
import {
  attempt,
  CommandFailure,
  failWith,
  statusError,
  visitErrors,
  type CommandError,
} from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG, newPrinter, PRINT_FLAGS, printResult } from '../../printers/object-printer.js';
import { failOnErrors, resolveInfos } from '../../resource/resolve-infos.js';
import { metadataOf, type ResourceInfo } from '../../resource/resource-info.js';
import { strategicSchema } from '../../resource/strategic-schema.js';
import { FILENAME_FLAGS } from '../get/get-options.js';

const TYPES = ['json', 'merge', 'strategic'] as const;

const MEDIA_TYPES: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** PatchOptions.Validate, but for the type. */
function validate({ flags, args }: Invocation, dryRun: DryRun): void {
  const [file, patch] = [flags.string('patch-file'), flags.string('patch')];
  if (file !== '' && patch !== '') failWith('cannot specify --patch and --patch-file together');
  if (file + patch === '') failWith('must specify --patch or --patch-file containing the contents of the patch');
  if (!flags.bool('local')) return;
  if (args.length > 0) failWith('cannot specify --local and server resources');
  if (dryRun === 'server') failWith('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
}

function patchText(k: Invocation): string {
  const { flags } = k;
  const file = flags.string('patch-file');
  if (file === '') return flags.string('patch');
  const read = k.process.machine.files.readFile(resolvePath(k.process.cwd, file));
  return read.ok
    ? read.value
    : failWith(`unable to read patch file: open ${file}: ${FILE_ERROR_TEXT[read.error].toLowerCase()}`);
}

/** A patch: its JSON, or only its text when that looks like JSON but is none; then the server complains. */
interface Patch {
  readonly value: JsonValue | undefined;
  readonly text: string;
}

function readPatch(text: string): Patch {
  if (!/^\s*\{/.test(text)) {
    const read = yamlToJson(text);
    return read.ok ? { value: read.value, text } : failWith(`unable to parse ${JSON.stringify(text)}: ${read.error}`);
  }
  try {
    return { value: JSON.parse(text) as JsonValue, text };
  } catch {
    return { value: undefined, text };
  }
}

function patchType(k: Invocation): PatchType {
  const typed = k.flags.string('type').toLowerCase();
  const found = TYPES.find((type) => type === typed);
  return found ?? failWith(`--type must be one of [${TYPES.join(' ')}], not ${JSON.stringify(k.flags.string('type'))}`);
}

function locally(info: ResourceInfo, type: PatchType, patch: JsonValue): JsonObject {
  if (type === 'json') {
    if (!Array.isArray(patch))
      failWith(
        `json: cannot unmarshal ${isJsonObject(patch) ? 'object' : typeof patch} into Go value of type jsonpatch.Patch`,
      );
    const result = applyJsonPatch(info.object, patch as unknown as JsonPatchOperation[]);
    return result.ok && isJsonObject(result.value)
      ? result.value
      : failWith(result.ok ? 'not an object' : result.error);
  }
  if (type === 'merge') {
    const result = applyMergePatch(info.object, patch);
    return isJsonObject(result) ? result : failWith('not an object');
  }
  const schema = strategicSchema(info.mapping);
  if (!schema) failWith(`strategic merge patch is not supported for ${info.mapping.kind} locally, try --type merge`);
  const result = applyStrategicMergePatch(info.object, patch, schema);
  return result.ok ? result.value : failWith(result.error);
}

const sameObject = (before: JsonObject, after: JsonObject): boolean => {
  const plain = (object: JsonObject): JsonObject => {
    const { managedFields: _, ...metadata } = metadataOf(object);
    return { ...object, metadata };
  };
  return jsonEqual(plain(before), plain(after));
};

function* patchOne(k: Invocation, info: ResourceInfo, type: PatchType, patch: Patch, dryRun: DryRun): Coroutine<void> {
  const subresource = k.flags.string('subresource');
  if (k.flags.bool('local') || dryRun === 'client') {
    const after = locally(info, type, patch.value ?? failWith('invalid JSON document'));
    newPrinter(k);
    yield* printResult(k, after, sameObject(info.object, after) ? 'patched (no change)' : 'patched');
    return;
  }
  const api = yield* k.api();
  const response = yield* api.send({
    ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
    ...(subresource === '' ? {} : { subresource }),
    patchType: type,
    body: patch.value,
    // A patch in YAML is sent as the JSON that it stands for.
    ...(/^\s*\{/.test(patch.text) && { bodyText: patch.text }),
    options: {
      fieldManager: k.flags.string('field-manager') || 'kubectl-patch',
      fieldValidation: 'Warn',
      ...(dryRun === 'server' ? { dryRun: true } : {}),
    },
  });
  if (isFailure(response)) {
    const status = response.body as Status;
    if (status.reason === 'UnsupportedMediaType')
      failWith(
        `${MEDIA_TYPES[type]} is not supported by ${apiVersionOf(info.mapping)}, Kind=${info.mapping.kind}: ${status.message}`,
      );
    throw new CommandFailure([statusError(status)]);
  }
  const after = response.body as unknown as JsonObject;
  if (dryRun === 'none') yield* recordAfterwards(k, info);
  newPrinter(k);
  yield* printResult(k, after, sameObject(info.object, after) ? 'patched (no change)' : 'patched');
}

/** `kubectl patch`. */
export const patchCommand = defineVerb({
  name: 'patch',
  usage: '(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
  short: 'Update fields of a resource',
  flags: [
    ...FILENAME_FLAGS,
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    RECORD_FLAG,
    stringFlag('field-manager', 'Name of the manager used to track field ownership.', { default: 'kubectl-patch' }),
    boolFlag('local', 'If true, patch will operate on the content of the file, not the server-side resource.'),
    stringFlag('patch', 'The patch to be applied to the resource JSON file.', { shorthand: 'p' }),
    stringFlag('patch-file', 'A file containing a patch to be applied to the resource.'),
    stringFlag('subresource', 'Patch this subresource of the object.'),
    stringFlag('type', 'The type of patch being provided; one of [json merge strategic]', { default: 'strategic' }),
  ],
  *run(k) {
    const dryRun = yield* k.dryRun();
    validate(k, dryRun);
    const type = patchType(k);
    const patch = readPatch(patchText(k));
    const { infos, errors } = yield* resolveInfos(k, {
      args: k.args,
      asWritten: true,
      local: k.flags.bool('local'),
      subresource: k.flags.string('subresource'),
    });
    const all: CommandError[] = [];
    for (const info of infos) {
      const done = yield* attempt(patchOne(k, info, type, patch, dryRun));
      if ('failure' in done) all.push(...done.failure.errors);
    }
    const together = k.args.length === 0 ? visitErrors(all, errors) : [...errors, ...all];
    if (infos.length === 0 && together.length === 0) failWith('no objects passed to patch');
    failOnErrors(together);
    return 0;
  },
});
