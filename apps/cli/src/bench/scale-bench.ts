import { DEPLOYMENTS, PODS } from '@seatrial/apiserver';
import { createCluster, findProfile, type Cluster, type ClusterProfile } from '@seatrial/cluster';
import { openWorkstation } from '@seatrial/workstation';
import type { Row } from './row.js';

const PODS_PER_DEPLOYMENT = 30;
const PERIOD_MS = 5_000;
const LONGEST_MS = 3_600_000;
const BUDGET = { events: 1e9, objects: 1e8, processes: 1e8, bytes: 1e12 };
const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

function kubeadm(): ClusterProfile {
  const profile = findProfile('kubeadm');
  if (!profile) throw new Error('there is no profile kubeadm');
  return profile;
}

/** The kubeadm profile with as many workers as are asked for. */
function profileOf(workers: number): ClusterProfile {
  const [controlPlane, worker] = kubeadm().nodes;
  const nodes = Array.from({ length: workers }, (_, i) => ({
    ...worker,
    name: `worker${String(i + 1)}`,
    address: `172.20.${String(i >> 8)}.${String(i & 255)}`,
    podCidr: `10.${String(64 + (i >> 8))}.${String(i & 255)}.0/24`,
  }));
  return { ...kubeadm(), nodes: [controlPlane, ...nodes] };
}

function createDeployments({ apiServer }: Cluster, pods: number): void {
  const client = apiServer.client('kubectl');
  for (let i = 1; i <= pods / PODS_PER_DEPLOYMENT; i++) {
    const labels = { app: `web${String(i)}` };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'nginx', image: 'nginx' }] } };
    const created = client.create(DEPLOYMENTS, {
      metadata: { name: labels.app, namespace: 'default' },
      spec: { replicas: PODS_PER_DEPLOYMENT, selector: { matchLabels: labels }, template },
    });
    if (!created.ok) throw new Error(created.error.message);
  }
}

const running = ({ apiServer }: Cluster): number =>
  apiServer.store.list(PODS, 'default').filter(({ status }) => status?.phase === 'Running').length;

function seconds(work: () => void): { readonly wall: number; readonly cpu: number } {
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  work();
  const used = process.cpuUsage(cpu);
  return { wall: (performance.now() - started) / 1000, cpu: (used.user + used.system) / 1e6 };
}

/** Creates, schedules and starts pods by deployments of 30 until all are Running. */
function benchPods(workers: number, pods: number): Row {
  const cluster = createCluster({ profile: profileOf(workers), seed: 'bench', programs: new Map(), budget: BUDGET });
  const { simulation } = cluster;
  const until = simulation.now() + LONGEST_MS;
  const time = seconds(() => {
    createDeployments(cluster, pods);
    while (running(cluster) < pods && simulation.now() < until) simulation.runUntil(simulation.now() + PERIOD_MS);
  });
  if (running(cluster) < pods) throw new Error(`only ${String(running(cluster))} of ${String(pods)} pods run`);
  const memory = process.resourceUsage().maxRSS / 1024 ** 2;
  const each = (time.cpu * 1000) / pods;
  return {
    what: `${String(workers)} nodes, ${String(pods)} pods by deployments of 30, until all are Running`,
    value: `${time.wall.toFixed(1)} s, processor ${time.cpu.toFixed(1)} s (${each.toFixed(2)} ms a pod), ${memory.toFixed(1)} GiB at most`,
  };
}

function benchTime(what: string, command: string, durationMs: number): Row {
  const workstation = openWorkstation({ profile: kubeadm(), seed: 'bench' });
  const { exit, stderr } = workstation.run(command);
  if (exit !== 0) throw new Error(stderr);
  const { simulation } = workstation.cluster;
  const time = seconds(() => {
    simulation.runUntil(simulation.now() + durationMs);
  });
  return { what, value: `${(time.wall * 1000).toFixed(1)} ms, processor ${(time.cpu * 1000).toFixed(1)} ms` };
}

function benchCronJob(): Row {
  const command = "kubectl create cronjob tick --image=busybox --schedule='* * * * *' -- date";
  return benchTime('a CronJob every minute for 24 hours', command, DAY_MS);
}

function benchCrashLoop(): Row {
  return benchTime('ten minutes of CrashLoopBackOff', 'kubectl run crash --image=busybox -- false', 10 * MINUTE_MS);
}

/** (d) How long virtual time and many objects take; each once to warm up, then measured. */
export function benchVirtualTime(): Row[] {
  benchCrashLoop();
  benchCronJob();
  return [benchCronJob(), benchCrashLoop()];
}

/** (e) Large clusters. The largest takes a while and several GiB: `--scale` asks for it. */
export const benchScale = (): Row[] => [benchPods(100, 3_000), benchPods(100, 3_000), benchPods(5_000, 150_000)];
