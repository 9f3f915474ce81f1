import { recordedProfile, type ClusterProfile } from '@seatrial/cluster';

/** Milliseconds by the clock on the wall, and of processor time of all the process's threads. */
export interface Duration {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export function measure(work: () => void): Duration {
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  work();
  const used = process.cpuUsage(cpu);
  return { wallMs: performance.now() - started, cpuMs: (used.user + used.system) / 1000 };
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** `p50 1.0 ms, p95 2.0 ms` */
export function timesText(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  return `p50 ${percentile(sorted, 0.5).toFixed(1)} ms, p95 ${percentile(sorted, 0.95).toFixed(1)} ms`;
}

export const durationText = ({ wallMs, cpuMs }: Duration): string =>
  `${wallMs.toFixed(1)} ms, processor ${cpuMs.toFixed(1)} ms`;

/** The time that work takes when it is done over and over, warm: the median and the processor time of each. */
export function measureEach(work: (index: number) => void, times: number, warmUp = times): string {
  for (let i = 0; i < warmUp; i++) work(i);
  const each: number[] = [];
  const { cpuMs } = measure(() => {
    for (let i = 0; i < times; i++) {
      const started = performance.now();
      work(warmUp + i);
      each.push(performance.now() - started);
    }
  });
  const median = percentile(
    each.sort((a, b) => a - b),
    0.5,
  );
  const text = (ms: number): string => (ms < 1 ? `${(ms * 1000).toFixed(0)} µs` : `${ms.toFixed(2)} ms`);
  return `p50 ${text(median)}, processor ${text(cpuMs / times)}`;
}

export function kubeadm(): ClusterProfile {
  return recordedProfile;
}

/** The kubeadm profile with as many workers as are asked for. */
export function profileOf(workers: number): ClusterProfile {
  const [controlPlane, worker] = kubeadm().nodes;
  const nodes = Array.from({ length: workers }, (_, i) => ({
    ...worker,
    name: `worker${String(i + 1)}`,
    address: `172.20.${String(i >> 8)}.${String(i & 255)}`,
    podCidr: `10.${String(64 + (i >> 8))}.${String(i & 255)}.0/24`,
  }));
  return { ...kubeadm(), nodes: [controlPlane, ...nodes] };
}

/** Enough for any cluster. */
export const NO_BUDGET = { events: 1e9, objects: 1e8, processes: 1e8, bytes: 1e12 };
