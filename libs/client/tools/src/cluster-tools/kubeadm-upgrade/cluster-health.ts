import { JOBS, NODES } from '@seatrial/apiserver';
import { sleep, type Coroutine } from '@seatrial/kernel';
import type { FailedCheck } from '../kubeadm-preflight.js';
import { MANIFESTS, type UpgradeSite } from './upgrade-site.js';

const PREFIX = 'upgrade-health-check';
const TIMEOUT_MS = 15_000;
const LIFE_SECONDS = 20;
const POLL_MS = 1000;
const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';
const COMPONENTS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

/** The Job that shows whether pods still run: the pause image's version, once. */
const jobOf = (name: string) => ({
  metadata: { name, namespace: 'kube-system' },
  spec: {
    backoffLimit: 0,
    ttlSecondsAfterFinished: LIFE_SECONDS,
    activeDeadlineSeconds: LIFE_SECONDS,
    template: {
      spec: {
        restartPolicy: 'Never',
        securityContext: { runAsUser: 999, runAsGroup: 999, runAsNonRoot: true },
        tolerations: [{ key: CONTROL_PLANE, effect: 'NoSchedule' }],
        containers: [{ name: PREFIX, image: 'registry.k8s.io/pause:3.10.1', args: ['-v'] }],
      },
    },
  },
});

function* createJob({ node: { apiServer } }: UpgradeSite): Coroutine<string | undefined> {
  if (!apiServer.store.list(NODES).some(({ spec }) => spec?.unschedulable !== true)) return undefined;
  const { simulation } = apiServer;
  const name = `${PREFIX}-${simulation.now()}`;
  const created = apiServer.client('kubeadm').create(JOBS, jobOf(name));
  if (!created.ok) return `could not create Job "${name}" in the namespace "kube-system": ${created.error.message}`;
  const deadline = simulation.now() + TIMEOUT_MS;
  for (;;) {
    const conditions = apiServer.store.get(JOBS, 'kube-system', name)?.status?.conditions ?? [];
    if (conditions.some(({ type }) => type === 'Complete')) return undefined;
    if (simulation.now() >= deadline)
      return `Job "${name}" in the namespace "kube-system" did not complete in 15s: no condition of type Complete`;
    yield* sleep(POLL_MS);
  }
}

/** The control planes that are not ready. */
function notReady({ node: { apiServer } }: UpgradeSite): string | undefined {
  const names = apiServer.store
    .list(NODES)
    .filter(({ metadata }) => Object.hasOwn(metadata.labels ?? {}, CONTROL_PLANE))
    .filter(({ status }) => status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is !== 'True'))
    .map(({ metadata }) => metadata.name);
  return names.length === 0 ? undefined : `there are NotReady control-planes in the cluster: [${names.join(' ')}]`;
}

function missingManifests({ tool }: UpgradeSite): string | undefined {
  const missing = COMPONENTS.map((name) => `${MANIFESTS}/${name}.yaml`).filter(
    (path) => !tool.machine.files.exists(path),
  );
  return missing.length === 0 ? undefined : `manifest files not found: [${missing.join(' ')}]`;
}

/** What speaks against an upgrade (cmd/kubeadm/app/phases/upgrade/health.go, v1.35.4). */
export function* healthChecks(site: UpgradeSite): Coroutine<FailedCheck[]> {
  yield* site.tool.out('[upgrade] Running cluster health checks\n');
  const failed = [
    ['CreateJob', yield* createJob(site)],
    ['ControlPlaneNodesReady', notReady(site)],
    ['StaticPodManifest', missingManifests(site)],
  ] as const;
  return failed.flatMap(([name, text]) => (text === undefined ? [] : [{ name, text }]));
}
