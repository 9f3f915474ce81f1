import { utf8Length } from '@seatrial/kernel';
import type { CurlPlan } from './curl-options.js';
import type { Transfer } from './curl-transfer.js';
import { headerValue, resolveLocation } from './http-client.js';

function variable(name: string, transfer: Transfer, plan: CurlPlan): string {
  const { response, connection, url } = transfer;
  const seconds = (transfer.elapsedMs / 1000).toFixed(6);
  const location = response && headerValue(response, 'location');
  const size = plan.method === 'HEAD' ? 0 : utf8Length(response?.body ?? '');
  const values: Readonly<Record<string, string>> = {
    http_code: String(response?.status ?? 0).padStart(3, '0'),
    response_code: String(response?.status ?? 0).padStart(3, '0'),
    content_type: (response && headerValue(response, 'content-type')) ?? '',
    errormsg: transfer.message ?? '',
    exitcode: String(transfer.exit),
    http_version: response ? (transfer.httpVersion ?? '1.1') : '0',
    local_ip: connection?.localAddress ?? '',
    local_port: String(connection?.localPort ?? 0),
    method: plan.method,
    num_connects: connection ? '1' : '0',
    num_redirects: String(transfer.redirects),
    redirect_url: location === undefined || plan.has('L') ? '' : resolveLocation(url, location),
    remote_ip: connection?.remoteAddress ?? '',
    remote_port: String(connection?.remotePort ?? 0),
    scheme: url.scheme.toUpperCase(),
    size_download: String(size),
    size_header: '0',
    size_upload: String(utf8Length(plan.body)),
    speed_download: String(Math.round((size * 1000) / Math.max(1, transfer.elapsedMs))),
    ssl_verify_result: '0',
    time_appconnect: '0.000000',
    time_connect: seconds,
    time_namelookup: '0.000000',
    time_pretransfer: seconds,
    time_redirect: '0.000000',
    time_starttransfer: seconds,
    time_total: seconds,
    url: plan.urls[0] ?? '',
    url_effective: `${url.scheme}://${url.authority}${url.path}`,
  };
  return values[name] ?? '';
}

/** `-w`: `%{name}` and the escapes `\n`, `\t`, `\r`. */
export function writeOut(format: string, transfer: Transfer, plan: CurlPlan): string {
  return format.replace(/%\{(\w+)\}|%%|\\([nrt])/g, (text, name: string | undefined, escape: string | undefined) => {
    if (name !== undefined) return variable(name, transfer, plan);
    if (escape !== undefined) return { n: '\n', r: '\r', t: '\t' }[escape] ?? text;
    return '%';
  });
}
