import { unescapeUrl } from '@seatrial/kernel';
import type { ServedResource } from '../contract/api-server.js';
import type { ApiRequest, RequestOptions } from '../contract/request.js';

/** A resource path taken apart, without verb and user. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/**
 * Reads `/api/v1/namespaces/x/pods/y/log` and the like (k8s.io/apiserver/pkg/endpoints/request RequestInfoFactory).
 * Undefined for paths that name no resource (`/version`, `/api`, `/apis/apps/v1`).
 */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const group = parts[0] === 'api' ? '' : parts[0] === 'apis' ? parts[1] : undefined;
  if (group === undefined) return undefined;
  const [version, ...rest] = parts.slice(group === '' ? 1 : 2).map(unescapeUrl);
  if (version === undefined || rest.length === 0) return undefined;
  if (rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2])) {
    const [, namespace, resource, name, ...sub] = rest;
    return { group, version, resource, namespace, name, subresource: sub.join('/') || undefined };
  }
  const [resource, name, ...sub] = rest;
  return { group, version, resource, name, subresource: sub.join('/') || undefined };
}

/**
 * Why a path has no route to the resource: namespaced ones are named only within a namespace, and across namespaces
 * there is only their list; others stand in no namespace (k8s.io/apiserver/pkg/endpoints APIInstaller, crdHandler).
 */
export function misrouted(
  { namespace, name }: ResourcePath,
  verb: ApiRequest['verb'],
  { namespaced, custom }: Pick<ServedResource, 'namespaced' | 'custom'>,
): ApiRequest['unrouted'] {
  if (!namespaced) return namespace === undefined ? undefined : 'NotFound';
  if (namespace !== undefined) return undefined;
  if (name !== undefined) return 'NotFound';
  if (verb === 'list') return undefined;
  return custom ? 'NotFound' : 'MethodNotAllowed';
}

/** The query of a list, get, delete or write request as options; unknown parameters are left out, as the server does. */
export function parseRequestQuery(query: string): RequestOptions & { readonly watch?: boolean } {
  const parameters = new Map<string, string>();
  for (const pair of query.split('&').filter((text) => text !== '')) {
    const equals = pair.indexOf('=');
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    parameters.set(unescapeUrl(name), unescapeUrl(value.replaceAll('+', ' ')));
  }
  const flag = (name: string): boolean | undefined =>
    parameters.has(name) ? !['false', '0'].includes((parameters.get(name) ?? '').toLowerCase()) : undefined;
  const whole = (name: string): number | undefined =>
    /^\d+$/.test(parameters.get(name) ?? '') ? Number(parameters.get(name)) : undefined;
  return {
    labelSelector: parameters.get('labelSelector'),
    fieldSelector: parameters.get('fieldSelector'),
    limit: whole('limit'),
    continue: parameters.get('continue'),
    resourceVersion: parameters.get('resourceVersion'),
    resourceVersionMatch: parameters.get('resourceVersionMatch'),
    sendInitialEvents: flag('sendInitialEvents'),
    dryRun: parameters.get('dryRun') === 'All' ? true : undefined,
    fieldManager: parameters.get('fieldManager'),
    fieldValidation: parameters.get('fieldValidation') as RequestOptions['fieldValidation'],
    force: flag('force'),
    gracePeriodSeconds: whole('gracePeriodSeconds'),
    propagationPolicy: parameters.get('propagationPolicy') as RequestOptions['propagationPolicy'],
    watch: flag('watch'),
  };
}

/** What a query says of dryRun, right or wrong. */
export const dryRunOf = (query: string): readonly string[] =>
  query
    .split('&')
    .filter((pair) => pair.startsWith('dryRun='))
    .map((pair) => unescapeUrl(pair.slice('dryRun='.length)));

/** What is wrong with a number in a query. */
export function badNumber(query: string): string | undefined {
  for (const pair of query.split('&')) {
    const found = /^(?:limit|timeoutSeconds|gracePeriodSeconds)=(.*)$/.exec(pair);
    if (found && !/^(?:[+-]?\d+)?$/.test(found[1]))
      return `strconv.ParseInt: parsing ${JSON.stringify(unescapeUrl(found[1]))}: invalid syntax`;
  }
  return undefined;
}

const PATCH_TYPES: Readonly<Record<string, ApiRequest['patchType']>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

export function patchTypeOf(contentType: string | undefined): ApiRequest['patchType'] {
  return PATCH_TYPES[contentType?.split(';')[0].trim() ?? ''];
}

/** The API verb of an HTTP method on a resource path. */
export function verbOf(method: string, named: boolean): ApiRequest['verb'] | undefined {
  if (method === 'GET' || method === 'HEAD') return named ? 'get' : 'list';
  if (method === 'DELETE') return named ? 'delete' : 'deletecollection';
  return ({ POST: 'create', PUT: 'update', PATCH: 'patch' } as const)[method as 'POST' | 'PUT' | 'PATCH'];
}
