import { GO_BAD_REQUEST, GO_NOT_FOUND } from '@seatrial/apiserver';
import {
  isUrlEscaped,
  waitFor,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
  type NetworkService,
} from '@seatrial/kernel';
import { RE2JS } from 're2js';
import type { ApiConnection } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag, durationFlag, intFlag, stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { staticAnswer } from './static-files.js';

/** A comma-separated list of patterns; one of them must be found in a text. */
function matcher(k: Invocation, flag: string): (text: string) => boolean {
  const given = k.flags.string(flag);
  const patterns = (given === '' ? [] : given.split(',')).map((pattern) => {
    try {
      return RE2JS.compile(pattern);
    } catch {
      return failWith(`error parsing regexp: ${pattern}`);
    }
  });
  return (text) => patterns.some((pattern) => pattern.matcher(text).find());
}

/** What the proxy lets through (k8s.io/kubectl/pkg/proxy FilterServer). */
function filter(k: Invocation): (request: HttpRequest) => boolean {
  if (k.flags.bool('disable-filter')) return () => true;
  const [rejectsPath, rejectsMethod, acceptsPath, acceptsHost] = [
    'reject-paths',
    'reject-methods',
    'accept-paths',
    'accept-hosts',
  ].map((flag) => matcher(k, flag));
  return ({ method, path, headers }) => {
    const plain = path.split('?', 1)[0];
    const host = (headers.get('host') ?? '').replace(/:\d+$/, '');
    return !rejectsPath(plain) && !rejectsMethod(method) && acceptsPath(plain) && acceptsHost(host);
  };
}

function forwarder(api: ApiConnection, k: Invocation): NetworkService {
  const prefix = k.flags.string('api-prefix').replace(/\/$/, '');
  const accepts = filter(k);
  return {
    *http(request: HttpRequest): Coroutine<HttpResponse> {
      const refused = (status: number, body: string): HttpResponse => ({
        status,
        headers: [['Content-Type', 'text/plain; charset=utf-8']],
        body,
      });
      if (!isUrlEscaped(request.path.split('?', 1)[0])) return GO_BAD_REQUEST;
      const file = staticAnswer(k.process, k.flags.string('www'), k.flags.string('www-prefix'), request.path);
      if (file) return file;
      if (!accepts(request)) return refused(403, 'Forbidden\n');
      if (!request.path.startsWith(prefix)) return GO_NOT_FOUND;
      const headers = new Map([...request.headers, ...api.headers, ['host', api.address.hostPort] as const]);
      headers.set('x-forwarded-for', '127.0.0.1');
      const answer = yield* api.connection.http({
        ...request,
        path: request.path.slice(prefix.length) || '/',
        headers,
      });
      return answer.ok ? answer.value : refused(502, '');
    },
  };
}

/** `kubectl proxy`: serves the API on a local port with the command's credentials until it is stopped. */
export const proxyCommand = defineVerb({
  name: 'proxy',
  usage: '[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]',
  short: 'Run a proxy to the Kubernetes API server',
  flags: [
    stringFlag('accept-hosts', 'Regular expression for hosts that the proxy should accept.', {
      default: '^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$',
    }),
    stringFlag('accept-paths', 'Regular expression for paths that the proxy should accept.', { default: '^.*' }),
    stringFlag('address', 'The IP address on which to serve on.', { default: '127.0.0.1' }),
    stringFlag('api-prefix', 'Prefix to serve the proxied API under.', { default: '/' }),
    boolFlag('append-server-path', 'If true, enables automatic path appending of the kube context server path.'),
    boolFlag('disable-filter', 'If true, disable request filtering in the proxy.'),
    durationFlag('keepalive', 'The keep-alive period of a connection; 0 disables it.', { default: '0s' }),
    intFlag('port', 'The port on which to run the proxy. Set to 0 to pick a random port.', {
      shorthand: 'p',
      default: '8001',
    }),
    stringFlag('reject-methods', 'Regular expression for HTTP methods that the proxy should reject.', {
      default: '^$',
    }),
    stringFlag('reject-paths', 'Regular expression for paths that the proxy should reject.', {
      default: '^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach',
    }),
    stringFlag('unix-socket', 'Unix socket on which to run the proxy.', { shorthand: 'u' }),
    stringFlag('www-prefix', 'Prefix to serve static files under, if static file directory is specified.', {
      shorthand: 'P',
      default: '/static/',
    }),
    stringFlag('www', 'Also serve static files from the given directory under the specified prefix.', {
      shorthand: 'w',
    }),
  ],
  *run(k) {
    const api = yield* k.api();
    const address = k.flags.string('address');
    const random = k.process.machine.simulation.random.split(`proxy/${k.now()}/${k.pid}`);
    const port = k.flags.int('port') || 32_768 + random.below(28_000);
    const listener = k.process.machine.network.listen(port, forwarder(api, k), { address });
    if (!listener.ok) failWith(`listen tcp ${address}:${port}: bind: address already in use`);
    try {
      yield* k.out(`Starting to serve on ${address}:${listener.value.port}\n`);
      yield* waitFor([]);
      return 0;
    } finally {
      listener.value.close();
    }
  },
});
