import { resolvePath, type Process, type Program } from '@seatrial/kernel';
import { defineImage, type ImageDefinition } from '../image.js';
import { httpDate, logDate } from '../server/http-dates.js';
import { respond } from '../server/responses.js';
import { runServer } from '../server/run-server.js';
import { withWorkers } from '../server/worker-processes.js';
import { BUSYBOX_BASE, accounts, publishedOn } from './base-image.js';

const ROOT = '/usr/local/apache2/htdocs';
const program: Program = (process: Process) => {
  const { files, simulation } = process.machine;
  return runServer(process, {
    ports: [
      {
        port: 80,
        service: {
          *http(request, connection) {
            const path = resolvePath('/', request.path.split('?')[0]);
            let file = files.readFile(`${ROOT}${path === '/' ? '' : path}`);
            if (!file.ok && file.error === 'EISDIR') file = files.readFile(resolvePath(ROOT, `./${path}/index.html`));
            // The stand-in of the recordings answers every other path with the index page.
            if (!file.ok) file = files.readFile(`${ROOT}/index.html`);
            const body = file.ok ? file.value : '';
            const status = file.ok ? 200 : 404;
            yield* process.stdout.write(
              `${connection.remoteAddress} - - [${logDate(simulation.now())}] "${request.method} ${request.path} HTTP/1.1" ${status} ${body.length}\n`,
            );
            return respond(status, body, 'text/html', [
              ['Date', httpDate(simulation.now())],
              ['Server', 'Apache/2.4.62 (Unix)'],
            ]);
          },
        },
      },
    ],
    inUse: () =>
      '(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:80\nno listening sockets available, shutting down\n',
    signals: ['TERM', 'INT', 'WINCH'],
  });
};

/** The children that the published configuration begins with (`ServerLimit` of the event module's defaults). */
const CHILDREN = 3;
const TITLE = 'httpd -DFOREGROUND';

const child = { title: TITLE, user: 'www-data' };

const published: Program = (process) => {
  process.title = TITLE;
  return withWorkers(
    process,
    Array.from({ length: CHILDREN }, () => child),
    program(process),
  );
};

const base: Omit<ImageDefinition, 'repository' | 'tags'> = {
  sizeBytes: 3_723_126,
  published: publishedOn('debian', 'ab', 'apachectl', 'htpasswd', 'httpd'),
  config: { cmd: ['httpd-foreground'], stopSignal: 'WINCH', workingDir: '/usr/local/apache2' },
  binaries: BUSYBOX_BASE.binaries,
  files: {
    ...BUSYBOX_BASE.files,
    '/etc/passwd': accounts('www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n'),
    [`${ROOT}/index.html`]: '<html><body><h1>It works!</h1></body></html>\n',
  },
  programs: { '/usr/local/bin/httpd-foreground': program },
  publishedPrograms: () => ({ '/usr/local/bin/httpd-foreground': published }),
};

export const httpd = defineImage({
  repository: 'docker.io/library/httpd',
  tags: ['latest', '2.4', '2.4-alpine', 'alpine'],
  ...base,
});

/** The copy that Kubernetes' own tests use. */
export const testHttpd = defineImage({
  ...base,
  repository: 'registry.k8s.io/e2e-test-images/httpd',
  fromInternet: true,
  tags: ['2.4.38-1', '2.4.38-2', '2.4.38-4', '2.4.38-alpine', '2.4.39-1', '2.4.39-2', '2.4.39-4', '2.4.39-alpine'],
});
