import { FileSystem } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { parseNginxConfig } from './nginx-config.js';

const MAIN = '/etc/nginx/nginx.conf';

function withMain(text: string): FileSystem {
  const files = new FileSystem({ now: () => 7 });
  files.makeDirectories('/etc/nginx/conf.d');
  files.writeFile(MAIN, text);
  return files;
}

describe('a configuration of nginx', () => {
  it('cannot include a directory', () => {
    const files = withMain('events {}\nhttp { include /etc/nginx/conf.d/*.conf; }\n');
    expect(parseNginxConfig(files)).toMatchObject({ ok: true });
    files.makeDirectory('/etc/nginx/conf.d/site.conf');
    const text = 'pread() "/etc/nginx/conf.d/site.conf" failed (21: Is a directory)';
    expect(parseNginxConfig(files)).toEqual({ ok: false, error: { level: 'crit', text } });
  });

  it('needs events', () => {
    const error = { level: 'emerg', text: 'no "events" section in configuration' };
    expect(parseNginxConfig(withMain('http {}\n'))).toEqual({ ok: false, error });
  });
});
