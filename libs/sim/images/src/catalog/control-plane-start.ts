import { waitFor, type Coroutine, type Process } from '@seatrial/kernel';
import { goQuote, klogLine } from '@seatrial/schema';
import { CONTROL_PLANE_FLAGS } from './control-plane-flags.js';

type Component = keyof typeof CONTROL_PLANE_FLAGS;

const AUTHORIZATION_MODES = ['AlwaysAllow', 'AlwaysDeny', 'ABAC', 'Webhook', 'RBAC', 'Node'];

const ADMISSION_PLUGINS = new Set(
  'AlwaysAdmit AlwaysDeny AlwaysPullImages CertificateApproval CertificateSigning CertificateSubjectRestriction ClusterTrustBundleAttest DefaultIngressClass DefaultStorageClass DefaultTolerationSeconds DenyServiceExternalIPs EventRateLimit ExtendedResourceToleration ImagePolicyWebhook LimitPodHardAntiAffinityTopology LimitRanger MutatingAdmissionPolicy MutatingAdmissionWebhook NamespaceAutoProvision NamespaceExists NamespaceLifecycle NodeDeclaredFeatureValidator NodeRestriction OwnerReferencesPermissionEnforcement PersistentVolumeClaimResize PodNodeSelector PodSecurity PodTolerationRestriction PodTopologyLabels Priority ResourceQuota RuntimeClass ServiceAccount StorageObjectInUseProtection TaintNodesByCondition ValidatingAdmissionPolicy ValidatingAdmissionWebhook'.split(
    ' ',
  ),
);

/** What an installer leaves in its folders; the simulated nodes do not have all of it as files. */
const INSTALLED =
  /^\/etc\/kubernetes\/pki\/(?:(?:etcd\/)?(?:ca|server|peer|healthcheck-client)|apiserver(?:-etcd-client|-kubelet-client)?|front-proxy-(?:ca|client))\.(?:crt|key)$|^\/etc\/kubernetes\/pki\/sa\.(?:pub|key)$|^\/etc\/kubernetes\/(?:admin|controller-manager|scheduler)\.conf$/;

const isMissing = ({ machine }: Process, path: string): boolean => !INSTALLED.test(path) && !machine.files.exists(path);

/** An empty kubeconfig, as a volume of type FileOrCreate makes one of a path that is not there. */
function isEmpty({ machine }: Process, path: string): boolean {
  if (INSTALLED.test(path)) return false;
  const read = machine.files.readFile(path);
  return read.ok && read.value.trim() === '';
}

const NO_CONFIGURATION =
  'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable';

/** What is said of a file that is not there; in the order in which the components read them. */
const FILES: Readonly<Record<Component, readonly (readonly [flag: string, text: (path: string) => string])[]>> = {
  'kube-apiserver': [
    ['tls-cert-file', (path) => open(path)],
    ['tls-private-key-file', (path) => open(path)],
    ['client-ca-file', (path) => open(path)],
    ['requestheader-client-ca-file', (path) => open(path)],
    ['service-account-key-file', (path) => open(path)],
    ['service-account-signing-key-file', (path) => `failed to parse service-account-issuer-key-file: ${open(path)}`],
    [
      'audit-policy-file',
      (path) => `loading audit policy file: failed to read file path ${goQuote(path)}: ${open(path)}`,
    ],
    [
      'encryption-provider-config',
      (path) =>
        `error while parsing file: error while loading file: error reading encryption provider configuration file ${goQuote(path)}: ${open(path)}`,
    ],
    [
      'admission-control-config-file',
      (path) =>
        `failed to apply admission: failed to read plugin config: unable to read admission control configuration from ${goQuote(path)} [${open(path)}]`,
    ],
  ],
  'kube-controller-manager': [
    [
      'authentication-kubeconfig',
      (path) =>
        `failed to get delegated authentication kubeconfig: failed to get delegated authentication kubeconfig: ${stat(path)}`,
    ],
    ['authorization-kubeconfig', (path) => `failed to get delegated authorization kubeconfig: ${stat(path)}`],
    ['client-ca-file', (path) => `unable to load client CA provider: ${open(path)}`],
    ['requestheader-client-ca-file', (path) => `unable to create request header authentication config: ${open(path)}`],
    ['kubeconfig', (path) => stat(path)],
  ],
  'kube-scheduler': [
    ['kubeconfig', (path) => stat(path)],
    [
      'authentication-kubeconfig',
      (path) =>
        `failed to get delegated authentication kubeconfig: failed to get delegated authentication kubeconfig: ${stat(path)}`,
    ],
    ['authorization-kubeconfig', (path) => `failed to get delegated authorization kubeconfig: ${stat(path)}`],
  ],
};

const open = (path: string): string => `open ${path}: no such file or directory`;
const stat = (path: string): string => `stat ${path}: no such file or directory`;

/** Its flags by name, as pflag reads them where each has its value behind `=`. */
function flagsOf({ argv }: Process): ReadonlyMap<string, string> {
  const words = argv.slice(1).filter((word) => word.startsWith('-'));
  return new Map(
    words.map((word) => {
      const [name, ...value] = word.replace(/^--?/, '').split('=');
      return [name.replaceAll('_', '-'), value.join('=')];
    }),
  );
}

/** What makes a component refuse its settings: the flag that it does not know, and what its command fails with. */
function mistakeOf(process: Process, name: Component, flags: ReadonlyMap<string, string>): string | undefined {
  if (name === 'kube-apiserver') {
    const modes = flags.get('authorization-mode')?.split(',') ?? [];
    const mode = modes.find((one) => !AUTHORIZATION_MODES.includes(one));
    if (mode !== undefined) return `authorization-mode ${goQuote(mode)} is not a valid mode`;
    for (const flag of ['enable-admission-plugins', 'disable-admission-plugins']) {
      const plugin = flags
        .get(flag)
        ?.split(',')
        .find((one) => !ADMISSION_PLUGINS.has(one));
      if (plugin !== undefined) return `${flag} plugin ${goQuote(plugin)} is unknown`;
    }
  }
  for (const [flag, text] of FILES[name]) {
    const path = flags.get(flag);
    if (path && isMissing(process, path)) return text(path);
    if (path && flag.endsWith('kubeconfig') && isEmpty(process, path)) return NO_CONFIGURATION;
  }
  return undefined;
}

/** How long the API server tries to reach its etcd. */
const ETCD_MS = 20_000;
const ETCD_PORT = '2379';
const FATAL = 255;

/** Why the API server does not get at its etcd. */
function* etcdProblem(process: Process, flags: ReadonlyMap<string, string>): Coroutine<string | undefined> {
  const file = ['etcd-cafile', 'etcd-certfile', 'etcd-keyfile'].map((flag) => flags.get(flag) ?? '');
  const missing = file.find((path) => path !== '' && isMissing(process, path));
  if (missing !== undefined) return open(missing);
  const servers = flags.get('etcd-servers')?.split(',') ?? [];
  if (servers.length === 0 || servers.some((url) => url.endsWith(`:${ETCD_PORT}`))) return undefined;
  yield* waitFor([process.signalArrived], ETCD_MS);
  return 'context deadline exceeded';
}

/**
 * The exit status of a component that does not come up by its settings (v1.35.4), with its last words on stderr;
 * undefined of one that does. The usage, which all but the API server print before them, is left out.
 */
export function* refuseSettings(process: Process, name: Component): Coroutine<number | undefined> {
  const flags = flagsOf(process);
  const known = new Set(CONTROL_PLANE_FLAGS[name].split(/\s+/));
  for (const flag of flags.keys())
    if (!known.has(flag)) {
      yield* process.stderr.write(`Error: unknown flag: --${flag}\n`);
      return 1;
    }
  const now = (): number => process.machine.simulation.now();
  const mistake = mistakeOf(process, name, flags);
  if (mistake !== undefined) {
    yield* process.stderr.write(`${klogLine(now(), 'E', 'run.go:72', `"command failed" err=${goQuote(mistake)}`)}\n`);
    return 1;
  }
  const problem = name === 'kube-apiserver' ? yield* etcdProblem(process, flags) : undefined;
  if (problem === undefined || process.signalArrived.ready) return undefined;
  const text = `Error creating leases: error creating storage factory: ${problem}`;
  yield* process.stderr.write(`${klogLine(now(), 'F', 'instance.go:233', text)}\n`);
  return FATAL;
}
