import type { Coroutine, Result } from '@seatrial/kernel';
import { FlagSet, boolFlag, type FlagDefinition } from '@seatrial/kubectl';
import type { Tool } from '../../tool/tool.js';
import { notSimulated } from '../cluster-tool.js';
import { addMetadata, removeMetadata, setMetadata } from './edit-metadata.js';
import { addPaths, removeResources } from './edit-paths.js';
import { setField, setImage, setReplicas } from './edit-values.js';
import { KustomizationFile } from './kustomization-file.js';
import { helpOf, usageOf } from './kustomize-usage.js';

/** One change of a kustomization that was asked for. */
export interface EditCall {
  readonly tool: Tool;
  readonly file: KustomizationFile;
  readonly flags: FlagSet;
  readonly args: readonly string[];
}

/** The file is changed, with what is said on standard error; or kustomize's error. */
export type EditResult = Result<string | undefined, string>;

interface EditVerb {
  readonly flags?: readonly FlagDefinition[];
  readonly run: (call: EditCall) => EditResult;
}

const force = boolFlag('force', '', { shorthand: 'f' });
const ignored = boolFlag('ignore-non-existence', '', { shorthand: 'i' });

/** What `kustomize edit` changes, by its two words (commands/edit, v5.7.1). */
const VERBS: Readonly<Record<string, EditVerb>> = {
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

/** `kustomize edit …` on the kustomization of the working directory. */
export function* edit(tool: Tool, words: readonly string[]): Coroutine<number> {
  const [first = '', second = '', ...rest] = words;
  const command = `edit ${first} ${second}`;
  const name = `${first} ${second}`;
  if (!Object.hasOwn(VERBS, name))
    return yield* notSimulated(tool, words.length > 0 ? words.slice(0, 2).join(' ') : '');
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
  if (!read.ok && (done.ok || done.error.endsWith('kustomization file')))
    return yield* failedWith(tool, command, read.error);
  if (!done.ok) return yield* failedWith(tool, command, done.error);
  yield* tool.err(done.value ?? '');
  file.write();
  return 0;
}
