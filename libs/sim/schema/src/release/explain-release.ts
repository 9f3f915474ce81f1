import { PRINTED_CHANGES, removedFlag, removedVerb, runMakesPods } from './client-changes.js';
import type { ReleaseChange } from './release-change.js';
import { removedApi, removedResource } from './removed-apis.js';

/** One command with what it printed. */
export interface TypedStep {
  readonly command: string;
  readonly stderr: string;
}

const MAX_TEXT = 20_000;
/** Global flags whose value may be a word of its own before the verb. */
const VALUED = new Set([
  '-n',
  '--namespace',
  '--context',
  '--kubeconfig',
  '-s',
  '--server',
  '--user',
  '--cluster',
  '--as',
]);
const UNMAPPED = /no matches for kind "([A-Za-z]+)" in version "([a-z0-9./]+)"/g;
const NO_TYPE = /the server doesn't have a resource type "([a-z]+)"/g;
const UNKNOWN_FLAG = /unknown flag: (--[a-z-]+)|unknown shorthand flag: '(.)'/g;
const UNKNOWN_COMMAND = /unknown command "([a-z-]+)" for "kubectl"/g;
const NO_DEPLOYMENT = /deployments\.apps "([a-z0-9.-]+)" not found/g;

/** The verb of the first kubectl in a command line. */
function verbOf(command: string): string {
  const words = command.slice(0, MAX_TEXT).split(/[\s;|&()]+/);
  const at = words.indexOf('kubectl');
  if (at < 0) return '';
  for (let i = at + 1; i < words.length; i++) {
    if (!words[i].startsWith('-')) return words[i];
    if (VALUED.has(words[i])) i++;
  }
  return '';
}

/** Whether an earlier `kubectl run NAME` would have made a Deployment before v1.18. */
const ranAs = (earlier: readonly string[], name: string): boolean =>
  earlier.some(
    (command) =>
      verbOf(command) === 'run' &&
      command
        .slice(0, MAX_TEXT)
        .split(/[\s;|&]+/)
        .includes(name),
  );

/**
 * The releases of Kubernetes that changed what a command relied on, from what it was refused with: for the reasons that
 * a student reads. `earlier` are the commands before it.
 */
export function explainRelease({ command, stderr }: TypedStep, earlier: readonly string[]): readonly ReleaseChange[] {
  const text = stderr.slice(0, MAX_TEXT);
  if (text === '') return [];
  const verb = verbOf(command);
  const found: (ReleaseChange | undefined)[] = [
    ...[...text.matchAll(UNMAPPED)].map(([, kind, apiVersion]) => removedApi(apiVersion, kind)),
    ...[...text.matchAll(NO_TYPE)].map(([, resource]) => removedResource(resource)),
    ...[...text.matchAll(UNKNOWN_FLAG)].map(([, long, short]) => removedFlag(verb, long || `-${short}`)),
    ...[...text.matchAll(UNKNOWN_COMMAND)].map(([, name]) => removedVerb(name)),
    ...[...text.matchAll(NO_DEPLOYMENT)].map(([, name]) => (ranAs(earlier, name) ? runMakesPods : undefined)),
    ...PRINTED_CHANGES.map(({ pattern, change }) => (pattern.test(text) ? change : undefined)),
  ];
  return [...new Set(found.filter((each) => each !== undefined))];
}
