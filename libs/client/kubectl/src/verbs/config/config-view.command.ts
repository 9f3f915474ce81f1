import { FILE_ERROR_TEXT, encodeBase64, type JsonObject } from '@seatrial/kernel';
import type { KubeConfigData } from '../../client/kube-config.js';
import { emptyKubeConfig } from '../../client/kube-config.js';
import { CLUSTER, USER, inMemberOrder, type GoStruct } from '../../client/kube-config-types.js';
import { entryPath } from '../../client/load-kube-config.js';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { objectPrinter } from '../../printers/object-printer.js';
import { ConfigAccess, configObject } from './config-access.js';

const REDACTED: Readonly<Record<string, string>> = {
  'certificate-authority-data': 'DATA+OMITTED',
  'client-certificate-data': 'DATA+OMITTED',
  'client-key-data': 'DATA+OMITTED',
  password: 'REDACTED',
  token: 'REDACTED',
};

/** Puts words for what is secret (clientcmdapi.RedactSecrets and ShortenConfig). */
function redact(data: KubeConfigData): void {
  for (const list of ['clusters', 'users'] as const) {
    const entries = data[list] as Map<string, JsonObject>;
    for (const [name, entry] of entries)
      entries.set(
        name,
        Object.fromEntries(Object.entries(entry).map(([key, item]) => [key, (item && REDACTED[key]) || item])),
      );
  }
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
  small.preferences = data.preferences;
  small.extensions.push(...data.extensions);
  for (const [key, origin] of data.origins) small.origins.set(key, origin);
  const { cluster = '', user = '' } = context;
  if (cluster !== '')
    small.clusters.set(cluster, data.clusters.get(cluster) ?? failWith(`cannot locate cluster ${cluster}`));
  if (user !== '') small.users.set(user, data.users.get(user) ?? failWith(`cannot locate user ${user}`));
  return small;
}

/** Puts the content of named files into the entries (clientcmdapi.FlattenConfig). */
function flatten(k: Invocation, data: KubeConfigData): void {
  const inline = (list: 'users' | 'clusters', members: readonly string[], struct: GoStruct): void => {
    const entries = data[list] as Map<string, JsonObject>;
    for (const [name, entry] of entries) {
      const changed = { ...entry };
      for (const member of members) {
        const path = entry[member];
        if (typeof path !== 'string' || path === '') continue;
        if (changed[`${member}-data`]) failWith('cannot have values for both path and contents');
        const at = entryPath(k.process, data, `${list}/${name}`, path);
        const content = k.process.machine.files.readFile(at);
        if (!content.ok) failWith(`open ${at}: ${FILE_ERROR_TEXT[content.error].toLowerCase()}`);
        changed[`${member}-data`] = encodeBase64(content.value);
        changed[member] = null;
      }
      entries.set(name, inMemberOrder(changed, struct));
    }
  };
  inline('users', ['client-certificate', 'client-key'], USER);
  inline('clusters', ['certificate-authority'], CLUSTER);
}

/** `kubectl config view`. */
export const configViewCommand = defineVerb({
  name: 'view',
  usage: '[flags]',
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
    const access = new ConfigAccess(k);
    const merge = k.flags.bool('merge');
    const print = objectPrinter(k, '', [], true);
    if (!merge && !access.explicit) failWith('if merge==false a precise file must be specified');
    let data = merge ? access.start() : access.explicitFile();
    if (k.flags.bool('minify')) data = minify(k, data);
    if (k.flags.bool('flatten')) flatten(k, data);
    else if (!k.flags.bool('raw')) redact(data);
    yield* k.out(print(configObject(data)));
    return 0;
  },
});
