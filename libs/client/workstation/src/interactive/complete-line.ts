import type { Cluster } from '@seatrial/cluster';
import {
  compareStrings,
  isJsonObject,
  resolvePath,
  type JsonObject,
  type Machine,
  type Process,
} from '@seatrial/kernel';
import { completeKubectl, type CompletionSource } from '@seatrial/kubectl';
import { yamlToJson } from '@seatrial/manifest';
import { builtinNames } from '@seatrial/shell';

/** What may stand where a word is being typed. */
export interface Completion {
  /** Where the word begins in the line. */
  readonly from: number;
  /** Whole words, by name; folders end with `/`, flags that want a value with `=`. */
  readonly candidates: readonly string[];
  /** The longest text that all of them begin with; at least what was typed. */
  readonly common: string;
}

export interface CompletionPlace {
  readonly cluster: Cluster;
  readonly machine: Machine;
  /** The shell, for its directory and environment. */
  readonly process: Process;
}

const KUBECTL_NAMES = new Set(['kubectl', 'k']);
/** So many are looked at; nobody reads more. */
const MAX_CANDIDATES = 1000;

/** The command that the cursor is in: what stands behind the last separator outside quotes. */
function lastCommand(line: string): string {
  let start = 0;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const char = line[at];
    if (char === '\\') at++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if ('|;&(`'.includes(char)) start = at + 1;
  }
  return line.slice(start);
}

function commandNames({ machine, process }: CompletionPlace): string[] {
  const folders = (process.env.get('PATH') ?? '').split(':');
  const programs = folders.flatMap((folder) => {
    const listed = machine.files.readDirectory(folder);
    return listed.ok ? listed.value : [];
  });
  return [...programs, ...builtinNames('bash')];
}

function fileNames({ machine, process }: CompletionPlace, prefix: string): string[] {
  const slash = prefix.lastIndexOf('/') + 1;
  const folder = prefix.slice(0, slash);
  const home = process.env.get('HOME') ?? '/';
  const path = resolvePath(process.cwd, folder === '' ? '.' : folder.replace(/^~(?=\/)/, home));
  const listed = machine.files.readDirectory(path);
  if (!listed.ok) return [];
  return listed.value
    .filter((name) => prefix.slice(slash).startsWith('.') || !name.startsWith('.'))
    .map((name) => folder + name + (machine.files.isDirectory(`${path}/${name}`) ? '/' : ''));
}

/** The namespace of the kubeconfig's current context. */
function currentNamespace({ machine, process }: CompletionPlace): string {
  const path = process.env.get('KUBECONFIG') ?? `${process.env.get('HOME') ?? ''}/.kube/config`;
  const text = machine.files.readFile(resolvePath(process.cwd, path));
  const parsed = text.ok ? yamlToJson(text.value) : undefined;
  if (!parsed?.ok || !isJsonObject(parsed.value) || !Array.isArray(parsed.value.contexts)) return 'default';
  const current = parsed.value['current-context'];
  const entry = parsed.value.contexts.filter(isJsonObject).find(({ name }) => name === current);
  const namespace = isJsonObject(entry?.context) ? entry.context.namespace : undefined;
  return typeof namespace === 'string' && namespace !== '' ? namespace : 'default';
}

function clusterSource(place: CompletionPlace): CompletionSource {
  const { apiServer } = place.cluster;
  const served = (): ReturnType<typeof apiServer.resources> =>
    apiServer.resources().filter(({ preferred, verbs }) => preferred && verbs.includes('list'));
  return {
    types: () =>
      served().map(({ resource, singular, shortNames }) => ({
        plural: resource,
        names: [resource, singular, ...shortNames],
      })),
    names: (type, given) => {
      const mapping = served().find(({ resource }) => resource === type);
      if (!mapping) return [];
      const { group, version, resource, namespaced } = mapping;
      const where = namespaced ? { namespace: given ?? currentNamespace(place) } : {};
      const user = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };
      const response = apiServer.handle({ verb: 'list', group, version, resource, user, ...where });
      const items: unknown = response.code < 400 ? (response.body as JsonObject).items : [];
      if (!Array.isArray(items)) return [];
      return items
        .slice(0, MAX_CANDIDATES)
        .flatMap((item) =>
          isJsonObject(item) && isJsonObject(item.metadata) && typeof item.metadata.name === 'string'
            ? [item.metadata.name]
            : [],
        );
    },
  };
}

function commonStart(candidates: readonly string[], prefix: string): string {
  const [first = prefix, ...rest] = candidates;
  let length = first.length;
  for (const candidate of rest) while (!candidate.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}

/** Completes the last word of a line. */
export function completeLine(place: CompletionPlace, line: string): Completion {
  const words = lastCommand(line).split(/\s+/);
  const prefix = words.pop() ?? '';
  const before = words.filter((word) => word !== '' && !/^[A-Za-z_]\w*=/.test(word));
  if (before[0] === 'sudo' || before[0] === 'watch' || before[0] === 'time') before.shift();
  let found: readonly string[];
  if (before.length === 0) found = prefix.includes('/') ? fileNames(place, prefix) : commandNames(place);
  else if (KUBECTL_NAMES.has(before[0]) && before.at(-1) !== '-f' && before.at(-1) !== '--filename')
    found = completeKubectl(before.slice(1), prefix, clusterSource(place));
  else found = fileNames(place, prefix);
  const candidates = [...new Set(found)]
    .filter((name) => name.startsWith(prefix))
    .sort(compareStrings)
    .slice(0, MAX_CANDIDATES);
  return { from: line.length - prefix.length, candidates, common: commonStart(candidates, prefix) };
}
