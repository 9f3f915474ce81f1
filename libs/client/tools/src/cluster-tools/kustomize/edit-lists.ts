import { fail, ok, type Result } from '@seatrial/kernel';
import type { EditCall, EditResult } from './edit-command.js';
import { logLine, unwritten } from './edit-generators.js';
import { fits, matching } from './edit-paths.js';

/** `add transformer` and `add generator`: files that are nowhere are only logged. */
export const addConfigurations =
  (field: 'transformers' | 'generators', what: string) =>
  ({ tool, file, args }: EditCall): EditResult => {
    if (args.length === 0) return fail(`must specify a yaml file which contains a ${what} plugin resource`);
    const found = args.map((word) => matching(tool, word));
    const absent = args.filter((_, index) => found[index].length === 0);
    const said = absent.map((word) => logLine(tool, `${word} has no match`));
    const known = file.list(field);
    for (const path of found.flat()) {
      if (known.includes(path)) said.push(logLine(tool, `${what} ${path} already in kustomization file`));
      else known.push(path);
    }
    if (absent.length === args.length) return unwritten(said.join(''));
    file.fields[field] = known;
    return ok(said.join(''));
  };

export function removeTransformers({ file, args }: EditCall): EditResult {
  if (args.length === 0) return fail('must specify a transformer file');
  const known = file.list('transformers');
  const left = known.filter((path) => !args.some((pattern) => typeof path === 'string' && fits(pattern, path)));
  if (left.length === known.length) return unwritten('');
  file.fields['transformers'] = left;
  return ok(undefined);
}

/** `add base`, which writes resources. */
export function addBases({ tool, file, args }: EditCall): EditResult {
  if (args.length !== 1) return fail('must specify a base directory');
  const resources = file.list('resources');
  for (const path of args[0].split(',')) {
    if (!tool.machine.files.exists(tool.path(path))) return fail(`${path} does not exist`);
    if (resources.includes(path)) return fail(`base ${path} already in kustomization file`);
    resources.push(path);
  }
  file.fields['resources'] = resources;
  return ok(undefined);
}

const METADATA = ['originAnnotations', 'transformerAnnotations', 'managedByLabel'];

function metadataOptions(args: readonly string[]): Result<string[], string> {
  if (args.length === 0) return fail('must specify a buildMetadata option');
  if (args.length > 1)
    return fail(
      `too many arguments: [${args.join(' ')}]; to provide multiple buildMetadata options, please separate options by comma`,
    );
  const options = args[0].split(',');
  const wrong = options.find((option) => !METADATA.includes(option));
  return wrong === undefined ? ok(options) : fail(`invalid buildMetadata option: ${wrong}`);
}

/** `add|set|remove buildmetadata`. */
export const changeBuildMetadata =
  (verb: 'add' | 'set' | 'remove') =>
  ({ file, args }: EditCall): EditResult => {
    const options = metadataOptions(args);
    if (!options.ok) return options;
    const known = file.list('buildMetadata');
    const twice = verb === 'add' ? options.value.find((option) => known.includes(option)) : undefined;
    if (twice !== undefined) return fail(`buildMetadata option ${twice} already in kustomization file`);
    file.fields['buildMetadata'] = {
      add: [...known, ...options.value],
      set: options.value,
      remove: known.filter((option) => typeof option !== 'string' || !options.value.includes(option)),
    }[verb];
    return ok(undefined);
  };
