import { refuseOption } from '../docker-failure.js';
import type { PortBinding } from '../engine/container-contract.js';

/** `8080:80`, `127.0.0.1:8080:80/tcp`, `80`. */
export function parsePort(text: string): PortBinding {
  const found = /^(?:(?:\[?([\da-fA-F:.]*?)\]?:)?(\d*):)?(\d+)(?:\/(tcp|udp))?$/.exec(text);
  if (!found || Number(found[3]) > 65_535 || Number(found[2]) > 65_535) {
    const parts = text.split(':');
    const [port] = (parts.at(-1) ?? '').split('/');
    if (/^\S+:$/.test(text)) refuseOption(`no port specified: ${text}<empty>`);
    const isPort = (word: string): boolean => /^\d+$/.test(word) && Number(word) <= 65_535;
    if (!isPort(port)) refuseOption(`invalid containerPort: ${port}`);
    refuseOption(`invalid hostPort: ${parts.at(-2) ?? ''}`);
  }
  return {
    containerPort: Number(found[3]),
    protocol: found[4] === 'udp' ? 'udp' : 'tcp',
    hostIp: found[1] ?? '',
    hostPort: found[2] === undefined || found[2] === '' ? undefined : Number(found[2]),
  };
}
