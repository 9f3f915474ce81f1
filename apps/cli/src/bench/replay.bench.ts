import { grade, openSimulatedReplay } from '@seatrial/engine';
import { defineBench } from './bench-group.js';
import { measure, timesText } from './measure.js';
import { loadSample } from './sample.js';

/** A worker grades for hours: it is warm when V8 has optimized what every replay runs. */
const WARM_UP = 300;
const REPLAYS = 200;

/** (a) Replay and grading of the DockerCoins sample, warm, in this thread. */
export const replayBench = defineBench({
  name: 'replay',
  run: () => {
    const { loaded, submission } = loadSample('dockercoins', 'samples/perfect');
    const times: number[] = [];
    let totalMs = 0;
    for (let i = 0; i < WARM_UP + REPLAYS; i++) {
      const { wallMs, cpuMs } = measure(() => {
        grade(submission, loaded, { seed: 'live', openReplay: openSimulatedReplay });
      });
      if (i < WARM_UP) continue;
      times.push(wallMs);
      totalMs += cpuMs;
    }
    return [
      {
        what: `(a) replay + grade DockerCoins, warm, one thread, ${String(REPLAYS)} times`,
        value: timesText(times),
        target: 'p50 under 10 ms',
      },
      { what: 'processor time of one', value: `${(totalMs / REPLAYS).toFixed(1)} ms` },
    ];
  },
});
