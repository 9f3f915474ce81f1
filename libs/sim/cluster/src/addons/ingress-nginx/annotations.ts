import type { Ingress } from '@seatrial/apiserver';

const PREFIX = 'nginx.ingress.kubernetes.io/';

/** The annotations of an Ingress that ingress-nginx acts on (docs/user-guide/nginx-configuration/annotations.md). */
export interface NginxAnnotations {
  readonly rewriteTarget: string | undefined;
  readonly useRegex: boolean;
  readonly sslRedirect: boolean;
  readonly forceSslRedirect: boolean;
  readonly permanentRedirect: string | undefined;
  readonly permanentRedirectCode: number;
  readonly temporalRedirect: string | undefined;
  readonly appRoot: string | undefined;
  readonly allowlist: readonly string[];
  readonly authSecret: string | undefined;
  readonly authRealm: string;
  readonly backendHttps: boolean;
  readonly defaultBackend: string | undefined;
  readonly upstreamHost: string | undefined;
  readonly cookieAffinity: string | undefined;
  readonly canary: CanaryAnnotations | undefined;
}

/** How much of the traffic an Ingress with `canary: "true"` takes from the main one. */
export interface CanaryAnnotations {
  readonly weight: number;
  readonly header: string | undefined;
  readonly headerValue: string | undefined;
  readonly cookie: string | undefined;
}

const split = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Reads what an Ingress asks of nginx; the controller's defaults for the rest. */
export function readAnnotations(ingress: Ingress): NginxAnnotations {
  const annotations = ingress.metadata.annotations ?? {};
  const text = (name: string): string | undefined => annotations[PREFIX + name] || undefined;
  const bool = (name: string, fallback: boolean): boolean => {
    const value = text(name);
    return value === undefined ? fallback : value === 'true';
  };
  return {
    rewriteTarget: text('rewrite-target'),
    useRegex: bool('use-regex', false),
    sslRedirect: bool('ssl-redirect', true),
    forceSslRedirect: bool('force-ssl-redirect', false),
    permanentRedirect: text('permanent-redirect'),
    permanentRedirectCode: Number(text('permanent-redirect-code') ?? '301'),
    temporalRedirect: text('temporal-redirect'),
    appRoot: text('app-root'),
    allowlist: split(text('allowlist-source-range') ?? text('whitelist-source-range')),
    authSecret: text('auth-type') === 'basic' ? text('auth-secret') : undefined,
    authRealm: text('auth-realm') ?? '',
    backendHttps: text('backend-protocol')?.toUpperCase() === 'HTTPS',
    defaultBackend: text('default-backend'),
    upstreamHost: text('upstream-vhost'),
    cookieAffinity: text('affinity') === 'cookie' ? (text('session-cookie-name') ?? 'INGRESSCOOKIE') : undefined,
    canary: bool('canary', false)
      ? {
          weight: Number(text('canary-weight') ?? '0'),
          header: text('canary-by-header')?.toLowerCase(),
          headerValue: text('canary-by-header-value'),
          cookie: text('canary-by-cookie'),
        }
      : undefined,
  };
}
