import { escapeUrlPath } from '@seatrial/kernel';
import type { Probe } from 'kubernetes-types/core/v1.js';
import { goList } from './metadata-lines.js';

const number = (value: number | undefined): string => String(value ?? 0);

/** A probe on one line. */
export function probeText(probe: Probe): string {
  const attributes =
    `delay=${number(probe.initialDelaySeconds)}s timeout=${number(probe.timeoutSeconds)}s ` +
    `period=${number(probe.periodSeconds)}s #success=${number(probe.successThreshold)} #failure=${number(probe.failureThreshold)}`;
  if (probe.exec) return `exec ${goList(probe.exec.command)} ${attributes}`;
  if (probe.httpGet) {
    const { scheme, host, port, path } = probe.httpGet;
    const authority = (host ?? '').includes(':') ? `[${host ?? ''}]` : (host ?? '');
    const target = path === undefined || path === '' || path.startsWith('/') ? (path ?? '') : `/${path}`;
    return `http-get ${(scheme ?? '').toLowerCase()}://${authority}:${String(port)}${escapeUrlPath(target)} ${attributes}`;
  }
  if (probe.tcpSocket) return `tcp-socket ${probe.tcpSocket.host ?? ''}:${String(probe.tcpSocket.port)} ${attributes}`;
  const grpc = probe.grpc;
  return grpc ? `grpc <pod>:${String(grpc.port)} ${grpc.service ?? ''} ${attributes}` : `unknown ${attributes}`;
}
