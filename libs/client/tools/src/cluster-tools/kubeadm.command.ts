import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import { clusterTool, notSimulated, type ClusterTool, type GroupCall, type ToolCall } from './cluster-tool.js';
import type { Tool } from '../tool/tool.js';
import { packedPages } from './help-pages.js';
import { InstalledCluster } from './installed-cluster.js';
import { certificateKey, renewCertificates } from './kubeadm-certificates.js';
import { CONFIG_SUBCOMMANDS } from './kubeadm-configuration/config.subcommands.js';
import { checkExpiration } from './kubeadm-expiration.js';
import { init } from './kubeadm-init/initialize.js';
import { joinFlags } from './kubeadm-join/join-flags.js';
import { JOIN_PHASES } from './kubeadm-join/join.phases.js';
import { join } from './kubeadm-join/join-workflow.js';
import { resetNode } from './kubeadm-join/reset.js';
import { kubeadmFailure } from './kubeadm-failure.js';
import { runPreflight } from './kubeadm-preflight.js';
import { PHASE_SUBCOMMANDS } from './kubeadm-phases/phases.js';
import { kubeadmHelpJson } from './reference/kubeadm-help.gen.js';
import { TOKEN_SUBCOMMANDS } from './kubeadm-token.js';
import { DEFAULT_VERSION, kubeadmRelease } from './kubeadm-upgrade/kubeadm-version.js';
import { UPGRADE_SUBCOMMANDS } from './kubeadm-upgrade/upgrade.subcommands.js';

const versionOf = ({ tool }: ToolCall): string => kubeadmRelease(tool);

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
          'cert-dir',
          'control-plane-endpoint',
          'feature-gates',
          'image-repository',
          'kubernetes-version',
          'pod-network-cidr',
          'service-cidr',
          'service-dns-domain',
          'token',
          'token-ttl',
          'certificate-key',
        ].map((name) => stringFlag(name)),
        intFlag('apiserver-bind-port'),
        boolFlag('dry-run'),
        boolFlag('upload-certs'),
        boolFlag('skip-token-print'),
        boolFlag('skip-certificate-key-print'),
        stringSliceFlag('apiserver-cert-extra-sans'),
        stringSliceFlag('skip-phases'),
      ],
      run: init,
    },
    ...PHASE_SUBCOMMANDS,
    {
      name: 'join',
      flags: joinFlags,
      run: join,
    },
    ...JOIN_PHASES,
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
