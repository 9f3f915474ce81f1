import { resolvePath, type FileSystem, type JsonObject } from '@seatrial/kernel';
import { scanJsonValue, toYaml, yamlToJson } from '@seatrial/manifest';
import { goQuote } from '@seatrial/schema';
import { objectAt, textOf } from '../resource/resource-info.js';
import { listOf, outsideRoot, refuse, stringsOf } from './kustomization.js';
import type { Patch } from './transformers.js';

/** A kustomization being built: where it stands, and what came before it. */
export interface Target {
  readonly files: FileSystem;
  readonly directory: string;
  /** The directories whose kustomizations led here. */
  readonly visited: readonly string[];
  readonly warnings: string[];
}

type PatchField = 'patches' | 'patchesJson6902';

const TRANSFORMERS = { patches: 'PatchTransformer', patchesJson6902: 'PatchJson6902Transformer' } as const;

/** A patch, and what it is called in errors (PatchTransformerPlugin.Config). */
function patchOf(target: Target, entry: JsonObject, field: PatchField): Patch {
  const [text, path] = [textOf(entry.patch).trim(), textOf(entry.path)];
  const failing = (problem: string): never =>
    refuse(`trouble configuring builtin ${TRANSFORMERS[field]} with config: \`\n${toYaml(entry)}\`: ${problem}`);
  const selector = objectAt(entry, 'target');
  if (text === '' && path === '') failing(`must specify one of patch and path in\n${toYaml(entry)}`);
  if (text !== '' && path !== '') failing(`patch and path can't be set at the same time\n${toYaml(entry)}`);
  const read =
    text === ''
      ? (patchFile(target, path) ??
        failing(field === 'patches' ? missingPatch(target, path) : missingFile(target, path)))
      : text;
  const source = text === '' ? `[path: ${goQuote(path)}]` : `[patch: ${goQuote(text)}]`;
  if (!isPatch(read)) failing(`unable to parse SM or JSON patch from ${source}`);
  return { text: read, target: selector, source };
}

/** An object, or a list of operations; a list in brackets has to be JSON (jsonPatchFromBytes). */
function isPatch(text: string): boolean {
  const found = text.startsWith('[') ? scanJsonValue(text, 0) : undefined;
  if (found) return !('message' in found);
  const read = yamlToJson(text);
  return read.ok && typeof read.value === 'object' && read.value !== null;
}

/** The text of a patch's file, where it may be read. */
export function patchFile({ files, directory }: Target, path: string): string | undefined {
  const at = resolvePath(directory, path);
  const read = outsideRoot(directory, at) === undefined ? files.readFile(at) : undefined;
  return read?.ok ? read.value : undefined;
}

function missingFile({ files, directory }: Target, path: string): string {
  const at = resolvePath(directory, path);
  const outside = outsideRoot(directory, at);
  if (outside !== undefined && files.readFile(at).ok) return outside;
  return `evalsymlink failure on '${at}' : lstat ${at}: no such file or directory`;
}

/** Why there is none. */
export const missingPatch = (target: Target, path: string): string =>
  `failed to get the patch file from path(${path}): ${missingFile(target, path)}`;

/** `patchesStrategicMerge`: texts or files. */
export function strategicPatches(target: Target, kustomization: JsonObject): Patch[] {
  const entries = stringsOf(kustomization.patchesStrategicMerge);
  return entries.map((entry) => {
    const text = entry.includes('\n') ? entry : patchFile(target, entry);
    if (text !== undefined) return { text, target: undefined, source: '' };
    const config = toYaml({ paths: entries });
    return refuse(
      `trouble configuring builtin PatchStrategicMergeTransformer with config: \`\n${config}\`: ${missingFile(target, entry)}`,
    );
  });
}

/** `patches` and `patchesJson6902`. */
export const patchesOf = (target: Target, kustomization: JsonObject, field: PatchField): Patch[] =>
  listOf(kustomization[field]).map((entry) => patchOf(target, entry, field));
