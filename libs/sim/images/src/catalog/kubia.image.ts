import {
  reportUnsupported,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
  type Process,
  type Program,
} from '@seatrial/kernel';
import { defineImage } from '../image.js';
import { nodeAddress, nodeRespond, nodeScript } from '../server/node-http.js';
import { runServer } from '../server/run-server.js';
import { BUSYBOX_BASE, DEBIAN_COMMANDS } from './base-image.js';

const PORT = 8080;

/** What an app says to its request of a number. */
type Reply = (host: string, count: number) => readonly [status: number, body: string];

function run(
  process: Process,
  http: (request: HttpRequest, client: string) => Coroutine<HttpResponse>,
  greeting: string,
) {
  return runServer(process, {
    ports: [
      { port: PORT, service: { http: (request, { remoteAddress }) => http(request, nodeAddress(remoteAddress)) } },
    ],
    // Node minds no signal as the first process.
    signals: [],
    *started() {
      if (greeting !== '') yield* process.stdout.write(greeting);
    },
  });
}

const replying =
  (reply: Reply): Program =>
  (process) => {
    let count = 0;
    return run(
      process,
      function* (_request, client) {
        yield* process.stdout.write(`Received request from ${client}\n`);
        return nodeRespond(process, ...reply(process.machine.hostname, ++count));
      },
      'Kubia server starting...\n',
    );
  };

/** The versions of chapters 2 and 9. */
const VERSIONS: Readonly<Record<string, Reply>> = {
  latest: (host) => [200, `You've hit ${host}\n`],
  v1: (host) => [200, `This is v1 running in pod ${host}\n`],
  v2: (host) => [200, `This is v2 running in pod ${host}\n`],
  v3: (host, count) =>
    count >= 5
      ? [500, `Some internal error has occurred! This is pod ${host}\n`]
      : [200, `This is v3 running in pod ${host}\n`],
  v4: (host) => [200, `This is v4 running in pod ${host}\n`],
};

const DATA = '/var/data/kubia.txt';

/** Keeps what is posted in a file (chapter 10). */
const pet: Program = (process) => {
  const { files, hostname } = process.machine;
  return run(
    process,
    function* ({ method, body }) {
      if (method !== 'POST') {
        const file = files.readFile(DATA);
        const data = file.ok ? file.value : 'No data posted yet';
        return nodeRespond(process, 200, `You've hit ${hostname}\nData stored on this pod: ${data}\n`);
      }
      const written = files.writeFile(DATA, body);
      if (!written.ok) reportUnsupported(process.machine, `luksa/kubia-pet without a place for ${DATA}`);
      yield* process.stdout.write('New data has been received and stored.\n');
      return nodeRespond(process, 200, `Data stored on pod ${hostname}\n`);
    },
    '',
  );
};

function kubiaImage(name: string, programOf: (tag: string) => Program, tags: readonly string[] = ['latest']) {
  return defineImage({
    repository: `docker.io/luksa/${name}`,
    fromInternet: true,
    tags,
    sizeBytes: 267_236_608,
    config: { entrypoint: ['node', 'app.js'] },
    binaries: [...BUSYBOX_BASE.binaries, ...DEBIAN_COMMANDS, 'curl', 'git', 'npm', 'python'],
    files: BUSYBOX_BASE.files,
    variant: (tag) => ({ programs: { '/usr/local/bin/node': nodeScript('app.js', programOf(tag)) } }),
  });
}

/** The applications of "Kubernetes in Action" (github.com/luksa/kubernetes-in-action). */
export const kubia = [
  kubiaImage('kubia', (tag) => replying(VERSIONS[tag]), Object.keys(VERSIONS)),
  kubiaImage('kubia-pet', () => pet),
  kubiaImage('kubia-unhealthy', () =>
    replying((host, count) => (count > 5 ? [500, "I'm not well. Please restart me!"] : [200, `You've hit ${host}\n`])),
  ),
];
