import { canonicalJson, fail, isJsonObject, ok, type JsonObject } from '@seatrial/kernel';
import { stringFlag } from '@seatrial/kubectl';
import { goQuote } from '@seatrial/schema';
import type { EditCall, EditResult } from './edit-command.js';
import { logLine, unwritten } from './edit-generators.js';

const TARGET = {
  group: 'group',
  version: 'version',
  kind: 'kind',
  name: 'name',
  namespace: 'namespace',
  'annotation-selector': 'annotationSelector',
  'label-selector': 'labelSelector',
} as const;

export const patchFlags = ['patch', 'path', ...Object.keys(TARGET)].map((name) => stringFlag(name));

/** The patch that flags describe, without what is empty. */
function described({ flags }: EditCall): JsonObject {
  const given = Object.entries(TARGET).flatMap(([flag, field]) =>
    flags.string(flag) === '' ? [] : [[field, flags.string(flag)] as const],
  );
  return {
    ...(flags.string('path') !== '' && { path: flags.string('path') }),
    ...(flags.string('patch') !== '' && { patch: flags.string('patch') }),
    ...(given.length > 0 && { target: Object.fromEntries(given) }),
  };
}

/** Whether two patches are the same (types.Patch Equals). */
function equals(a: JsonObject, b: JsonObject): boolean {
  const plain = ({ path = '', patch = '', target = {}, options = {} }: JsonObject): string =>
    canonicalJson({ path, patch, target, options });
  return plain(a) === plain(b);
}

/** A patch by Go's `%#v`; where its target lies in memory is of the moment. */
function goPatch({ tool, flags }: EditCall, { target }: JsonObject): string {
  const address = tool.machine.simulation.random
    .split(`kustomize/${tool.process.pid}`)
    .characters(10, '0123456789abcdef');
  const at = target === undefined ? '(*types.Selector)(nil)' : `(*types.Selector)(0xc0${address})`;
  const [path, patch] = ['path', 'patch'].map((name) => goQuote(flags.string(name)));
  return `types.Patch{Path:${path}, Patch:${patch}, Target:${at}, Options:map[string]bool(nil)}`;
}

export function addPatch(call: EditCall): EditResult {
  const { tool, file } = call;
  const wanted = described(call);
  if (wanted['patch'] !== undefined && wanted['path'] !== undefined)
    return fail("patch and path can't be set at the same time");
  if (wanted['patch'] === undefined && wanted['path'] === undefined) return fail('must provide either patch or path');
  const patches = file.list('patches');
  if (patches.some((each) => isJsonObject(each) && equals(each, wanted)))
    return unwritten(logLine(tool, `patch ${goPatch(call, wanted)} already in kustomization file`));
  file.fields['patches'] = [...patches, wanted];
  return ok(undefined);
}

export function removePatch(call: EditCall): EditResult {
  const { tool, file, flags } = call;
  const wanted = described(call);
  if (wanted['patch'] !== undefined && wanted['path'] !== undefined)
    return fail("patch and path can't be set at the same time");
  const patches = file.list('patches');
  const left = patches.filter((each) => !isJsonObject(each) || !equals(each, wanted));
  if (left.length === patches.length)
    return unwritten(logLine(tool, `patch ${flags.string('patch')} doesn't exist in kustomization file`));
  file.fields['patches'] = left;
  return ok(undefined);
}
