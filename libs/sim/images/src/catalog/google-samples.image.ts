import type { ConnectionInfo, Coroutine, HttpRequest, HttpResponse, Process, Program } from '@seatrial/kernel';
import { defineImage } from '../image.js';
import { nodeRespond, nodeScript } from '../server/node-http.js';
import { runServer } from '../server/run-server.js';
import { BUSYBOX_BASE, DEBIAN_COMMANDS } from './base-image.js';

const PORT = 8080;

/** A server that minds no signal, as Node's when it is nobody's but the kernel's. */
function nodeServer(
  process: Process,
  answer: (request: HttpRequest, connection: ConnectionInfo) => Coroutine<HttpResponse>,
  started?: () => Coroutine<void>,
): Coroutine<number> {
  return runServer(process, {
    ports: [{ port: PORT, service: { http: answer } }],
    signals: [],
    ...(started && { started }),
  });
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** The app of "Learn Kubernetes Basics" (server.js of jocatalin/kubernetes-bootcamp). */
const bootcamp =
  (version: number): Program =>
  (process) => {
    const { simulation } = process.machine;
    const host = process.env.get('HOSTNAME') ?? '';
    let startedAt = 0;
    let requests = 0;
    return nodeServer(
      process,
      function* () {
        requests++;
        const now = simulation.now();
        yield* process.stdout.write(
          `Running On: ${host} | Total Requests: ${requests} | App Uptime: ${(now - startedAt) / 1000} seconds | Log Time: ${iso(now)}\n`,
        );
        const body = `Hello Kubernetes bootcamp! | Running on: ${host} | v=${version}\n`;
        return nodeRespond(process, 200, body, [['Content-Type', 'text/plain']]);
      },
      function* () {
        startedAt = simulation.now();
        yield* process.stdout.write(
          `Kubernetes Bootcamp App Started At: ${iso(startedAt)} | Running On:  ${host} \n\n`,
        );
      },
    );
  };

const serverScript = (version: string): string => `var http = require('http');
var requests=0;
var podname= process.env.HOSTNAME;
var startTime;
var host;
var handleRequest = function(request, response) {
  response.setHeader('Content-Type', 'text/plain');
  response.writeHead(200);
  response.write("Hello Kubernetes bootcamp! | Running on: ");
  response.write(host);
  response.end(" | v=${version}\\n");
  console.log("Running On:" ,host, "| Total Requests:", ++requests,"| App Uptime:", (new Date() - startTime)/1000 , "seconds", "| Log Time:",new Date());
}
var www = http.createServer(handleRequest);
www.listen(8080,function () {
    startTime = new Date();;
    host = process.env.HOSTNAME;
    console.log ("Kubernetes Bootcamp App Started At:",startTime, "| Running On: " ,host, "\\n" );
});
`;

/** Node on Debian, started by a shell that stays. */
const onNode = {
  fromInternet: true,
  sizeBytes: 83_821_300,
  config: { cmd: ['/bin/sh', '-c', 'node server.js'], exposedPorts: [PORT] },
  binaries: [...BUSYBOX_BASE.binaries, ...DEBIAN_COMMANDS, 'curl', 'git', 'npm', 'python'],
} as const;

function bootcampOf(repository: string, tags: readonly string[]) {
  return defineImage({
    ...onNode,
    repository,
    tags,
    config: { ...onNode.config, env: { NPM_CONFIG_LOGLEVEL: 'info', NODE_VERSION: '6.3.1' } },
    variant: (tag) => ({
      files: {
        ...BUSYBOX_BASE.files,
        '/etc/os-release':
          'PRETTY_NAME="Debian GNU/Linux 8 (jessie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="8"\nVERSION="8 (jessie)"\nID=debian\nHOME_URL="http://www.debian.org/"\nSUPPORT_URL="http://www.debian.org/support"\nBUG_REPORT_URL="https://bugs.debian.org/"\n',
        '/server.js': serverScript(tag.slice(1)),
      },
      programs: { '/usr/local/bin/node': nodeScript('server.js', bootcamp(Number(tag.slice(1)))) },
    }),
  });
}

/** The first release; the second is only in its author's account. */
export const kubernetesBootcamp = bootcampOf('gcr.io/google-samples/kubernetes-bootcamp', ['v1']);
export const jocatalinBootcamp = bootcampOf('docker.io/jocatalin/kubernetes-bootcamp', ['v1', 'v2']);

const hello: Program = (process) =>
  nodeServer(process, function* ({ path }) {
    yield* process.stdout.write(`Received request for URL: ${path}\n`);
    return nodeRespond(process, 200, 'Hello Kubernetes!');
  });

/** What Kubernetes' pages on services and security contexts run. */
export const nodeHello = defineImage({
  ...onNode,
  repository: 'gcr.io/google-samples/node-hello',
  tags: ['1.0'],
  files: BUSYBOX_BASE.files,
  programs: { '/usr/local/bin/node': nodeScript('server.js', hello) },
});
