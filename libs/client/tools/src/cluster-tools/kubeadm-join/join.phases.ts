import type { Coroutine } from '@seatrial/kernel';
import { notSimulated, type Subcommand, type ToolCall } from '../cluster-tool.js';
import type { InstalledCluster } from '../installed-cluster.js';
import { joinConfiguration } from '../kubeadm-configuration/flag-configuration.js';
import { kubeadmFailure } from '../kubeadm-failure.js';
import { joinChecks, runPreflight } from '../kubeadm-preflight.js';
import { joinFlags } from './join-flags.js';
import { READING, awaitBootstrap, discoveryProblem, joinableCluster, startKubelet, type JoinSite } from './join-workflow.js'; // prettier-ignore

type Run = (site: JoinSite) => Coroutine<void>;

/** Nothing: the phase is for control planes, and this machine is to be none. */
function* forControlPlanes(): Coroutine<void> {
  // Workers pass it by.
}

/** A phase of `kubeadm join` on a machine that may join. */
function joinPhase(name: string, run: Run, discovers: boolean): Subcommand {
  return {
    name: `join phase ${name}`,
    flags: joinFlags,
    *run(call) {
      const read = yield* joinConfiguration(call);
      if (!read.ok) return yield* kubeadmFailure(call.tool, read.error);
      const cluster = joinableCluster(call.tool);
      if (!cluster || read.value.controlPlane !== undefined || call.flags.bool('dry-run'))
        return yield* notSimulated(call.tool, `join phase ${name} here`);
      const problem = discovers ? yield* discoveryProblem(read.value, cluster.node) : undefined;
      if (problem !== undefined)
        return yield* kubeadmFailure(call.tool, `error execution phase ${name.replace(' ', '/')}: ${problem}`);
      yield* run({ tool: call.tool, cluster, join: read.value });
      return 0;
    },
  };
}

function* checked(call: ToolCall, cluster: InstalledCluster | undefined): Coroutine<number | undefined> {
  yield* call.tool.out('[preflight] Running pre-flight checks\n');
  return yield* runPreflight(
    call.tool,
    cluster ? [] : joinChecks(call.tool),
    call.flags.list('ignore-preflight-errors'),
  );
}

const preflight: Subcommand = {
  name: 'join phase preflight',
  flags: joinFlags,
  *run(call) {
    const read = yield* joinConfiguration(call);
    if (!read.ok) return yield* kubeadmFailure(call.tool, read.error);
    const cluster = joinableCluster(call.tool);
    const failed = yield* checked(call, cluster);
    if (failed !== undefined) return failed;
    if (!cluster || read.value.controlPlane !== undefined)
      return yield* notSimulated(call.tool, 'join phase preflight here');
    const problem = yield* discoveryProblem(read.value, cluster.node);
    if (problem !== undefined) return yield* kubeadmFailure(call.tool, `error execution phase preflight: ${problem}`);
    yield* call.tool.out(READING);
    return 0;
  },
};

const CONTROL_PLANE = [
  ...['all', 'download-certs', 'certs', 'kubeconfig', 'control-plane'].map((name) => `control-plane-prepare ${name}`),
  ...['all', 'mark-control-plane'].map((name) => `control-plane-join ${name}`),
  'etcd-join',
  'wait-control-plane',
];

/** `kubeadm join phase …` of workers (cmd/phases/join, v1.35.4). */
export const JOIN_PHASES: readonly Subcommand[] = [
  ...CONTROL_PLANE.map((name) => joinPhase(name, forControlPlanes, false)),
  joinPhase('kubelet-start', startKubelet, true),
  joinPhase('kubelet-wait-bootstrap', awaitBootstrap, false),
  preflight,
];
