import { isJsonObject, resolvePath, encodeBase64, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { KubeConfigData } from '../../client/kube-config.js';
import { emptyKubeConfig } from '../../client/kube-config.js';
import { entryPath } from '../../client/load-kube-config.js';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { objectPrinter } from '../../printers/object-printer.js';
import { configObject, mergedConfig } from './config-files.js';

const REDACTED: Readonly<Record<string, string>> = {
  'certificate-authority-data': 'DATA+OMITTED',
  'client-certificate-data': 'DATA+OMITTED',
  'client-key-data': 'DATA+OMITTED',
  password: 'REDACTED',
  token: 'REDACTED',
};

function redact(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]): [string, JsonValue | undefined] => {
      if (REDACTED[key] !== undefined && typeof item === 'string' && item !== '') return [key, REDACTED[key]];
      if (Array.isArray(item)) return [key, item.map((entry) => (isJsonObject(entry) ? redact(entry) : entry))];
      return [key, isJsonObject(item) ? redact(item) : item];
    }),
  );
}

/** Only what the current context needs (clientcmdapi.MinifyConfig). */
function minify(k: Invocation, data: KubeConfigData): KubeConfigData {
  const name = k.flags.string('context') || data.currentContext;
  if (name === '') failWith('current-context must exist in order to minify');
  const context = data.contexts.get(name);
  if (!context) failWith(`cannot locate context ${name}`);
  const small = emptyKubeConfig();
  small.currentContext = name;
  small.contexts.set(name, context);
  const cluster = data.clusters.get(context.cluster ?? '');
  if (cluster) small.clusters.set(context.cluster ?? '', cluster);
  const user = data.users.get(context.user ?? '');
  if (user) small.users.set(context.user ?? '', user);
  return small;
}

/** Puts the content of named files into copies of the entries (clientcmdapi.FlattenConfig). */
function flatten(k: Invocation, data: KubeConfigData): void {
  const inlined = <T extends object>(entry: T, key: string, files: readonly string[]): T => {
    const fields = { ...entry } as Record<string, string | undefined>;
    for (const file of files) {
      const path = fields[file];
      if (!path) continue;
      const content = k.process.machine.files.readFile(
        resolvePath(k.process.cwd, entryPath(k.process, data, key, path)),
      );
      if (!content.ok) failWith(`open ${path}: no such file or directory`);
      fields[`${file}-data`] = encodeBase64(content.value);
      fields[file] = undefined;
    }
    return fields as T;
  };
  for (const [name, cluster] of data.clusters)
    data.clusters.set(name, inlined(cluster, `clusters/${name}`, ['certificate-authority']));
  for (const [name, user] of data.users)
    data.users.set(name, inlined(user, `users/${name}`, ['client-certificate', 'client-key']));
}

/** `kubectl config view`. */
export const configViewCommand = defineVerb({
  name: 'view',
  short: 'Display merged kubeconfig settings or a specified kubeconfig file',
  flags: [
    boolFlag('allow-missing-template-keys', '', { default: 'true' }),
    boolFlag('flatten', 'Flatten the resulting kubeconfig file into self-contained output'),
    { name: 'merge', type: 'tristate', default: 'true', usage: 'Merge the full hierarchy of kubeconfig files' },
    boolFlag('minify', 'Remove all information not used by current-context from the output'),
    stringFlag('output', 'Output format.', { shorthand: 'o', default: 'yaml' }),
    boolFlag('raw', 'Display raw byte data and sensitive data'),
    boolFlag('show-managed-fields', ''),
    stringFlag('template', 'Template string or path to template file.'),
  ],
  *run(k) {
    if (k.args.length > 0) k.usageError(`unexpected arguments: [${k.args.join(' ')}]`);
    let data = mergedConfig(k);
    if (k.flags.bool('minify')) data = minify(k, data);
    if (k.flags.bool('flatten')) flatten(k, data);
    const object = configObject(data);
    yield* k.out(objectPrinter(k, '')(k.flags.bool('raw') || k.flags.bool('flatten') ? object : redact(object)));
    return 0;
  },
});
