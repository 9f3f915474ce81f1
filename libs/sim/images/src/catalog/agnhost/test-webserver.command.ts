import { resolvePath, type Coroutine, type HttpRequest, type HttpResponse, type Process } from '@seatrial/kernel';
import { pathOf } from '../../server/form-values.js';
import { goError, goRespond, goStop } from '../../server/go-http.js';
import { httpDate } from '../../server/http-dates.js';
import { runServer } from '../../server/run-server.js';
import { notSimulated, portTaken, type AgnhostCommand } from './agnhost-command.js';

const OWN: HttpResponse['headers'] = [
  ['Cache-Control', 'private'],
  ['Access-Control-Allow-Origin', '*'],
  ['Access-Control-Allow-Credentials', 'true'],
  ['Access-Control-Allow-Methods', 'GET, POST, OPTIONS'],
  [
    'Access-Control-Allow-Headers',
    'DNT,X-Mx-ReqToken,Keep-Alive,User-Agent,X-Requested-With,Cache-Control,Content-Type',
  ],
];

function* answer(process: Process, request: HttpRequest): Coroutine<HttpResponse> {
  const { files } = process.machine;
  const path = resolvePath('/', pathOf(request));
  const found = files.stat(path);
  if (!found.ok) return goError(process, 404, '404 page not found');
  const name = found.value.type === 'directory' ? resolvePath(path, 'index.html') : path;
  const file = files.readFile(name);
  if (!file.ok) {
    yield* notSimulated(process, `test-webserver's list of ${path}`);
    return goRespond(process, 501);
  }
  return goRespond(process, 200, file.value, [
    ...OWN,
    ['Accept-Ranges', 'bytes'],
    ['Last-Modified', httpDate(found.value.modifiedAt)],
  ]);
}

/** Serves the files of its container (test/images/agnhost/test-webserver). */
export const testWebserver: AgnhostCommand = {
  name: 'test-webserver',
  flags: { port: '80' },
  run: ({ process, flags, line }) =>
    runServer(process, {
      ports: [{ port: Number(flags.get('port')), service: { http: (request) => answer(process, request) } }],
      inUse: (taken) => line(portTaken(taken)),
      *stop(signal) {
        return goStop(process, signal);
      },
    }),
};
