import { GO_NOT_FOUND } from '@seatrial/apiserver';
import {
  compareStrings,
  escapeUrlPath,
  resolvePath,
  unescapeUrl,
  type HttpResponse,
  type Process,
} from '@seatrial/kernel';

const answer = (status: number, type: string, body: string): HttpResponse => ({
  status,
  headers: [['Content-Type', type]],
  body,
});

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;');

/** A name as url.URL prints it; what stands before a colon is no scheme. */
const link = (name: string): string => (name.split('/', 1)[0].includes(':') ? './' : '') + escapeUrlPath(name);

/** A folder's page as net/http's file server writes it. */
function listing({ machine }: Process, folder: string): HttpResponse {
  const names = machine.files.readDirectory(folder);
  const lines = (names.ok ? [...names.value] : []).sort(compareStrings).map((name) => {
    const shown = machine.files.isDirectory(`${folder}/${name}`) ? `${name}/` : name;
    return `<a href="${link(shown)}">${escaped(shown)}</a>\n`;
  });
  const head = '<!doctype html>\n<meta name="viewport" content="width=device-width">\n';
  return answer(200, 'text/html; charset=utf-8', `${head}<pre>\n${lines.join('')}</pre>\n`);
}

/** What `kubectl proxy --www` answers below its prefix; undefined for other paths (kubectl/pkg/proxy newFileHandler). */
export function staticAnswer(process: Process, www: string, prefix: string, path: string): HttpResponse | undefined {
  const [plain] = path.split('?', 1);
  if (www === '') return undefined;
  const root = prefix.endsWith('/') ? prefix : `${prefix}/`;
  if (`${plain}/` === root) {
    const moved = answer(307, 'text/html; charset=utf-8', `<a href="${root}">Temporary Redirect</a>.\n\n`);
    return { ...moved, headers: [...moved.headers, ['Location', root]] };
  }
  if (!plain.startsWith(root)) return undefined;
  const { files } = process.machine;
  const parts = unescapeUrl(plain.slice(root.length)).split('/');
  if (parts.includes('..')) return GO_NOT_FOUND;
  const target = resolvePath(process.cwd, [www, ...parts.filter((part) => part !== '')].join('/'));
  const file = files.isDirectory(target) ? `${target}/index.html` : target;
  const read = files.readFile(file);
  if (read.ok) return answer(200, TYPES[/\.(\w+)$/.exec(file)?.[1] ?? ''] ?? 'text/plain; charset=utf-8', read.value);
  return files.isDirectory(target) ? listing(process, target) : GO_NOT_FOUND;
}
