import { escapeUrlQuery } from '@seatrial/kernel';
import { goQuote, isValidPathSegmentName } from '@seatrial/schema';
import type { ClientRequest } from './api-connection.js';

/** The HTTP method of each verb. */
export const METHODS: Readonly<Record<ClientRequest['verb'], string>> = {
  create: 'POST',
  delete: 'DELETE',
  deletecollection: 'DELETE',
  get: 'GET',
  list: 'GET',
  patch: 'PATCH',
  update: 'PUT',
};

/** Why a request has no path: client-go looks at each segment before it sends anything (rest.Request). */
export function pathProblem({ namespace, name, subresource }: ClientRequest): string | undefined {
  if (name === '') return 'resource name may not be empty';
  for (const [what, segment] of Object.entries({ namespace, 'resource name': name, subresource })) {
    const complaints = segment === undefined ? [] : isValidPathSegmentName(segment);
    if (complaints.length > 0) return `invalid ${what} ${goQuote(segment ?? '')}: [${complaints.join(' ')}]`;
  }
  return undefined;
}

/** The query of a request, as url.Values encodes it; DELETE has its options in its body. */
function queryOf({ verb, options = {} }: ClientRequest, timeout: string): string {
  if (verb === 'delete') return '';
  const { limit, force, dryRun, labelSelector, fieldSelector, fieldManager, fieldValidation } = options;
  const values: Readonly<Record<string, string | undefined>> = {
    continue: options.continue,
    dryRun: dryRun ? 'All' : undefined,
    fieldManager,
    fieldSelector,
    fieldValidation,
    force: force ? 'true' : undefined,
    labelSelector,
    limit: limit === undefined ? undefined : String(limit),
    timeout: timeout === '0' ? undefined : timeout,
  };
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return pairs.map(([name, value]) => `${name}=${escapeUrlQuery(value ?? '')}`).join('&');
}

/** `/apis/apps/v1/namespaces/default/deployments/web?fieldManager=kubectl`. */
export function requestPath(request: ClientRequest, timeout = '0'): string {
  const { group, version, namespace, resource, name, subresource } = request;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = namespace === undefined || namespace === '' ? '' : `/namespaces/${namespace}`;
  const parts = [resource, name, subresource].filter((part) => part !== undefined && part !== '');
  const query = queryOf(request, timeout);
  return `${root}${place}/${parts.join('/')}${query === '' ? '' : `?${query}`}`;
}
