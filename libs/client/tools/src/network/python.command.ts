import {
  compareStrings,
  quoteUrlPath,
  unescapeUrl,
  utf8Length,
  waitFor,
  type ConnectionInfo,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
} from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { notSimulated } from '../cluster-tools/cluster-tool.js';
import { toolProgram, type Tool } from '../tool/tool.js';

const VERSION = '3.11.2';
const SERVER = `SimpleHTTP/0.6 Python/${VERSION}`;
const USAGE_STATUS = 2;

/** The types that the server knows of those that exercises have (mimetypes). */
const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css',
  csv: 'text/csv',
  gz: 'application/gzip',
  htm: 'text/html',
  html: 'text/html',
  js: 'text/javascript',
  json: 'application/json',
  png: 'image/png',
  sh: 'application/x-sh',
  svg: 'image/svg+xml',
  tar: 'application/x-tar',
  tgz: 'application/x-tar',
  txt: 'text/plain',
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function errorPage(status: number, message: string, explanation: string): string {
  return `<!DOCTYPE HTML>\n<html lang="en">\n    <head>\n        <meta charset="utf-8">\n        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: ${status}</p>\n        <p>Message: ${message}.</p>\n        <p>Error code explanation: ${status} - ${explanation}.</p>\n    </body>\n</html>\n`;
}

/** What a folder without index.html shows: its entries. */
function listing(tool: Tool, folder: string, path: string): string {
  const names = tool.machine.files.readDirectory(folder);
  const title = `Directory listing for ${escaped(path)}`;
  const entries = (names.ok ? [...names.value] : []).sort((a, b) => compareStrings(a.toLowerCase(), b.toLowerCase()));
  const lines = entries.map((name) => {
    const shown = tool.machine.files.isDirectory(`${folder}/${name}`) ? `${name}/` : name;
    return `<li><a href="${quoteUrlPath(shown)}">${escaped(shown)}</a></li>\n`;
  });
  return `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>${title}</title>\n</head>\n<body>\n<h1>${title}</h1>\n<hr>\n<ul>\n${lines.join('')}</ul>\n<hr>\n</body>\n</html>\n`;
}

function answer(tool: Tool, root: string, request: HttpRequest): { response: HttpResponse; complaint?: string } {
  const now = formatDate('%a, %d %b %Y %H:%M:%S GMT', tool.machine.simulation.now());
  const first: HttpResponse['headers'] = [
    ['Server', SERVER],
    ['Date', now],
  ];
  const page = (status: number, type: string, body: string, more: HttpResponse['headers'] = []): HttpResponse => ({
    status,
    headers: [...first, ['Content-type', type], ['Content-Length', String(utf8Length(body))], ...more],
    body: request.method === 'HEAD' ? '' : body,
  });
  const fault = (status: number, message: string, explanation: string) => ({
    response: page(status, 'text/html;charset=utf-8', errorPage(status, message, explanation)),
    complaint: `code ${status}, message ${message}`,
  });
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return fault(501, `Unsupported method ('${request.method}')`, 'Server does not support this operation');
  const path = request.path.split(/[?#]/)[0];
  const parts = path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  const { files } = tool.machine;
  let file = [root, ...parts.map(unescapeUrl)].join('/');
  if (files.isDirectory(file)) {
    if (!path.endsWith('/'))
      return {
        response: { status: 301, headers: [...first, ['Location', `${path}/`], ['Content-Length', '0']], body: '' },
      };
    const index = ['index.html', 'index.htm'].find((name) => files.exists(`${file}/${name}`));
    if (index === undefined) return { response: page(200, 'text/html; charset=utf-8', listing(tool, file, path)) };
    file += `/${index}`;
  }
  const read = files.readFile(file);
  const found = files.stat(file);
  if (!read.ok || !found.ok) return fault(404, 'File not found', 'Nothing matches the given URI');
  const type = TYPES[/\.(\w+)$/.exec(file)?.[1] ?? ''] as string | undefined;
  const changed = formatDate('%a, %d %b %Y %H:%M:%S GMT', found.value.modifiedAt);
  return { response: page(200, type ?? 'application/octet-stream', read.value, [['Last-Modified', changed]]) };
}

function* serve(
  tool: Tool,
  root: string,
  request: HttpRequest,
  { remoteAddress }: ConnectionInfo,
): Coroutine<HttpResponse> {
  const { response, complaint } = answer(tool, root, request);
  const peer = `${remoteAddress} - - [${formatDate('%d/%b/%Y %H:%M:%S', tool.machine.simulation.now())}]`;
  if (complaint !== undefined) yield* tool.err(`${peer} ${complaint}\n`);
  yield* tool.err(`${peer} "${request.method} ${request.path} HTTP/1.1" ${response.status} -\n`);
  return response;
}

/** `python3 -m http.server [PORT] [-b ADDRESS] [-d FOLDER]`. */
function* httpServer(tool: Tool, args: readonly string[]): Coroutine<number> {
  const { operands, values } = yield* tool.options('-b --bind=, -d --directory=, -p --protocol=, --cgi', {
    args,
    status: USAGE_STATUS,
  });
  const root = tool.path(values.get('d')?.at(-1) ?? '.');
  const port = Number(operands.at(0) ?? 8000);
  const address = values.get('b')?.at(-1);
  const service = { http: (request: HttpRequest, from: ConnectionInfo) => serve(tool, root, request, from) };
  const listening = tool.machine.network.listen(port, service, address === undefined ? {} : { address });
  if (!listening.ok) {
    yield* tool.err('OSError: [Errno 98] Address already in use\n');
    return 1;
  }
  const { process } = tool;
  process.setSignalHandler('INT', 'catch');
  const shown = address ?? '0.0.0.0';
  yield* tool.out(`Serving HTTP on ${shown} port ${port} (http://${shown}:${port}/) ...\n`);
  try {
    yield* waitFor([process.signalArrived]);
    yield* tool.out('\nKeyboard interrupt received, exiting.\n');
    return 0;
  } finally {
    listening.value.close();
  }
}

/** Python as far as its web server goes; nothing else of it is simulated. */
export const python = defineCommand({
  name: 'python3',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const [first, module, ...rest] = tool.args;
    if (first === '--version' || first === '-V') {
      yield* tool.out(`Python ${VERSION}\n`);
      return 0;
    }
    if (first === '-m' && module === 'http.server') return yield* httpServer(tool, rest);
    return yield* notSimulated(tool, tool.args.length === 0 ? '' : 'programs (only -m http.server)');
  }),
});
