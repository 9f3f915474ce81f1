import { goDialError } from '@seatrial/images';
import {
  encodeBase64,
  fail,
  goPlain,
  isJsonObject,
  ok,
  statusText,
  type Coroutine,
  type HttpResponse,
  type Machine,
  type Result,
} from '@seatrial/kernel';
import { exchange, headerValue, parseUrl, resolveLocation, type ExchangeFailure } from '../network/http-client.js';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface RegistryAccess {
  /** `host[:port]`, as references name it. */
  readonly registry: string;
  readonly userAgent: string;
  readonly plainHttp?: boolean;
  /** Any certificate will do. */
  readonly insecure?: boolean;
  /** The authorities to trust besides everybody's, in PEM. */
  readonly authority?: string;
  readonly credentials?: Credentials | undefined;
}

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** Below the registry, or the whole address that it gave. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a registry answered to a request that came about. */
export interface RegistryAnswer {
  readonly response: HttpResponse;
  readonly url: string;
}

/** Docker Hub's registry has another host than its images' names. */
const hostOf = (registry: string): string => (registry === 'docker.io' ? 'registry-1.docker.io' : registry);

/** Go's text of an exchange that failed. */
function transportProblem(machine: Machine, failure: ExchangeFailure, host: string, port: number): string {
  switch (failure.kind) {
    case 'dial':
      return goDialError(machine.files, host, port, failure.error);
    case 'no-tls':
      return 'http: server gave HTTP response to HTTPS client';
    case 'untrusted':
      return 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
    case 'reset':
    case 'timeout':
      return 'EOF';
  }
}

/** The errors in a registry's answer (oras-go, errcode.Errors); undefined where it has none. */
function errorsIn(body: string): string | undefined {
  let errors: unknown;
  try {
    const value: unknown = JSON.parse(body);
    errors = isJsonObject(value) ? value.errors : undefined;
  } catch {
    return undefined;
  }
  if (!Array.isArray(errors) || errors.length === 0) return undefined;
  const texts = errors.filter(isJsonObject).map(({ code, message, detail }) => {
    const name = goPlain(code).replaceAll('_', ' ').toLowerCase();
    if (typeof message !== 'string' || message === '') return name;
    return detail === null || detail === undefined ? `${name}: ${message}` : `${name}: ${message}: ${goPlain(detail)}`;
  });
  return texts.join('; ');
}

/** What oras says of an answer that is not the one it wants. */
export function answerProblem(method: string, { response, url }: RegistryAnswer): string {
  const { status, body } = response;
  const reason = errorsIn(body) ?? statusText(status).slice(String(status).length + 1);
  return `${method} "${url}": response status code ${status}: ${reason}`;
}

/** Requests to one registry, with what it asks for (oras-go v2, registry/remote and its auth client). */
export class RegistrySession {
  private readonly base: string;

  constructor(
    private readonly machine: Machine,
    private readonly access: RegistryAccess,
  ) {
    this.base = `${access.plainHttp === true ? 'http' : 'https'}://${hostOf(access.registry)}`;
  }

  /** One request; the error is oras' text of what kept it from being answered. */
  *ask(request: RegistryRequest): Coroutine<Result<RegistryAnswer, string>> {
    const first = yield* this.send(request, undefined);
    if (!first.ok || first.value.response.status !== 401) return first;
    const challenge = headerValue(first.value.response, 'www-authenticate') ?? '';
    const { credentials } = this.access;
    // What asks for a token gives anybody one, but for those who may write.
    const isBearer = /^Bearer\b/i.test(challenge);
    if ((isBearer && !credentials) || (!isBearer && !/^Basic\b/i.test(challenge))) return first;
    const at = `${request.method} "${first.value.url}"`;
    if (!credentials) return fail(`${at}: basic credential not found`);
    const { username, password } = credentials;
    if (username === '' || password === '') return fail(`${at}: missing username or password for basic auth`);
    return yield* this.send(request, `Basic ${encodeBase64(`${username}:${password}`)}`);
  }

  private *send(
    { method, path, headers = {}, body = '' }: RegistryRequest,
    authorization: string | undefined,
  ): Coroutine<Result<RegistryAnswer, string>> {
    const address = path.startsWith('/') ? `${this.base}${path}` : path;
    const url = parseUrl(address);
    if (!url) return fail(`${method} ${JSON.stringify(address)}: http: no Host in request URL`);
    const answered = yield* exchange({ machine: this.machine }, url, {
      method,
      headers: new Map([
        ['host', url.authority],
        ['user-agent', this.access.userAgent],
        ...Object.entries(headers),
        ...(authorization === undefined ? [] : ([['authorization', authorization]] as const)),
      ]),
      body,
      insecure: this.access.insecure === true,
      ...(this.access.authority !== undefined && { authority: this.access.authority }),
    });
    if (answered.ok) return ok({ response: answered.value.response, url: address });
    const verb = method.charAt(0) + method.slice(1).toLowerCase();
    return fail(`${verb} "${address}": ${transportProblem(this.machine, answered.error, url.host, url.port)}`);
  }

  /** Where a registry says to go on, as a whole address. */
  locationOf({ response, url }: RegistryAnswer): string {
    const base = parseUrl(url);
    const location = headerValue(response, 'location') ?? '';
    return base ? resolveLocation(base, location) : location;
  }
}
