import type { Coroutine, Result } from '@seatrial/kernel';
import {
  FlagSet,
  boolFlag,
  stringArrayFlag,
  stringFlag,
  stringSliceFlag,
  type FlagDefinition,
} from '@seatrial/kubectl';
import type { Tool } from '../../tool/tool.js';
import { notSimulated } from '../cluster-tool.js';
import { addMetadata, removeMetadata, setMetadata } from './edit-metadata.js';
import { fix } from './edit-fix.js';
import { CONFIG_MAP, SECRET, addGenerator, readError, removeGenerator, setGenerator } from './edit-generators.js';
import { addBases, addConfigurations, changeBuildMetadata, removeTransformers } from './edit-lists.js';
import { addPatch, patchFlags, removePatch } from './edit-patches.js';
import { addPaths, removeResources } from './edit-paths.js';
import { setField, setImage, setReplicas } from './edit-values.js';
import { KustomizationFile } from './kustomization-file.js';
import { helpOf, pageOf, usageOf } from './kustomize-usage.js';

/** One change of a kustomization that was asked for. */
export interface EditCall {
  readonly tool: Tool;
  readonly file: KustomizationFile;
  readonly flags: FlagSet;
  readonly args: readonly string[];
}

/** The file is changed, with what is said on standard error; or kustomize's error. */
export type EditResult = Result<string | undefined, string> & {
  /** What was logged before an error. */
  readonly said?: string;
  /** The file stays as it is. */
  readonly unwritten?: true;
};

interface EditVerb {
  readonly flags?: readonly FlagDefinition[];
  readonly run: (call: EditCall) => EditResult;
}

const namespace = stringFlag('namespace');
const sources = [
  namespace,
  boolFlag('disableNameSuffixHash'),
  stringFlag('from-env-file'),
  stringSliceFlag('from-file'),
  stringArrayFlag('from-literal'),
];
const changes = [namespace, stringFlag('new-namespace'), stringArrayFlag('from-literal')];
const force = boolFlag('force', '', { shorthand: 'f' });
const ignored = boolFlag('ignore-non-existence', '', { shorthand: 'i' });

/** Errors of what a kustomization holds. */
const ABOUT_FILE = /kustomization(?:\.yaml)? file$|^failed to create |^base .* already| does not exist$/;

/** What `kustomize edit` changes, by its two words (commands/edit, v5.7.1). */
const VERBS: Readonly<Record<string, EditVerb>> = {
  'add base': { run: addBases },
  'add buildmetadata': { run: changeBuildMetadata('add') },
  'add configmap': { flags: [...sources, stringFlag('behavior')], run: addGenerator(CONFIG_MAP) },
  'add generator': { run: addConfigurations('generators', 'generator') },
  'add patch': { flags: patchFlags, run: addPatch },
  'add secret': { flags: [...sources, stringFlag('type', '', { default: 'Opaque' })], run: addGenerator(SECRET) },
  'add transformer': { run: addConfigurations('transformers', 'transformer') },
  'remove buildmetadata': { run: changeBuildMetadata('remove') },
  'remove configmap': { flags: [namespace], run: removeGenerator(CONFIG_MAP) },
  'remove patch': { flags: patchFlags, run: removePatch },
  'remove secret': { flags: [namespace], run: removeGenerator(SECRET) },
  'remove transformer': { run: removeTransformers },
  'set buildmetadata': { run: changeBuildMetadata('set') },
  'set configmap': { flags: changes, run: setGenerator(CONFIG_MAP) },
  'set secret': { flags: changes, run: setGenerator(SECRET) },
  'add annotation': { flags: [force], run: addMetadata('annotation') },
  'add component': { run: addPaths('components', 'component') },
  'add label': {
    flags: [force, boolFlag('without-selector'), boolFlag('include-templates')],
    run: addMetadata('label'),
  },
  'add resource': { flags: [boolFlag('no-verify')], run: addPaths('resources', 'resource') },
  'remove annotation': { flags: [ignored], run: removeMetadata('annotation') },
  'remove label': { flags: [ignored], run: removeMetadata('label') },
  'remove resource': { run: removeResources },
  'set annotation': { run: setMetadata('annotation') },
  'set image': { run: setImage },
  'set label': { run: setMetadata('label') },
  'set nameprefix': { run: setField('namePrefix', 'prefix') },
  'set namespace': { run: setField('namespace', 'namespace') },
  'set namesuffix': { run: setField('nameSuffix', 'suffix') },
  'set replicas': { run: setReplicas },
};

/** cobra's end of a command that failed: the error and its usage. */
export function* failedWith(tool: Tool, command: string, error: string): Coroutine<number> {
  yield* tool.err(`Error: ${error}\n${usageOf(command)}\n`);
  return 1;
}

/** `edit` and its groups by themselves print their help, whatever follows them. */
function* groupOrUnknown(tool: Tool, words: readonly string[]): Coroutine<number> {
  const [first = ''] = words;
  if (first === 'alpha-list-builtin-plugin') return yield* notSimulated(tool, words.join(' '));
  yield* tool.out(pageOf(`edit ${first}`) ?? helpOf('edit'));
  return 0;
}

/** `kustomize edit …` on the kustomization of the working directory. */
export function* edit(tool: Tool, words: readonly string[]): Coroutine<number> {
  const [first = '', second = '', ...rest] = words;
  const command = `edit ${first} ${second}`;
  const name = `${first} ${second}`;
  if (first === 'fix') return yield* fix(tool, words.slice(1));
  if (!Object.hasOwn(VERBS, name)) return yield* groupOrUnknown(tool, words);
  const verb = VERBS[name];
  const flags = new FlagSet(verb.flags ?? []);
  const parsed = flags.parse(rest);
  if (!parsed.ok) {
    if (parsed.error !== 'help') return yield* failedWith(tool, command, parsed.error);
    yield* tool.out(helpOf(command));
    return 0;
  }
  const read = KustomizationFile.read(tool);
  const file = read.ok ? read.value : KustomizationFile.empty(tool);
  const done = verb.run({ tool, file, flags, args: flags.args });
  // What is wrong with the words comes before what is wrong with the file.
  if (!read.ok && done.ok) yield* tool.err(/^.* has no match\n/m.exec(done.value ?? '')?.[0] ?? '');
  if (!read.ok && (done.ok || ABOUT_FILE.test(done.error)))
    return yield* failedWith(tool, command, readError(read.error, command));
  if (!done.ok) yield* tool.err(done.said ?? '');
  if (!done.ok) return yield* failedWith(tool, command, done.error);
  yield* tool.err(done.value ?? '');
  if (!done.unwritten) file.write();
  return 0;
}
