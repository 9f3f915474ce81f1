import { ok, unescapeUrl, type HttpResponse, type Input, type Result } from '@seatrial/kernel';
import type { ApiServer } from '../contract/api-server.js';
import type { UserInfo } from '../contract/request.js';
import { PODS } from '../contract/resource.js';
import type { Status } from '../contract/status.js';

import type { ResourcePath } from './request-path.js';

/** Whether a request asks for a container's log. */
export const isPodLog = (method: string, { group, resource, name, subresource }: ResourcePath): boolean =>
  method === 'GET' && group === '' && resource === 'pods' && name !== undefined && subresource === 'log';

/** The containers' only one, where nobody says which (validateContainer of registry/core/pod). */
function onlyContainer(apiServer: ApiServer, namespace: string, name: string): string {
  const containers = apiServer.store.get(PODS, namespace, name)?.spec.containers ?? [];
  return containers[0]?.name ?? '';
}

function open(
  apiServer: ApiServer,
  { namespace = '', name = '' }: ResourcePath,
  query: string,
  user: UserInfo,
): Result<Input, Status> {
  const asked = new Map(query.split('&').map((pair) => pair.split('=', 2) as [string, string | undefined]));
  const number = (option: string): number | undefined => {
    const text = asked.get(option);
    return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
  };
  const flag = (option: string): boolean => ['true', '1', ''].includes(asked.get(option) ?? 'false');
  const container = unescapeUrl(asked.get('container') ?? '');
  const kubelet = apiServer.connect({
    subresource: 'log',
    namespace,
    name,
    user,
    ...(container !== '' && { container }),
  });
  if (!kubelet.ok) return kubelet;
  return kubelet.value.logs(namespace, name, {
    container: container || onlyContainer(apiServer, namespace, name),
    previous: flag('previous'),
    timestamps: flag('timestamps'),
    tailLines: number('tailLines'),
    sinceSeconds: number('sinceSeconds'),
    limitBytes: number('limitBytes'),
  });
}

/** A container's log as text, up to now. */
export function podLog(
  apiServer: ApiServer,
  target: ResourcePath,
  query: string,
  user: UserInfo,
): Result<HttpResponse, Status> {
  const input = open(apiServer, target, query, user);
  if (!input.ok) return input;
  let body = '';
  for (let piece = input.value.take(); piece !== ''; piece = input.value.take()) body += piece;
  return ok({ status: 200, headers: [['Content-Type', 'text/plain']], body });
}
