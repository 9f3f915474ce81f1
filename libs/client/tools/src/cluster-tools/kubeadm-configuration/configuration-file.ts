import { fail, type Coroutine, type JsonObject, type Result } from '@seatrial/kernel';
import { klogLine } from '@seatrial/schema';
import { PATCH_RELEASES } from '@seatrial/cluster';
import type { Tool } from '../../tool/tool.js';
import { nodeOf } from '../cluster-tool.js';
import { newToken } from '../kubeadm-token.js';
import { kubeadmRelease } from '../kubeadm-upgrade/kubeadm-version.js';
import type { ConfigurationSite } from './default-configuration.js';
import { loadInit, loadJoin, settleInit, settleJoin, type ConfigurationWarning, type InitializedConfiguration, type LoadOptions } from './load-configuration.js'; // prettier-ignore
import { splitConfiguration, type ConfigurationDocument } from './read-documents.js';

/** What `stable` comes to: the newest release of kubeadm's series, where the nodes have packages of it. */
export function newestRelease(tool: Tool): string {
  return nodeOf(tool)?.packages ? PATCH_RELEASES[0] : kubeadmRelease(tool);
}

/** The machine that kubeadm runs on, as its defaults see it. */
export function configurationSite(tool: Tool): ConfigurationSite {
  const node = nodeOf(tool);
  return {
    hostname: tool.machine.hostname,
    address: node?.node.address ?? '127.0.0.1',
    release: newestRelease(tool),
    newToken: () => (node ? newToken(node) : 'abcdef.0123456789abcdef'),
  };
}

type Load<T> = (documents: readonly ConfigurationDocument[], options: LoadOptions) => Result<T, string>;

/** Loads documents, and prints the warnings that come up. */
export function* loadWarning<T>(
  tool: Tool,
  documents: readonly ConfigurationDocument[],
  strict: boolean,
  load: Load<T>,
): Coroutine<Result<T, string>> {
  const warnings: ConfigurationWarning[] = [];
  const loaded = load(documents, {
    site: configurationSite(tool),
    strict,
    warn: (warning) => warnings.push(warning),
  });
  for (const { place, text } of warnings)
    yield* tool.err(`${klogLine(tool.machine.simulation.now(), 'W', place, text, tool.process.pid)}\n`);
  return loaded;
}

/** What flags say of a first control plane, as a file would. */
export const loadInitOf = (
  tool: Tool,
  init: JsonObject,
  cluster: JsonObject,
): Coroutine<Result<InitializedConfiguration, string>> =>
  loadWarning(tool, [], false, (_, options) => settleInit(init, cluster, options));

/** What flags say of a joining node. */
export const loadJoinOf = (tool: Tool, join: JsonObject): Coroutine<Result<JsonObject, string>> =>
  loadWarning(tool, [], false, (_, options) => settleJoin(join, options));

function* loadFile<T>(tool: Tool, path: string, load: Load<T>): Coroutine<Result<T, string>> {
  const read = tool.readFile(path);
  if (!read.ok)
    return fail(`unable to read config from ${JSON.stringify(path)} : open ${path}: no such file or directory`);
  const documents = splitConfiguration(read.value);
  return documents.ok ? yield* loadWarning(tool, documents.value, false, load) : documents;
}

/** `--config` of `kubeadm init` and of what goes with it: a file that is not strict about what it holds. */
export const loadInitFile = (tool: Tool, path: string): Coroutine<Result<InitializedConfiguration, string>> =>
  loadFile(tool, path, loadInit);

/** `--config` of `kubeadm join`. */
export const loadJoinFile = (tool: Tool, path: string): Coroutine<Result<JsonObject, string>> =>
  loadFile(tool, path, loadJoin);

/** The documents of a file that `kubeadm config` checks; the error is Go's of the file, or of what it holds. */
export function documentsIn(tool: Tool, path: string): Result<readonly ConfigurationDocument[], string> {
  const read = tool.readFile(path);
  return read.ok ? splitConfiguration(read.value) : fail(`open ${path}: no such file or directory`);
}
