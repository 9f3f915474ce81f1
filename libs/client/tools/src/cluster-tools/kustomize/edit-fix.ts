import { TextOutput, isJsonObject, type Coroutine, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { boolFlag, FlagSet } from '@seatrial/kubectl';
import { runCommand } from '@seatrial/shell';
import type { Tool } from '../../tool/tool.js';
import { notSimulated } from '../cluster-tool.js';
import { KustomizationFile } from './kustomization-file.js';
import { helpOf, usageOf } from './kustomize-usage.js';

const FIXED = `
Fixed fields:
  patchesJson6902 -> patches
  patchesStrategicMerge -> patches
  commonLabels -> labels

To convert vars -> replacements, run the command \`kustomize edit fix --vars\`

WARNING: Converting vars to replacements will potentially overwrite many resource files 
and the resulting files may not produce the same output when \`kustomize build\` is run. 
We recommend doing this in a clean git repository where the change is easy to undo.
`;

/** What `kustomize build` prints. */
function* built(tool: Tool): Coroutine<{ text: string; warnings: string; error: string }> {
  const [stdout, stderr] = [new TextOutput(), new TextOutput()];
  const ended = yield* runCommand(tool.process, ['kubectl', 'kustomize', '.'], { stdout, stderr });
  const failed = !ended.ok || ended.value.code !== 0;
  const lines = stderr.text.split(/^(?=error: )/m);
  const error = failed ? (lines.at(-1) ?? '').replace(/^error: /, '').trimEnd() : '';
  return { text: stdout.text, warnings: failed ? lines.slice(0, -1).join('') : stderr.text, error };
}

/** Fields of earlier releases become those of this one (types.Kustomization FixKustomizationPreMarshalling, v5.7.1). */
function fixed(tool: Tool, file: KustomizationFile): string | undefined {
  const { fields } = file;
  const merges = file.list('patchesStrategicMerge').filter((each) => typeof each === 'string');
  const patches: JsonValue[] = [
    ...file.list('patches'),
    ...file.list('patchesJson6902'),
    ...merges.map((patch): JsonObject => (tool.readFile(patch).ok ? { path: patch } : { patch })),
  ];
  const labels = file.list('labels');
  const common = file.map('commonLabels');
  const pairs = labels
    .filter(isJsonObject)
    .flatMap((entry) => Object.keys(isJsonObject(entry['pairs']) ? entry['pairs'] : {}));
  const twice = pairs.find((name) => Object.hasOwn(common, name));
  if (twice !== undefined) return `label name '${twice}' exists in both commonLabels and labels`;
  fields['patches'] = patches;
  fields['patchesJson6902'] = [];
  fields['patchesStrategicMerge'] = [];
  if (Object.keys(common).length > 0) fields['labels'] = [...labels, { includeSelectors: true, pairs: common }];
  fields['commonLabels'] = {};
  return undefined;
}

/** `kustomize edit fix`. */
export function* fix(tool: Tool, words: readonly string[]): Coroutine<number> {
  const flags = new FlagSet([boolFlag('vars')]);
  const parsed = flags.parse(words);
  const failure = function* (error: string): Coroutine<number> {
    yield* tool.err(`Error: ${error}\n${usageOf('edit fix')}\n`);
    return 1;
  };
  if (!parsed.ok && parsed.error === 'help') {
    yield* tool.out(helpOf('edit fix'));
    return 0;
  }
  if (!parsed.ok) return yield* failure(parsed.error);
  if (flags.bool('vars')) return yield* notSimulated(tool, 'edit fix --vars');
  const before = yield* built(tool);
  yield* tool.err(before.warnings);
  const read = KustomizationFile.read(tool);
  if (!read.ok) return yield* failure(read.error);
  const problem = fixed(tool, read.value);
  if (problem !== undefined) return yield* failure(problem);
  yield* tool.out(FIXED);
  read.value.write();
  const after = yield* built(tool);
  if (after.error !== '')
    yield* tool.out(
      `Warning: 'Fixed' kustomization now produces the error when running \`kustomize build\`: ${after.error}\n`,
    );
  else if (after.text !== before.text)
    yield* tool.out(
      `Warning: 'Fixed' kustomization now produces different output when running \`kustomize build\`:\n...${after.text}...\n`,
    );
  return 0;
}
