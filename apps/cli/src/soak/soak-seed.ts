import { createCluster, recordedProfile } from '@seatrial/cluster';
import { actAtRandom, makeWhole, type Soak } from './actions.js';
import { brokenAlways, brokenAtRest } from './invariants.js';

const STEPS = 12;
const LONGEST_STEP_MS = 20_000;
const REST_MS = 15 * 60_000;

/** How one seed went. */
export interface SoakResult {
  readonly seed: string;
  readonly actions: readonly string[];
  /** What did not hold, in words. */
  readonly broken: readonly string[];
  /** The revision that the store ended at: the same for the same seed. */
  readonly revision: number;
}

/** A small world in which things happen at random, at random times; then all comes to rest. */
export function soakSeed(seed: string): SoakResult {
  const cluster = createCluster({ profile: recordedProfile, seed, programs: new Map() });
  const { simulation, apiServer } = cluster;
  const random = simulation.random.split('soak');
  const soak: Soak = { cluster, client: apiServer.client('kubectl'), random, created: 0 };
  const actions: string[] = [];
  const broken: string[] = [];
  for (let step = 0; step < STEPS && broken.length === 0; step++) {
    actions.push(actAtRandom(soak) ?? 'nothing');
    simulation.runUntil(simulation.now() + random.below(LONGEST_STEP_MS));
    broken.push(...brokenAlways(cluster));
  }
  makeWhole(soak);
  simulation.runUntil(simulation.now() + REST_MS);
  broken.push(...brokenAlways(cluster), ...brokenAtRest(cluster));
  return { seed, actions, broken, revision: apiServer.store.resourceVersion };
}
