import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CHECKOUT } from '../service/checkout.js';
import { startEmbeddedService } from '../service/embedded-service.js';
import { defineBench } from './bench-group.js';
import { timesText } from './measure.js';

const COLD_STARTS = 3;

/** (c) From nothing to the first answer: initdb, migrations, API, worker; and a process that grades once. */
export const coldStartBench = defineBench({
  name: 'cold-start',
  run: async () => {
    const starts: number[] = [];
    for (let i = 0; i < COLD_STARTS; i++) {
      const started = performance.now();
      const service = await startEmbeddedService({ environment: { LOG_LEVEL: 'error', PORT: '0', ...process.env } });
      await fetch(`${service.api.url}/health/ready`);
      starts.push(performance.now() - started);
      await service.stop();
    }
    const program = new URL('./grade-once.js', import.meta.url);
    const processes: number[] = [];
    for (let i = 0; i < COLD_STARTS; i++) {
      const started = performance.now();
      await promisify(execFile)(process.execPath, [program.pathname], { cwd: CHECKOUT });
      processes.push(performance.now() - started);
    }
    return [
      {
        what: '(c) cold start of the service: initdb, migrations, API, worker, first answer',
        value: timesText(starts),
      },
      { what: 'cold start of one process that grades DockerCoins once', value: timesText(processes) },
    ];
  },
});
