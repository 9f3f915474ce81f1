import type { Invocation } from '@seatrial/kubectl';

/** Go's error of an HTTP request to a host that cannot be reached from the machine. */
export function unreachable(k: Invocation, url: string, method = 'Get'): string {
  const host = /^https?:\/\/([^/:]+)(?::(\d+))?/.exec(url);
  const name = host?.[1] ?? '';
  const port = host?.[2] ?? (url.startsWith('http:') ? '80' : '443');
  const local = name === 'localhost' || /^\d+\.\d+\.\d+\.\d+$/.test(name);
  const resolver = k.process.machine.files.readFile('/etc/resolv.conf');
  const server = (resolver.ok && /^nameserver\s+(\S+)/m.exec(resolver.value)?.[1]) || '127.0.0.1';
  const reason = local
    ? `dial tcp ${name === 'localhost' ? '127.0.0.1' : name}:${port}: connect: connection refused`
    : `dial tcp: lookup ${name} on ${server}:53: no such host`;
  return `${method} "${url}": ${reason}`;
}
