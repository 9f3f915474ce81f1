import { sleep, type NetworkService } from '@seatrial/kernel';
import { goRespond } from '../../server/go-http.js';
import { runServer } from '../../server/run-server.js';
import { notSimulated, portTaken, type AgnhostCommand } from './agnhost-command.js';

const LAST_MS = 60_000;

/** Says the machine's name over HTTP, or over TCP (test/images/agnhost/serve-hostname). */
export const serveHostname: AgnhostCommand = {
  name: 'serve-hostname',
  flags: { tcp: 'false', udp: 'false', http: 'true', close: 'false', port: '9376' },
  *run({ process, flags, log, line }) {
    const [tcp, udp, http] = ['tcp', 'udp', 'http'].map((name) => flags.get(name) === 'true');
    if (http && (tcp || udp)) {
      yield* log("Can't server TCP/UDP mode and HTTP mode at the same time");
      return 1;
    }
    if (udp) return yield* notSimulated(process, 'serve-hostname --udp');
    const port = Number(flags.get('port'));
    const { hostname } = process.machine;
    const service: NetworkService = {
      *http(_request, { remoteAddress, remotePort }) {
        yield* log(`HTTP request from ${remoteAddress}:${remotePort}`);
        return goRespond(process, 200, hostname, flags.get('close') === 'true' ? [['Connection', 'close']] : []);
      },
    };
    const raw: NetworkService = {
      *stream(_input, output, { remoteAddress, remotePort }) {
        yield* log(`TCP request from ${remoteAddress}:${remotePort}`);
        yield* output.write(hostname);
      },
    };
    return yield* runServer(process, {
      ports: http || tcp ? [{ port, service: tcp ? raw : service }] : [],
      inUse: (taken) => line(`${tcp ? 'Error from net.Listen(): ' : ''}${portTaken(taken)}`),
      *started() {
        yield* log(`Serving on port ${port}.`);
      },
      // It waits for the pod's deletion longer than pods are given by default.
      *stop(signal) {
        if (signal !== 'TERM') return 2;
        yield* log('Shutting down after receiving signal: terminated.');
        yield* log('Awaiting pod deletion.');
        yield* sleep(LAST_MS);
        return 0;
      },
    });
  },
};
