import { apiBench } from './api.bench.js';
import type { BenchGroup } from './bench-group.js';
import { coldStartBench } from './cold-start.bench.js';
import { largeClusterBench } from './large-cluster.bench.js';
import { machineBench } from './machine.bench.js';
import { replayBench } from './replay.bench.js';
import { serviceBench } from './service.bench.js';
import { sessionBench } from './session.bench.js';
import { virtualTimeBench } from './virtual-time.bench.js';

/** In the order in which they run. */
export const BENCH_GROUPS: readonly BenchGroup[] = [
  machineBench,
  replayBench,
  sessionBench,
  serviceBench,
  coldStartBench,
  virtualTimeBench,
  apiBench,
  largeClusterBench,
];
