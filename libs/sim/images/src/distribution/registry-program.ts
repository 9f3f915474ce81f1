import { reportUnsupported, type Coroutine, type HttpRequest, type HttpResponse, type Process } from '@seatrial/kernel';
import { readCertificate } from '../server/certificate-file.js';
import { logDate } from '../server/http-dates.js';
import { runServer } from '../server/run-server.js';
import { accessLine } from './registry-answers.js';
import { RegistryApi } from './registry-api.js';
import { filesBelow } from './registry-files.js';
import { RegistryStore } from './registry-store.js';

/** Settings of the environment that are followed (`REGISTRY_…` for each member of the configuration file). */
const FOLLOWED =
  /^REGISTRY_(?:HTTP_ADDR|HTTP_SECRET|HTTP_TLS_(?:CERTIFICATE|KEY)|STORAGE_DELETE_ENABLED|STORAGE_FILESYSTEM_ROOTDIRECTORY|LOG_LEVEL|HTTP_HEADERS_.*)$/;

const instant = (ms: number): string => new Date(ms).toISOString().replace('Z', '000000Z');

function* serve(process: Process, version: string, goVersion: string): Coroutine<number> {
  const { env, machine } = process;
  const { files, simulation } = machine;
  for (const name of env.keys())
    if (name.startsWith('REGISTRY_') && !FOLLOWED.test(name)) reportUnsupported(machine, `${name} of a registry`);
  const setting = (name: string): string => env.get(`REGISTRY_${name}`) ?? '';
  const address = setting('HTTP_ADDR') || ':5000';
  const certificateFile = setting('HTTP_TLS_CERTIFICATE');
  const certificate = certificateFile === '' ? undefined : readCertificate(process, certificateFile);
  if (certificate && !certificate.ok) {
    yield* process.stderr.write(`${certificate.error}\n`);
    return 1;
  }
  const random = simulation.random.split(`registry ${machine.hostname} ${process.pid}`);
  const api = new RegistryApi(
    new RegistryStore(filesBelow(files, setting('STORAGE_FILESYSTEM_ROOTDIRECTORY') || '/var/lib/registry')),
    { uploadId: () => random.uuid(), deletes: setting('STORAGE_DELETE_ENABLED') === 'true' },
  );
  const fields = `go.version=${goVersion} instance.id=${random.uuid()} service=registry version=${version}`;
  const log = (level: string, text: string): Coroutine<boolean> =>
    process.stderr.write(`time="${instant(simulation.now())}" level=${level} msg="${text}" ${fields}\n`);
  const scheme = certificate ? 'https' : 'http';
  return yield* runServer(process, {
    ports: [
      {
        port: Number(address.slice(address.lastIndexOf(':') + 1)),
        service: {
          ...(certificate?.ok && { tls: certificate.value }),
          *http(request: HttpRequest, { remoteAddress }): Coroutine<HttpResponse> {
            simulation.charge('steps', 1);
            const response = api.answer(request, `${scheme}://${request.headers.get('host') ?? ''}`);
            yield* process.stdout.write(accessLine(request, response, remoteAddress, logDate(simulation.now())));
            return response;
          },
        },
      },
    ],
    *started() {
      if (setting('HTTP_SECRET') === '')
        yield* log(
          'warning',
          'No HTTP secret provided - generated random secret. This may cause problems with uploads if multiple registries are behind a load-balancer. To provide a shared secret, fill in http.secret in the configuration file or set the REGISTRY_HTTP_SECRET environment variable.',
        );
      yield* log('info', 'redis not configured');
      yield* log('info', 'using inmemory blob descriptor cache');
      yield* log(
        'info',
        `listening on ${address.startsWith(':') ? `[::]${address}` : address}${certificate ? ', tls' : ''}`,
      );
    },
    // The second version leaves SIGTERM to Go's runtime, the third one shuts down.
    *stop() {
      yield* [];
      return version.startsWith('2.') ? 2 : 0;
    },
  });
}

/** `registry serve CONFIG`, on the file system, with the configuration that the image brings. */
export const registryProgram = (version: string, goVersion: string, config: string) =>
  function* (process: Process): Coroutine<number> {
    const [, command, file] = process.argv;
    if (command === '--version' || command === '-v') {
      yield* process.stdout.write(`registry github.com/distribution/distribution ${version}\n`);
      return 0;
    }
    if (command !== 'serve') reportUnsupported(process.machine, `registry ${command ?? ''}`.trim());
    const own = process.machine.files.readFile(file ?? '');
    if (!own.ok) {
      yield* process.stderr.write(`configuration error: open ${file ?? ''}: no such file or directory\n`);
      return 1;
    }
    if (own.value !== config) reportUnsupported(process.machine, `a registry with the configuration ${file ?? ''}`);
    return yield* serve(process, version, goVersion);
  };
