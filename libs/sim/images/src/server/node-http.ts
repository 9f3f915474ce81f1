import { reportUnsupported, type Coroutine, type HttpResponse, type Process, type Program } from '@seatrial/kernel';
import { httpDate } from './http-dates.js';

/** How a Node.js server sees a client of IPv4: it listens on both. */
export const nodeAddress = (address: string): string => (address.includes(':') ? address : `::ffff:${address}`);

/** A response of Node's http before release 18 whose head was written first: nobody knows its length then. */
export const nodeRespond = (
  process: Process,
  status: number,
  body: string,
  own: HttpResponse['headers'] = [],
): HttpResponse => ({
  status,
  body,
  headers: [
    ...own,
    ['Date', httpDate(process.machine.simulation.now())],
    ['Connection', 'keep-alive'],
    ['Transfer-Encoding', 'chunked'],
  ],
});

function* notSimulated({ machine, stderr, argv }: Process): Coroutine<number> {
  reportUnsupported(machine, `${argv.join(' ')} in a container`);
  yield* stderr.write(`${argv.join(' ')} is not simulated here\n`);
  return 1;
}

/** `node <script>`: the image's own program where it is called with its script, else nothing that is simulated. */
export const nodeScript = (script: string, program: Program): Program =>
  function* (process) {
    if (process.argv.slice(1).join(' ') === script) return yield* program(process);
    return yield* notSimulated(process);
  };
