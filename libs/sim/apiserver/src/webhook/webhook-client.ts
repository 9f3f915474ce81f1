import {
  decodeBase64,
  fail,
  isJsonObject,
  ok,
  type HttpResponse,
  type JsonObject,
  type Result,
} from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import type { Service } from '../contract/object.js';
import { SERVICES } from '../contract/resource.js';
import type { WebhookCall, WebhookReply } from '../contract/webhook.js';
import { parsePem } from '../certificate/pem-text.js';
import type { ServerState } from '../registry/server-state.js';
import { jsonSyntaxError } from '../request/json-syntax-error.js';
import type { Webhook } from './webhook-configuration.js';

/* The API server's client of webhooks (k8s.io/apiserver/pkg/util/webhook, client-go rest), v1.35. */

const DEFAULT_PORT = 443;
const DEFAULT_TIMEOUT_SECONDS = 10;

interface Target {
  readonly host: string;
  readonly port: number;
  readonly serverName: string;
  readonly url: string;
}

/** The address that a Service stands for (proxy.ResolveCluster). */
function resolveService(service: Service | undefined, name: string, port: number): Result<string, string> {
  if (!service) return fail(`service ${goQuote(name)} not found`);
  const { type = 'ClusterIP', clusterIP = '', externalName = '', ports = [] } = service.spec;
  if (type === 'ExternalName') return ok(externalName);
  if (type === 'ClusterIP' && clusterIP === 'None') return fail('cannot route to service with ClusterIP "None"');
  if (!ports.some((each) => each.port === port))
    return fail(`no service port ${port} found for service ${goQuote(name)}`);
  return ok(clusterIP);
}

function urlTarget(url: string): Target {
  const [, scheme = 'https', host = '', port, path = ''] = /^(\w+):\/\/([^/:?#]+)(?::(\d+))?([^?#]*)/.exec(url) ?? [];
  const authority = port === undefined ? host : `${host}:${port}`;
  return {
    host,
    port: port === undefined ? DEFAULT_PORT : Number(port),
    serverName: host,
    url: `${scheme}://${authority}${path === '' ? '/' : path}`,
  };
}

function targetOf({ clientConfig }: Webhook): Target {
  const { service, url = '' } = clientConfig;
  if (!service) return urlTarget(url);
  const serverName = `${service.name}.${service.namespace}.svc`;
  const port = service.port ?? DEFAULT_PORT;
  const path = service.path ?? '';
  return {
    host: '',
    port,
    serverName,
    url: `https://${serverName}:${port}${path.startsWith('/') ? path : `/${path}`}`,
  };
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  406: 'the server was unable to respond with a content type that the client supports',
  409: 'the server reported a conflict',
  415: 'the server was unable to accept the request because the body was in an unknown format',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};

/** What client-go makes of an answer that is no success (NewGenericServerResponse). */
function unstructuredText({ status, body }: HttpResponse): string {
  const message = body.trim();
  if (status === 403) return message === '' ? 'forbidden' : message;
  const known = STATUS_TEXTS[status];
  if (known !== undefined) return known;
  return status >= 500
    ? `an error on the server (${goQuote(message)}) has prevented the request from succeeding`
    : `the server responded with the status code ${status} but did not return more information`;
}

const JSON_TYPE =
  'Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function readBody(response: HttpResponse): Result<JsonObject, string> {
  if (response.status < 200 || response.status > 206) return fail(unstructuredText(response));
  const unreadable = (why: string): Result<JsonObject, string> =>
    fail(`couldn't get version/kind; json parse error: ${why}`);
  let value: unknown;
  try {
    value = JSON.parse(response.body) as unknown;
  } catch {
    return unreadable(jsonSyntaxError(response.body));
  }
  if (isJsonObject(value))
    return value.kind ? ok(value) : fail("Object 'Kind' is missing in '{}'".replace('{}', response.body.trim()));
  return unreadable(`json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into ${JSON_TYPE}`);
}

/** The trusted authorities of a configuration as PEM, or why they cannot be used. */
function authorities({ clientConfig }: Webhook): Result<string, string> {
  if (!clientConfig.caBundle) return ok('');
  const decoded = decodeBase64(clientConfig.caBundle);
  const pem = 'text' in decoded ? decoded.text : '';
  return parsePem(pem)
    ? ok(pem)
    : fail('could not get REST client: unable to load root certificates: unable to parse bytes as PEM block');
}

/** Sends a review to a webhook and reads its answer; the error is what stands after `failed calling webhook "x": `. */
export function callWebhook(server: ServerState, webhook: Webhook, review: JsonObject): Result<JsonObject, string> {
  const trusted = authorities(webhook);
  if (!trusted.ok) return trusted;
  const target = targetOf(webhook);
  const seconds = webhook.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const url = `${target.url}?timeout=${seconds}s`;
  const failed = (why: string): Result<JsonObject, string> => fail(`failed to call webhook: ${why}`);
  const { service } = webhook.clientConfig;
  const resolved = service
    ? resolveService(server.store.get(SERVICES, service.namespace, service.name), service.name, target.port)
    : ok(target.host);
  const call: WebhookCall = {
    host: resolved.ok ? resolved.value : '',
    port: target.port,
    serverName: target.serverName,
    path: url.slice(url.indexOf('/', 'https://'.length)),
    certificateAuthorities: trusted.value,
    timeoutMs: seconds * 1000,
    body: JSON.stringify(review),
  };
  const refused = (): WebhookReply => {
    return { answer: fail(`dial tcp ${call.host}:${call.port}: connect: connection refused`), tookMs: 0 };
  };
  const { answer, tookMs } = resolved.ok ? (server.webhooks?.post(call) ?? refused()) : { answer: resolved, tookMs: 0 };
  server.webhookMs += tookMs;
  if (!answer.ok) return failed(`Post "${url}": ${answer.error}`);
  const body = readBody(answer.value);
  return body.ok ? body : failed(body.error);
}
