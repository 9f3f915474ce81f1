import { fail, ok, type Result } from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import type { Tool } from '../../tool/tool.js';
import type { EditCall, EditResult } from './edit-command.js';

const GLOB = /[*?[\\]/;

/** Whether a name fits a pattern of `*` and `?`, looked at one character at a time. */
export function fits(pattern: string, name: string): boolean {
  let states = new Set([0]);
  const closed = (from: Set<number>): Set<number> => {
    const all = new Set(from);
    for (const state of all) if (pattern[state] === '*') all.add(state + 1);
    return all;
  };
  states = closed(states);
  for (const character of name) {
    const next = new Set<number>();
    for (const state of states) {
      if (pattern[state] === '*' && character !== '/') next.add(state);
      else if ((pattern[state] === '?' && character !== '/') || pattern[state] === character) next.add(state + 1);
    }
    states = closed(next);
  }
  return states.has(pattern.length);
}

/** The files that a word stands for; none where nothing is there. */
export function matching(tool: Tool, word: string): readonly string[] {
  const { files } = tool.machine;
  if (!GLOB.test(word)) return files.exists(tool.path(word)) ? [word] : [];
  const slash = word.lastIndexOf('/');
  const folder = word.slice(0, slash + 1);
  const listed = files.readDirectory(tool.path(folder === '' ? '.' : folder));
  if (!listed.ok || GLOB.test(folder)) return [];
  return listed.value.filter((name) => fits(word.slice(slash + 1), name)).map((name) => `${folder}${name}`);
}

/** The paths that words stand for (util.GlobPatternsWithLoader); the error of the first that is nowhere. */
export function globbed(tool: Tool, words: readonly string[], verified: boolean): Result<string[], string> {
  const paths: string[] = [];
  for (const word of words) {
    const found = verified ? matching(tool, word) : [word];
    if (found.length === 0) {
      const path = tool.path(word);
      return fail(
        `${word} has no match: must build at directory: not a valid directory: evalsymlink failure on '${path}' : lstat ${path}: no such file or directory`,
      );
    }
    paths.push(...found);
  }
  return ok(paths);
}

/** `add resource` and `add component`: files of a list that are not in it yet. */
export const addPaths =
  (field: string, what: string) =>
  ({ tool, file, flags, args }: EditCall): EditResult => {
    if (args.length === 0) return fail(`must specify a ${what} file`);
    const paths = globbed(tool, args, !flags.bool('no-verify'));
    if (!paths.ok) return paths;
    const known = file.list(field);
    const stamp = formatDate('%Y/%m/%d %H:%M:%S', tool.machine.simulation.now());
    const said: string[] = [];
    for (const path of paths.value) {
      if (path === file.path) continue;
      if (known.includes(path)) said.push(`${stamp} ${what} ${path} already in kustomization file\n`);
      else known.push(path);
    }
    file.fields[field] = known;
    return ok(said.join(''));
  };

/** `remove resource`: those of the list that a word's pattern fits. */
export function removeResources({ file, args }: EditCall): EditResult {
  if (args.length === 0) return fail('must specify a resource file');
  const known = file.list('resources');
  const left = known.filter((path) => !args.some((pattern) => typeof path === 'string' && fits(pattern, path)));
  if (left.length < known.length) file.fields['resources'] = left;
  return ok(undefined);
}
