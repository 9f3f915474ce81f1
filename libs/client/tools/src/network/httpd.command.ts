import {
  utf8Length,
  waitFor,
  type ConnectionInfo,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
} from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { start } from '../system/run-to-end.js';
import { toolProgram, type Tool } from '../tool/tool.js';

/** The types that busybox knows by itself. */
const TYPES: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  h: 'text/plain',
  c: 'text/plain',
  cc: 'text/plain',
  cpp: 'text/plain',
  htm: 'text/html',
  html: 'text/html',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  png: 'image/png',
  svg: 'image/svg+xml',
  css: 'text/css',
  js: 'application/javascript',
  wav: 'audio/wav',
  avi: 'video/x-msvideo',
  qt: 'video/quicktime',
  mov: 'video/quicktime',
  mpe: 'video/mpeg',
  mpeg: 'video/mpeg',
  mid: 'audio/midi',
  midi: 'audio/midi',
  mp3: 'audio/mpeg',
};

const REASONS: Readonly<Record<number, readonly [name: string, text: string]>> = {
  302: ['Found', ''],
  404: ['Not Found', 'The requested URL was not found'],
  501: ['Not Implemented', 'The requested method is not recognized'],
};

const date = (ms: number): string => formatDate('%a, %d %b %Y %H:%M:%S GMT', ms);

interface Site {
  readonly root: string;
  readonly verbosity: number;
}

/** Everything but a file: 302, 404 and 501. */
function page(tool: Tool, status: number, headers: HttpResponse['headers'] = []): HttpResponse {
  const [name, text] = REASONS[status];
  const title = `${status} ${name}`;
  const html = `<HTML><HEAD><TITLE>${title}</TITLE></HEAD>\n<BODY><H1>${title}</H1>\n${text}\n</BODY></HTML>\n`;
  const first: HttpResponse['headers'] = [
    ['Date', date(tool.machine.simulation.now())],
    ['Connection', 'close'],
    ['Content-type', 'text/html'],
  ];
  return { status, headers: [...first, ...headers], body: text === '' ? '' : html };
}

function answer(tool: Tool, { root }: Site, request: HttpRequest): HttpResponse {
  const { files, simulation } = tool.machine;
  const path = request.path.split('?')[0];
  if (request.method !== 'GET' && request.method !== 'HEAD') return page(tool, 501);
  const inside = path.split('/').filter((part) => part !== '' && part !== '.');
  if (inside.includes('..')) return page(tool, 404);
  let file = [root, ...inside].join('/');
  if (files.isDirectory(file)) {
    if (!path.endsWith('/')) return page(tool, 302, [['Location', `${path}/`]]);
    file += '/index.html';
  }
  const read = files.readFile(file);
  if (!read.ok) return page(tool, 404);
  const type = TYPES[/\.(\w+)$/.exec(file)?.[1] ?? ''];
  const now = simulation.now();
  const changed = files.stat(file);
  const at = changed.ok ? changed.value.modifiedAt : now;
  const size = utf8Length(read.value);
  return {
    status: 200,
    headers: [
      ['Date', date(now)],
      ['Connection', 'close'],
      ...(type === undefined ? [] : [['Content-type', type] as const]),
      ['Accept-Ranges', 'bytes'],
      ['Last-Modified', date(at)],
      ['ETag', `"${Math.floor(at / 1000).toString(16)}-${size.toString(16)}"`],
      ['Content-Length', String(size)],
    ],
    body: request.method === 'HEAD' ? '' : read.value,
  };
}

function* serve(tool: Tool, site: Site, request: HttpRequest, connection: ConnectionInfo): Coroutine<HttpResponse> {
  const response = answer(tool, site, request);
  const peer = `${connection.remoteAddress}:${connection.remotePort}`;
  if (site.verbosity > 1) yield* tool.err(`${peer}: url:${request.path.split('?')[0]}\n`);
  if (site.verbosity > 0) yield* tool.err(`${peer}: response:${response.status}\n`);
  return response;
}

/** busybox' httpd: the files below a folder, without CGI, passwords and configuration. */
function* run(tool: Tool): Coroutine<number> {
  const { flags, values } = yield* tool.options('-f, -i, -v, -c=, -p=, -u=, -r=, -h=');
  const home = values.get('h')?.at(-1) ?? '.';
  const root = tool.path(home);
  if (!tool.machine.files.isDirectory(root))
    return yield* tool.die(`can't change directory to '${home}': No such file or directory`);
  if (!flags.has('f')) {
    const daemon = yield* start(tool, ['httpd', '-f', ...tool.args]);
    return typeof daemon === 'number' ? daemon : 0;
  }
  const site = { root, verbosity: flags.get('v') ?? 0 };
  const [, address, port] = /^(?:(.*):)?(\d+)$/.exec(values.get('p')?.at(-1) ?? '80') ?? ['', undefined, '80'];
  const service = { http: (request: HttpRequest, from: ConnectionInfo) => serve(tool, site, request, from) };
  const options = address === undefined || address === '0.0.0.0' ? {} : { address };
  const listening = tool.machine.network.listen(Number(port), service, options);
  if (!listening.ok) return yield* tool.die('bind: Address already in use');
  try {
    // Signals that nobody catches end the process.
    for (;;) yield* waitFor([]);
  } finally {
    listening.value.close();
  }
}

export const httpd = defineCommand({ name: 'httpd', userlands: ['busybox'], program: toolProgram(run) });
