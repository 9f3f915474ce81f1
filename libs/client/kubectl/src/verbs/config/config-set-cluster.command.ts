import { FILE_ERROR_TEXT, encodeBase64, resolvePath, type JsonObject } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import { CLUSTER, inMemberOrder } from '../../client/kube-config-types.js';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { stringFlag, type FlagDefinition } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { ConfigAccess } from './config-access.js';
import { helpError } from './config-help.js';

const entryFlag = (name: string): FlagDefinition => stringFlag(name, `${name} for the cluster entry in kubeconfig`);

/** Says that a file to embed is not there. */
export function checkEmbedded(k: Invocation, flag: string): void {
  const path = k.flags.string(flag);
  if (path === '') return;
  const read = k.process.machine.files.readFile(resolvePath(k.process.cwd, path));
  if (!read.ok && read.error !== 'EISDIR')
    failWith(`could not stat ${flag} file ${path}: stat ${path}: ${FILE_ERROR_TEXT[read.error].toLowerCase()}`);
}

/** Puts a named file into an entry: its path, or with --embed-certs its content. */
export function setFile(k: Invocation, entry: JsonObject, flag: string, embed: boolean): void {
  const path = k.flags.string(flag);
  const at = resolvePath(k.process.cwd, path);
  if (!embed) {
    entry[flag] = at;
    entry[`${flag}-data`] = null;
    return;
  }
  const read = k.process.machine.files.readFile(at);
  entry[`${flag}-data`] = read.ok ? encodeBase64(read.value) : '';
  entry[flag] = null;
}

function changeCluster(k: Invocation, entry: JsonObject): void {
  const { flags } = k;
  if (flags.changed('server')) {
    entry.server = flags.string('server');
    delete entry['tls-server-name'];
  }
  if (flags.changed('tls-server-name')) entry['tls-server-name'] = flags.string('tls-server-name');
  // The flag's default counts as given: without it, the entry's setting ends.
  entry['insecure-skip-tls-verify'] = flags.bool('insecure-skip-tls-verify');
  if (flags.bool('insecure-skip-tls-verify')) {
    delete entry['certificate-authority'];
    delete entry['certificate-authority-data'];
  }
  if (flags.changed('certificate-authority')) {
    setFile(k, entry, 'certificate-authority', flags.bool('embed-certs'));
    delete entry['insecure-skip-tls-verify'];
  }
  if (flags.changed('proxy-url')) entry['proxy-url'] = flags.string('proxy-url');
}

/** `kubectl config set-cluster`. */
export const setClusterCommand = defineVerb({
  name: 'set-cluster',
  usage:
    'NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]',
  short: 'Set a cluster entry in kubeconfig',
  long: 'Set a cluster entry in kubeconfig.\n\n Specifying a name that already exists will merge new fields on top of existing values for those fields.',
  examples: [
    '  # Set only the server field on the e2e cluster entry without touching other values\n  kubectl config set-cluster e2e --server=https://1.2.3.4\n',
    '  # Embed certificate authority data for the e2e cluster entry\n  kubectl config set-cluster e2e --embed-certs --certificate-authority=~/.kube/e2e/kubernetes.ca.crt\n',
    '  # Disable cert checking for the e2e cluster entry\n  kubectl config set-cluster e2e --insecure-skip-tls-verify=true\n',
    '  # Set the custom TLS server name to use for validation for the e2e cluster entry\n  kubectl config set-cluster e2e --tls-server-name=my-cluster-name\n',
    '  # Set the proxy URL for the e2e cluster entry\n  kubectl config set-cluster e2e --proxy-url=https://1.2.3.4\n',
  ].join('  \n'),
  flags: [
    stringFlag('certificate-authority', 'Path to certificate-authority file for the cluster entry in kubeconfig'),
    { ...entryFlag('embed-certs'), type: 'tristate', default: 'false' },
    { ...entryFlag('insecure-skip-tls-verify'), type: 'tristate', default: 'false' },
    entryFlag('proxy-url'),
    entryFlag('server'),
    entryFlag('tls-server-name'),
  ],
  *run(k) {
    const { flags } = k;
    if (k.args.length !== 1) yield* helpError(k, `Unexpected args: [${k.args.join(' ')}]`);
    const [name] = k.args;
    if (name === '') failWith('you must specify a non-empty cluster name');
    const authority = flags.string('certificate-authority');
    if (flags.bool('insecure-skip-tls-verify') && authority !== '')
      failWith('you cannot specify a certificate authority and insecure mode at the same time');
    if (flags.bool('embed-certs')) {
      if (authority === '') failWith('you must specify a --certificate-authority to embed');
      checkEmbedded(k, 'certificate-authority');
    }
    const access = new ConfigAccess(k);
    const data = access.start();
    const entry: JsonObject = { ...data.clusters.get(name) };
    changeCluster(k, entry);
    data.clusters.set(name, inMemberOrder(entry, CLUSTER));
    access.modify(data);
    yield* k.out(`Cluster ${goQuote(name)} set.\n`);
    return 0;
  },
});
