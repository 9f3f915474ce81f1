import { DEPLOYMENTS, PODS } from '@seatrial/apiserver';
import { createCluster, type Cluster } from '@seatrial/cluster';
import { defineBench, type Row } from './bench-group.js';
import { NO_BUDGET, measure, profileOf } from './measure.js';

const PODS_PER_DEPLOYMENT = 30;
const LONGEST_MS = 3_600_000;
const MAX_GROWTH = 2;

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

interface Outcome {
  readonly row: Row;
  readonly msPerPod: number;
}

/** Creates, schedules and starts pods by deployments of 30 until all are Running. */
function startPods(workers: number, pods: number, target: string): Outcome {
  const cluster = createCluster({ profile: profileOf(workers), seed: 'bench', programs: new Map(), budget: NO_BUDGET });
  const { simulation, apiServer } = cluster;
  let running = 0;
  apiServer.store.onChange(PODS, ({ object, previous }) => {
    if (object.metadata.namespace !== 'default') return;
    if (object.status?.phase === 'Running' && previous?.status?.phase !== 'Running') running++;
  });
  const { wallMs, cpuMs } = measure(() => {
    createDeployments(cluster, pods);
    simulation.runUntilTrue(() => running >= pods, simulation.now() + LONGEST_MS);
  });
  if (running < pods) throw new Error(`only ${String(running)} of ${String(pods)} pods run`);
  const memory = process.resourceUsage().maxRSS / 1024 ** 2;
  const msPerPod = wallMs / pods;
  const value = `${(wallMs / 1000).toFixed(2)} s, processor ${(cpuMs / 1000).toFixed(2)} s (${msPerPod.toFixed(3)} ms a pod), ${memory.toFixed(2)} GiB at most`;
  const what = `${String(workers)} nodes, ${String(pods)} pods by deployments of 30, until all are Running`;
  return { row: { what, value, target }, msPerPod };
}

const WARM_UP = 3;

/** (e) Large clusters: many objects of the same few kinds. The largest takes a while and several GiB. */
export const largeClusterBench = defineBench({
  name: 'large-cluster',
  scale: true,
  run: () => {
    for (let i = 0; i < WARM_UP; i++) startPods(100, 3_000, '');
    const small = startPods(100, 3_000, 'under 1 s');
    const large = startPods(5_000, 150_000, 'under 30 s and 4 GB');
    const growth = {
      what: 'cost of a pod at 150,000 against 3,000',
      value: `${(large.msPerPod / small.msPerPod).toFixed(2)} times`,
      target: `at most ${String(MAX_GROWTH)} times`,
    };
    return [small.row, large.row, growth];
  },
});
