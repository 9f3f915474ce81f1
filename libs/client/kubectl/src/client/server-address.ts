import { parsePem } from '@seatrial/apiserver';
import { compareStrings, rememberRecent, resolvePath, type DialError, type NetworkService } from '@seatrial/kernel';
import type { Invocation } from '../command/invocation.js';
import { decodedData, type ClusterEntry } from './kube-config.js';
import { entryPath } from './load-kube-config.js';

export interface ServerAddress {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** As it stood in the URL; the default server is localhost:8080. */
  readonly hostPort: string;
  readonly path: string;
}

/** The address behind a kubeconfig's `server`; a text when it is no URL. */
export function serverAddress(server: string | undefined): ServerAddress | string {
  const given = server ?? 'http://localhost:8080';
  const url = /:\/\//.test(given) ? given : `${/:443$|:6443$/.test(given) ? 'https' : 'http'}://${given}`;
  const match = /^(https?):\/\/(\[[^\]]+\]|[^:/?#]+)(?::(\d+))?(\/[^?#]*)?$/.exec(url);
  if (!match) return `host must be a URL or a host:port pair: ${JSON.stringify(given)}`;
  const [, scheme, host, port, path = ''] = match;
  const secure = scheme === 'https';
  return {
    scheme: secure ? 'https' : 'http',
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? (secure ? 443 : 80) : Number(port),
    hostPort: port === undefined ? host : `${host}:${port}`,
    path: path === '/' ? '' : path,
  };
}

/** How Go's net package names a failed dial, and what kubectl makes of it. */
export function dialFailureText(
  address: { readonly host: string; readonly port: number; readonly hostPort: string },
  error: DialError,
): { readonly cause: string; readonly message: string } {
  const at = `${error.address ?? address.host}:${address.port}`;
  const unable = (cause: string): { cause: string; message: string } => ({
    cause,
    message: `Unable to connect to the server: ${cause}`,
  });
  switch (error.failure) {
    case 'refused':
      return {
        cause: `dial tcp ${at}: connect: connection refused`,
        message: `The connection to the server ${address.hostPort} was refused - did you specify the right host or port?`,
      };
    case 'timeout':
      return unable(`dial tcp ${at}: i/o timeout`);
    case 'host-unreachable':
      return unable(`dial tcp ${at}: connect: no route to host`);
    case 'network-unreachable':
      return unable(`dial tcp ${at}: connect: network is unreachable`);
    case 'reset':
      return unable(`read tcp ${at}: read: connection reset by peer`);
    case 'name-not-found':
      return unable(`dial tcp: lookup ${address.host}: no such host`);
    case 'name-server-failure':
      return unable(`dial tcp: lookup ${address.host}: i/o timeout`);
  }
}

const UNKNOWN_AUTHORITY = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';

/** Why the server's certificate is not accepted, as crypto/x509 says it; undefined when it is. */
export function tlsFailure(
  k: Invocation,
  cluster: ClusterEntry,
  address: ServerAddress,
  service: NetworkService,
): string | undefined {
  const { tls } = service;
  if (address.scheme === 'http') return tls ? undefined : undefined;
  if (!tls) return 'http: server gave HTTP response to HTTPS client';
  if (k.flags.bool('insecure-skip-tls-verify') || cluster['insecure-skip-tls-verify']) return undefined;
  const name = k.flags.string('tls-server-name') || cluster['tls-server-name'] || address.host;
  const issuer = authority(k, cluster);
  if (issuer === undefined || !names(issuer, tls.issuer)) return UNKNOWN_AUTHORITY;
  if (parsePem(issuer)?.fields.get('authority') !== tls.authority)
    return `${UNKNOWN_AUTHORITY} (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "${tls.issuer}")`;
  if (tls.names.length === 0 || tls.names.includes(name)) return undefined;
  const ip = /^[\d.]+$/.test(name);
  const valid = tls.names
    .filter((one) => /^[\d.]+$/.test(one) === ip)
    .sort(compareStrings)
    .join(', ');
  return `tls: failed to verify certificate: x509: certificate is valid for ${valid}, not ${name}`;
}

/** Whether a PEM certificate is that of an issuer: its name stands in the text or in the encoded subject. */
const names = (pem: string, issuer: string): boolean => pem.includes(issuer) || decodedBody(pem).includes(issuer);

const decodedBody = rememberRecent((pem: string) => {
  const body = /-----BEGIN CERTIFICATE-----([^-]*)-----END/.exec(pem)?.[1] ?? '';
  return decodedData(body.replaceAll(/\s/g, ''));
}, 4);

function authority(k: Invocation, cluster: ClusterEntry): string | undefined {
  const config = k.kubeConfig();
  const flag = k.flags.string('certificate-authority');
  const files = k.process.machine.files;
  if (flag !== '') {
    const read = files.readFile(resolvePath(k.process.cwd, flag));
    return read.ok ? read.value : undefined;
  }
  if (cluster['certificate-authority-data']) return decodedData(cluster['certificate-authority-data']);
  const path = cluster['certificate-authority'];
  if (!path) return undefined;
  const context = config.data.contexts.get(config.contextName);
  const read = files.readFile(entryPath(k.process, config.data, `clusters/${context?.cluster ?? ''}`, path));
  return read.ok ? read.value : undefined;
}
