import type { FileSystem, Process } from '@seatrial/kernel';
import type { Worker } from '../server/worker-processes.js';

/** Processors of a machine that does not say how many it has. */
const DEFAULT_CPUS = 4;

function processors(files: FileSystem): number {
  const read = files.readFile('/proc/cpuinfo');
  const count = read.ok ? (read.value.match(/^processor/gm)?.length ?? 0) : 0;
  return count || DEFAULT_CPUS;
}

export const masterTitle = ({ argv }: Process): string => `nginx: master process ${argv.join(' ')}`;

/** The workers that the configuration asks for (`worker_processes`, `user`). */
export function nginxWorkers({ machine: { files } }: Process): Worker[] {
  const config = files.readFile('/etc/nginx/nginx.conf');
  const directive = (name: string): string | undefined =>
    config.ok ? new RegExp(`^\\s*${name}\\s+([^\\s;]+)`, 'm').exec(config.value)?.[1] : undefined;
  const count = directive('worker_processes') ?? '1';
  const user = directive('user') ?? 'nobody';
  const worker = { title: 'nginx: worker process', user };
  return Array.from({ length: count === 'auto' ? processors(files) : Math.min(Number(count) || 1, 64) }, () => worker);
}
