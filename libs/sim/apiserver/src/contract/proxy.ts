import type { ApiRequest, UserInfo } from './request.js';

/** A request to the `proxy` subresource of a service or pod; the name may hold scheme and port. */
export interface ProxyRequest {
  readonly verb: ApiRequest['verb'];
  readonly resource: 'services' | 'pods';
  readonly namespace: string;
  readonly name: string;
  readonly user: UserInfo;
}

/** Where such a request leads. */
export interface ProxyLocation {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

/** A proxied request as it arrived over HTTP: the target, the path there, and the part of its path that stands before. */
export interface ProxiedRequest {
  readonly location: ProxyLocation;
  /** Empty when the request ended at `proxy`; without the query. */
  readonly path: string;
  readonly query: string;
  readonly prefix: string;
}
