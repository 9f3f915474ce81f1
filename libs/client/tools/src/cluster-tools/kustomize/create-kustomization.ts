import { compareStrings, isJsonObject, type Coroutine, type JsonValue } from '@seatrial/kernel';
import { FlagSet, boolFlag, stringFlag } from '@seatrial/kubectl';
import { readManifests } from '@seatrial/manifest';
import type { Tool } from '../../tool/tool.js';
import { notSimulated } from '../cluster-tool.js';
import { failedWith } from './edit-command.js';
import { keyValues } from './edit-metadata.js';
import { globbed } from './edit-paths.js';
import { KustomizationFile } from './kustomization-file.js';
import { helpOf } from './kustomize-usage.js';

const FLAGS = [
  ...['annotations', 'labels', 'nameprefix', 'namespace', 'namesuffix', 'resources'].map((name) => stringFlag(name)),
  boolFlag('autodetect'),
  boolFlag('recursive'),
];

/** Whether kustomize takes a document for a resource: it has a kind and a name, lists only a kind. */
function isResource(value: JsonValue): boolean {
  if (!isJsonObject(value) || typeof value['kind'] !== 'string') return false;
  const metadata = value['metadata'];
  return value['kind'].endsWith('List') || (isJsonObject(metadata) && typeof metadata['name'] === 'string');
}

/** The files of the working directory that hold nothing but resources. */
function detected(tool: Tool): string[] {
  const listed = tool.machine.files.readDirectory(tool.path('.'));
  const names = listed.ok ? [...listed.value].sort(compareStrings) : [];
  return names.filter((name) => {
    const read = tool.readFile(name);
    if (!read.ok) return false;
    const { documents, error } = readManifests(read.value, name);
    return error === undefined && documents.every(({ value }) => isResource(value));
  });
}

/** `kustomize create` (commands/create, v5.7.1). */
export function* createKustomization(tool: Tool, words: readonly string[]): Coroutine<number> {
  const flags = new FlagSet(FLAGS);
  const parsed = flags.parse(words);
  if (!parsed.ok) {
    if (parsed.error !== 'help') return yield* failedWith(tool, 'create', parsed.error);
    yield* tool.out(helpOf('create'));
    return 0;
  }
  if (flags.bool('recursive')) return yield* notSimulated(tool, 'create --recursive');
  const wanted = flags.string('resources');
  const resources = globbed(tool, wanted === '' ? [] : wanted.split(','), true);
  if (!resources.ok) return yield* failedWith(tool, 'create', resources.error);
  if (KustomizationFile.exists(tool)) return yield* failedWith(tool, 'create', 'kustomization file already exists');
  const file = KustomizationFile.empty(tool);
  const pairsOf = (flag: 'annotations' | 'labels') => {
    const text = flags.string(flag);
    return keyValues(text === '' ? [] : text.split(','), flag === 'labels' ? 'label' : 'annotation');
  };
  const annotations = pairsOf('annotations');
  if (!annotations.ok) return yield* failedWith(tool, 'create', annotations.error);
  const labels = pairsOf('labels');
  if (!labels.ok) return yield* failedWith(tool, 'create', labels.error);
  Object.assign(file.fields, {
    resources: [...new Set([...resources.value, ...(flags.bool('autodetect') ? detected(tool) : [])])],
    namespace: flags.string('namespace'),
    namePrefix: flags.string('nameprefix'),
    nameSuffix: flags.string('namesuffix'),
    commonAnnotations: annotations.value,
    commonLabels: labels.value,
  });
  file.write();
  return 0;
}
