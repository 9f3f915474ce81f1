import { FileSystem, type Process } from '@seatrial/kernel';
import { expect, it } from 'vitest';
import { parseNginxConfig } from './nginx-config.js';
import { NginxUpstreams } from './nginx-upstream.js';

/** Which servers of the group `apps` the first eight requests go to; those on `dead` do not answer. */
function servers(group: string, dead = ''): string[] {
  const files = new FileSystem({ now: () => 7 });
  files.makeDirectories('/etc/nginx');
  files.writeFile('/etc/nginx/nginx.conf', `events {}\nhttp { upstream apps { ${group} } }\n`);
  const config = parseNginxConfig(files);
  if (!config.ok) throw new Error(config.error.text);
  const upstreams = new NginxUpstreams(config.value, new Map());
  const asked: string[] = [];
  const network = {
    *dial({ host }: { host: string }) {
      asked.push(host);
      return {
        ok: host !== dead,
        error: 'refused',
        value: {
          *http() {
            return { ok: false };
          },
          close: () => undefined,
        },
      };
    },
  };
  const process = { machine: { network } } as unknown as Process;
  for (let request = 0; request < 8; request++) {
    const passed = upstreams.pass(process, 'http://apps', '/', { path: '/', headers: new Map() } as never);
    while (!passed.next().done);
  }
  return asked;
}

it('spreads requests evenly, by weight', () => {
  expect(servers('server a; server b;').join('')).toBe('abababab');
  expect(servers('server a weight=3; server b;').join('')).toBe('aabaaaba');
});

it('goes on to the others where one does not answer', () => {
  expect(servers('server a; server b;', 'a').filter((host) => host === 'b')).toHaveLength(8);
});
