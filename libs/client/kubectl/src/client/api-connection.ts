import {
  API_SERVER,
  type ApiRequest,
  type ApiResponse,
  type ApiServer,
  type ServedResource,
  type Status,
  type UserInfo,
} from '@seatrial/apiserver';
import { readLine, resolvePath, sleep, type Connection, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { builtInGroups, parseGoDuration } from '@seatrial/schema';
import { CommandFailure, failWith, statusError } from '../command/failure.js';
import type { Invocation } from '../command/invocation.js';
import { decodedData, type KubeConfigData, type UserEntry } from './kube-config.js';
import { execCredential } from './exec-credential.js';
import { entryPath, kubeConfigPaths } from './load-kube-config.js';
import { logConnection, logDiscovery, logRequest } from './request-log.js';
import { dialServer, discoveryTrouble, unreachable } from './dial-server.js';
import { requireContext } from './required-context.js';
import { serverAddress, tlsFailure, type ServerAddress } from './server-address.js';
import { confirmUsable } from './confirm-usable.js';
import { cachedRestMapper, isDiscoveryKept } from './cached-discovery.js';
import { METHODS, pathProblem } from './request-path.js';
import type { RestMapper } from './rest-mapper.js';

/** Virtual time of one API round trip, ms. */
const ROUND_TRIP_MS = 8;

/** How long etcd waits for a quorum before it gives up (5 s and twice the election timeout). */
const ETCD_TIMEOUT_MS = 7000;

/** Commands that read discovery anew although it is kept on disk. */
const READS_DISCOVERY = new Set(['kubectl api-resources', 'kubectl api-versions']);

const NOT_SERVED = 'the server could not find the requested resource';

const UNAVAILABLE = 'the server is currently unable to handle the request';

/** A request as verbs make it; the connection adds who asks. */
export type ClientRequest = Omit<ApiRequest, 'user'>;

/** The request with who makes it: member by member, for one hidden class (docs/decisions/005). */
const asUser = (request: ClientRequest, user: UserInfo): ApiRequest => ({
  verb: request.verb,
  group: request.group,
  version: request.version,
  resource: request.resource,
  namespace: request.namespace,
  name: request.name,
  subresource: request.subresource,
  body: request.body,
  bodyText: request.bodyText,
  patchType: request.patchType,
  options: request.options,
  user,
});

/** An authenticated way to the API server, for the time of one command. */
export class ApiConnection {
  private readonly shown = new Set<string>();
  private mapper: RestMapper | undefined;

  constructor(
    private readonly k: Invocation,
    readonly server: ApiServer,
    readonly user: UserInfo,
    readonly address: ServerAddress,
    readonly connection: Connection,
    /** The credentials as HTTP headers, for raw requests. */
    readonly headers: ReadonlyMap<string, string>,
  ) {}

  /** The resources that the server offered when they were last asked for. */
  restMapper(): RestMapper {
    this.mapper ??= this.discover(false);
    return this.mapper;
  }

  /** Discovery anew, after a CRD was made in the same command, or to list what there is. */
  resetRestMapper(): RestMapper {
    this.mapper = this.discover(true);
    return this.mapper;
  }

  private discover(invalidate: boolean): RestMapper {
    const { process } = this.k;
    const key = discoveryKey(this.k, this.address);
    const onRefresh = (mapper: RestMapper): void => {
      this.mapper = mapper;
    };
    return cachedRestMapper({
      machine: process.machine,
      key,
      current: this.server.resources(),
      invalidate,
      onRefresh,
    });
  }

  /** One round trip. Warnings are printed, each text once a command. */
  *send(request: ClientRequest): Coroutine<ApiResponse> {
    const unsendable = pathProblem(request);
    if (unsendable !== undefined) failWith(unsendable);
    yield* sleep(this.server.available ? ROUND_TRIP_MS : ETCD_TIMEOUT_MS);
    const response = this.located(this.server.handle(asUser(this.asShown(request), this.user)), request);
    if (response.tookMs !== undefined) yield* sleep(response.tookMs);
    yield* logRequest(this.k, this.address, request, response, ROUND_TRIP_MS + (response.tookMs ?? 0));
    for (const warning of response.warnings) yield* this.warn(warning);
    return response;
  }

  /** What the command prints with its managers has to come with them. */
  private asShown(request: ClientRequest): ClientRequest {
    const { flags } = this.k;
    if (!flags.has('show-managed-fields') || !flags.bool('show-managed-fields')) return request;
    return { ...request, options: { ...request.options, showManagedFields: true } };
  }

  /**
   * The answer of a path that is not served at all says which it was (client-go's NewGenericServerResponse); built-in groups
   * answer for their own paths, with a Status.
   */
  private located(response: ApiResponse, request: ClientRequest): ApiResponse {
    const { verb, group, version, resource, name } = request;
    const { message } = response.body as { readonly message?: unknown };
    if (message !== NOT_SERVED && message !== UNAVAILABLE) return response;
    if (message === NOT_SERVED && builtInGroups().some((each) => each.name === group)) return response;
    const served = this.server
      .resources()
      .some((entry) => entry.group === group && entry.version === version && entry.resource === resource);
    if (served) return response;
    const what = [
      METHODS[verb].toLowerCase(),
      group === '' ? resource : `${resource}.${group}`,
      ...(name ? [name] : []),
    ];
    return { ...response, body: { ...response.body, message: `${message} (${what.join(' ')})` } };
  }

  *warn(text: string): Coroutine<void> {
    if (this.shown.has(text)) return;
    this.shown.add(text);
    this.k.received.warnings++;
    yield* this.k.err(`Warning: ${text}\n`);
  }

  /** One round trip whose failure ends the command (or the `attempt` around it). */
  *request(request: ClientRequest): Coroutine<JsonObject> {
    const response = yield* this.send(request);
    if (isFailure(response)) throw new CommandFailure([statusError(response.body as Status)]);
    return response.body as unknown as JsonObject;
  }

  /** Gives way for one round trip, then answers as the server does for a check without a request of its own. */
  *roundTrip(): Coroutine<void> {
    yield* sleep(ROUND_TRIP_MS);
  }
}

export const isFailure = (response: ApiResponse): boolean => response.code >= 400;

/** What a request is about, besides its resource. */
export interface RequestTarget {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
  readonly options?: ApiRequest['options'];
}

/** A {@link ClientRequest} for what a resource determines, and where. */
export function requestFor(
  mapping: ServedResource,
  verb: ApiRequest['verb'],
  where: RequestTarget = {},
): ClientRequest {
  const { group, version, resource } = mapping;
  const request: { -readonly [K in keyof ClientRequest]: ClientRequest[K] } = { verb, group, version, resource };
  if (mapping.namespaced && where.namespace !== undefined && where.namespace !== '')
    request.namespace = where.namespace;
  if (where.name !== undefined) request.name = where.name;
  if (where.subresource) request.subresource = where.subresource;
  if (where.options !== undefined) request.options = where.options;
  return request;
}

function readCredentialFile(k: Invocation, data: KubeConfigData, key: string, path: string, what: string): string {
  const at = entryPath(k.process, data, key, path);
  const content = k.process.machine.files.readFile(at);
  if (!content.ok)
    failWith(`unable to read ${what} ${path} for ${key.slice(6)} due to open ${path}: no such file or directory`);
  return content.value;
}

interface ClientCredentials {
  readonly clientCertificate?: string;
  readonly token?: string;
  readonly username?: string;
}

/** The subject that a simulated certificate states: `O=dev, CN=jane`; all of it where the server has to look at more. */
const certificateSubject = (pem: string): string =>
  /^issuer:/m.test(pem) ? pem : (/^\s*subject:\s*(.*)$/im.exec(pem)?.[1].trim() ?? pem);

function credentialsOf(k: Invocation, user: UserEntry): ClientCredentials {
  const { flags } = k;
  const config = k.kubeConfig();
  const key = `users/${flags.single('user') || (config.data.contexts.get(config.contextName)?.user ?? '')}`;
  const read = (path: string, what: string): string => readCredentialFile(k, config.data, key, path, what);
  const token = flags.string('token') || user.token || (user.tokenFile ? read(user.tokenFile, 'tokenFile').trim() : '');
  const given = flags.string('client-certificate');
  const certificate = given
    ? read(resolvePath(k.process.cwd, given), 'client-cert')
    : decodedData(user['client-certificate-data']) ||
      (user['client-certificate'] ? read(user['client-certificate'], 'client-cert') : '');
  const username = flags.string('username') || user.username;
  return {
    ...(certificate ? { clientCertificate: certificateSubject(certificate) } : {}),
    ...(token ? { token } : {}),
    ...(username ? { username } : {}),
  };
}

const refusedUnauthorized = (): never => {
  throw new CommandFailure([
    {
      type: 'status',
      status: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'the server has asked for the client to provide credentials',
        reason: 'Unauthorized',
        code: 401,
      },
    },
  ]);
};

/** --request-timeout as clientcmd.ParseTimeout reads it. */
function requestTimeout(k: Invocation): void {
  const text = k.flags.string('request-timeout');
  if (/^\d+$/.test(text) || parseGoDuration(text).ok) return;
  failWith(
    'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)',
  );
}

/** Whether nothing says who asks (clientcmd's canIdentifyUser). */
function isUnknown({ flags }: Invocation, user: UserEntry): boolean {
  const given = [flags.string('token'), flags.string('client-certificate'), flags.single('username')];
  const known = [user.token, user.tokenFile, user.username, user.exec, user['auth-provider']];
  const certificate = [user['client-certificate'], user['client-certificate-data']];
  return [...given, ...known, ...certificate].every((value) => value === undefined || value === '');
}

/** Asks for a name and a password (clientcmd.PromptingAuthLoader); without a terminal it gets no password. */
function* promptForUser(k: Invocation): Coroutine<void> {
  yield* k.out('Please enter Username: ');
  const name = yield* readLine(k.process.stdin);
  if (name === undefined || name.trim() === '') failWith(name === undefined ? 'EOF' : 'unexpected newline');
  yield* k.out('Please enter Password: ');
  failWith('error reading input for Password');
}

/** Whose discovery cache it is, and of which server. */
const discoveryKey = ({ process }: Invocation, { hostPort }: ServerAddress): string =>
  `${process.env.get('HOME') ?? ''} ${hostPort}`;

/** Dials, checks TLS and authenticates (client-go's rest config, transport and discovery). */
export function* connect(k: Invocation, discoveryTries: number): Coroutine<ApiConnection> {
  requestTimeout(k);
  requireContext(k);
  const config = k.kubeConfig();
  const cluster = config.cluster();
  const user = config.user();
  confirmUsable(k, cluster, user);
  const address = serverAddress(cluster.server);
  if (typeof address === 'string') failWith(address);
  const kept = !READS_DISCOVERY.has(k.path) && isDiscoveryKept(k.process.machine, discoveryKey(k, address));
  const tries = kept ? 0 : discoveryTries;
  if (address.scheme === 'https' && isUnknown(k, user)) yield* promptForUser(k);
  const connection = yield* dialServer(k, address, tries);
  const plugin = user.exec ? yield* execCredential(k, user.exec) : undefined;
  const trouble =
    plugin && !plugin.ok ? `getting credentials: ${plugin.error}` : tlsFailure(k, cluster, address, connection.service);
  if (trouble !== undefined) {
    for (let i = 0; i < tries; i++) yield* discoveryTrouble(k, address, trouble);
    throw unreachable(address, { cause: trouble, message: `Unable to connect to the server: ${trouble}` });
  }
  const server = connection.service.capability?.(API_SERVER);
  if (!server && !connection.service.http) {
    // A balancer without a control plane behind it closes the connection.
    for (let i = 0; i < tries; i++) yield* discoveryTrouble(k, address, 'EOF');
    throw unreachable(address, { cause: 'EOF', message: 'Unable to connect to the server: EOF' });
  }
  if (!server) failWith('the server could not find the requested resource');
  const credentials = { ...credentialsOf(k, user), ...(plugin?.ok && plugin.value) };
  const secure = address.scheme === 'https';
  const anonymous = !secure || Object.keys(credentials).length === 0;
  const as = impersonated(k, user);
  const given = { ...(anonymous ? {} : credentials), ...(as ? { impersonate: as } : {}) };
  const authenticated = server.authenticate(given);
  if (!authenticated.ok) {
    if (authenticated.error.reason === 'Unauthorized') return refusedUnauthorized();
    throw new CommandFailure([statusError(authenticated.error)]);
  }
  const who = authenticated.value;
  yield* logConnection(k, kubeConfigPaths(k.process, k.flags).paths);
  if (discoveryTries > 0 && !kept) yield* logDiscovery(k, address);
  return new ApiConnection(k, server, who, address, connection, headersOf(credentials, as));
}

interface Impersonation {
  readonly username: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** `--as-user-extra key=value`, the values of one key together. */
function extraOf(pairs: readonly string[]): Record<string, string[]> {
  const extra: Record<string, string[]> = {};
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 0) failWith(`as-user-extra flag expects key=value format, got: ${pair}`);
    (extra[pair.slice(0, equals).toLowerCase()] ??= []).push(pair.slice(equals + 1));
  }
  return extra;
}

function impersonated(k: Invocation, user: UserEntry): Impersonation | undefined {
  const username = k.flags.string('as') || user.as || '';
  const given = k.flags.list('as-group');
  const groups = given.length > 0 ? given : (user['as-groups'] ?? []);
  const uid = k.flags.string('as-uid') || (user['as-uid'] ?? '');
  const pairs = k.flags.list('as-user-extra');
  const extra = pairs.length > 0 ? extraOf(pairs) : {};
  if (username === '') return undefined;
  return { username, groups, ...(uid ? { uid } : {}), ...(Object.keys(extra).length > 0 ? { extra } : {}) };
}

function headersOf(credentials: ClientCredentials, as: Impersonation | undefined): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  if (credentials.token) headers.set('authorization', `Bearer ${credentials.token}`);
  if (credentials.clientCertificate) headers.set('x-client-certificate', credentials.clientCertificate);
  if (as) headers.set('impersonate-user', as.username);
  if (as && as.groups.length > 0) headers.set('impersonate-group', as.groups.join(','));
  return headers;
}
