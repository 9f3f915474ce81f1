import { goJson, waitFor } from '@seatrial/kernel';
import { goRespond, goStop } from '../../server/go-http.js';
import { runServer, type ServerOptions } from '../../server/run-server.js';
import { notSimulated, type AgnhostCommand } from './agnhost-command.js';

const HTTP = /^SERVE_(?:TCP_)?PORT_(\d+)$/;
const OTHERS = /^SERVE_(?:UDP|TLS|SCTP)_PORT_/;

/** Serves the value of each variable `SERVE_PORT_<number>` on that port (test/images/agnhost/porter). */
export const porter: AgnhostCommand = {
  name: 'porter',
  flags: { 'json-response': 'false' },
  *run({ process, flags }) {
    const other = [...process.env.keys()].find((name) => OTHERS.test(name));
    if (other !== undefined) return yield* notSimulated(process, `porter ${other}`);
    const ports: ServerOptions['ports'][number][] = [];
    for (const [name, value] of process.env) {
      const port = HTTP.exec(name)?.[1];
      if (port === undefined) continue;
      const service = {
        *http({ method }: { readonly method: string }) {
          if (flags.get('json-response') !== 'true') return goRespond(process, 200, value);
          const body = goJson({ Method: method, Body: value });
          return goRespond(process, 200, body, [['Content-Type', 'application/json']]);
        },
      };
      ports.push({ port: Number(port), service });
    }
    if (ports.length > 0)
      return yield* runServer(process, {
        ports,
        *stop(signal) {
          return goStop(process, signal);
        },
      });
    for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
    yield* waitFor([process.signalArrived]);
    return goStop(process, process.takeSignal() ?? 'TERM');
  },
};
