import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import { clusterTool, notSimulated, type ClusterTool, type GroupCall, type ToolCall } from './cluster-tool.js';
import type { Tool } from '../tool/tool.js';
import { packedPages } from './help-pages.js';
import { InstalledCluster } from './installed-cluster.js';
import { certificateKey, renewCertificates } from './kubeadm-certificates.js';
import { CONFIG_SUBCOMMANDS } from './kubeadm-configuration/config.subcommands.js';
import { checkExpiration } from './kubeadm-expiration.js';
import { initialize, initializedCluster, joinCluster, joinableCluster, resetNode } from './kubeadm-init.js';
import { kubeadmFailure } from './kubeadm-failure.js';
import { initChecks, joinChecks, runPreflight } from './kubeadm-preflight.js';
import { PHASE_SUBCOMMANDS } from './kubeadm-phases/phases.js';
import { kubeadmHelpJson } from './reference/kubeadm-help.gen.js';
import { TOKEN_SUBCOMMANDS } from './kubeadm-token.js';
import { DEFAULT_VERSION, kubeadmRelease } from './kubeadm-upgrade/kubeadm-version.js';
import { UPGRADE_SUBCOMMANDS } from './kubeadm-upgrade/upgrade.subcommands.js';

const versionOf = ({ tool }: ToolCall): string => kubeadmRelease(tool);

function* init(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  if (args.length > 0) return yield* kubeadmFailure(tool, `unknown command "${args[0]}" for "kubeadm init"`);
  yield* tool.out(
    `[init] Using Kubernetes version: ${flags.string('kubernetes-version') || versionOf(call)}\n[preflight] Running pre-flight checks\n`,
  );
  const cluster = initializedCluster(tool);
  const failed = yield* runPreflight(tool, cluster ? [] : initChecks(tool), flags.list('ignore-preflight-errors'));
  if (failed !== undefined) return failed;
  return cluster ? yield* initialize(call, cluster) : yield* notSimulated(tool, 'init over a cluster that runs');
}

function* join(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  const missing: string[] = [];
  if (flags.string('token') === '' && flags.string('discovery-token') === '' && flags.string('discovery-file') === '')
    missing.push('discovery: Invalid value: "": bootstrapToken or file must be set');
  else if (flags.string('discovery-file') === '') {
    if (args.length === 0) missing.push('discovery.bootstrapToken: Invalid value: "": APIServerEndpoint is required');
    if (
      flags.list('discovery-token-ca-cert-hash').length === 0 &&
      !flags.bool('discovery-token-unsafe-skip-ca-verification')
    )
      missing.push(
        'discovery.bootstrapToken: Invalid value: "": using token-based discovery without caCertHashes can be unsafe. Set unsafeSkipCAVerification as true in your kubeadm config file or pass --discovery-token-unsafe-skip-ca-verification flag to continue',
      );
  }
  if (missing.length > 0)
    return yield* kubeadmFailure(tool, missing.length === 1 ? missing[0] : `[${missing.join(', ')}]`, 3);
  yield* tool.out('[preflight] Running pre-flight checks\n');
  const cluster = joinableCluster(tool);
  const failed = yield* runPreflight(tool, cluster ? [] : joinChecks(tool), flags.list('ignore-preflight-errors'));
  if (failed !== undefined) return failed;
  return cluster ? yield* joinCluster(call, cluster) : yield* notSimulated(tool, 'join');
}

function* reset({ tool, flags }: ToolCall): Coroutine<number> {
  if (tool.process.user !== 'root') {
    const failed = yield* runPreflight(tool, [], []);
    if (failed !== undefined) return failed;
  }
  if (!flags.bool('force')) {
    yield* tool.out(
      "[reset] WARNING: Changes made to this host by 'kubeadm init' or 'kubeadm join' will be reverted.\n[reset] Are you sure you want to proceed? [y/N]: ",
    );
    const answer = (yield* tool.readStdin()).split('\n')[0];
    if (answer.toLowerCase() !== 'y')
      return yield* kubeadmFailure(
        tool,
        "error execution phase preflight: won't proceed; the user didn't answer (Y|y) in order to continue",
      );
  }
  const cluster = InstalledCluster.of(tool, 'kubeadm');
  return cluster ? yield* resetNode(tool, cluster) : yield* notSimulated(tool, 'reset');
}

function* version(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  if (flags.string('output') === 'short') {
    yield* tool.out(`${versionOf(call)}\n`);
    return 0;
  }
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(versionOf(call)) ?? [];
  yield* tool.out(
    `kubeadm version: &version.Info{Major:"${major}", Minor:"${minor}", EmulationMajor:"", EmulationMinor:"", MinCompatibilityMajor:"", MinCompatibilityMinor:"", GitVersion:"${versionOf(call)}", GitCommit:"$Format:%H$", GitTreeState:"clean", BuildDate:"1970-01-01T00:00:00Z", GoVersion:"go1.26.8", Compiler:"gc", Platform:"linux/amd64"}\n`,
  );
  return 0;
}

/** A group without one of its subcommands (cmdutil.RequireSubcommand). */
function* missingSubcommand(tool: Tool, { name, rest, help, asksHelp }: GroupCall): Coroutine<number> {
  if (rest.length > 0 && !asksHelp)
    return yield* kubeadmFailure(tool, `unknown command ${JSON.stringify(rest[0])} for "kubeadm ${name}"`);
  yield* tool.out(help);
  if (asksHelp || name === 'kubeconfig') return 0;
  yield* tool.err('error: \n');
  return yield* kubeadmFailure(tool, 'subcommand is required');
}

const ignorePreflightErrors = stringSliceFlag('ignore-preflight-errors');
const configFlags = [stringFlag('config'), stringFlag('cri-socket'), stringFlag('node-name'), stringFlag('patches')];

/** kubeadm v1.35 on nodes of a cluster that is initialised already. */
export const KUBEADM: ClusterTool = {
  name: 'kubeadm',
  version: DEFAULT_VERSION,
  flags: [intFlag('v', '', { shorthand: 'v' }), stringFlag('kubeconfig'), stringFlag('rootfs')],
  onFlagError: (tool, error) => kubeadmFailure(tool, error),
  onUnknown: (tool, word) => kubeadmFailure(tool, `unknown command "${word}" for "kubeadm"`),
  help: packedPages(kubeadmHelpJson),
  onGroup: missingSubcommand,
  subcommands: [
    { name: 'certs certificate-key', run: certificateKey },
    { name: 'certs check-expiration', flags: [...configFlags, stringFlag('cert-dir')], run: checkExpiration },
    { name: 'certs renew', flags: [...configFlags, stringFlag('cert-dir')], run: renewCertificates },
    ...CONFIG_SUBCOMMANDS,
    {
      name: 'init',
      flags: [
        ...configFlags,
        ignorePreflightErrors,
        ...[
          'apiserver-advertise-address',
          'apiserver-cert-extra-sans',
          'cert-dir',
          'control-plane-endpoint',
          'feature-gates',
          'image-repository',
          'kubernetes-version',
          'pod-network-cidr',
          'service-cidr',
          'service-dns-domain',
          'skip-phases',
          'token',
          'token-ttl',
        ].map((name) => stringFlag(name)),
        intFlag('apiserver-bind-port'),
        boolFlag('dry-run'),
        boolFlag('upload-certs'),
      ],
      run: init,
    },
    ...PHASE_SUBCOMMANDS,
    {
      name: 'join',
      flags: [
        ...configFlags,
        ignorePreflightErrors,
        ...[
          'apiserver-advertise-address',
          'certificate-key',
          'discovery-file',
          'discovery-token',
          'tls-bootstrap-token',
          'token',
        ].map((name) => stringFlag(name)),
        stringSliceFlag('discovery-token-ca-cert-hash'),
        boolFlag('discovery-token-unsafe-skip-ca-verification'),
        boolFlag('control-plane'),
        boolFlag('dry-run'),
      ],
      run: join,
    },
    {
      name: 'reset',
      flags: [boolFlag('force', '', { shorthand: 'f' }), ignorePreflightErrors, ...configFlags],
      run: reset,
    },
    ...TOKEN_SUBCOMMANDS,
    ...UPGRADE_SUBCOMMANDS,
    { name: 'version', flags: [stringFlag('output', '', { shorthand: 'o' })], run: version },
  ],
};

export const kubeadm = clusterTool(KUBEADM);
