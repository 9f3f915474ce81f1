import { describe, expect, it } from 'vitest';
import { parseNginxBlocks } from './nginx-syntax.js';

describe("nginx' configuration files", () => {
  // Asked of nginx 1.22.1 with `nginx -t`.
  it.each([
    ['server { listen 80; location / { rooot /x; } }', 'unknown directive "rooot"'],
    ['server { listen 80\n root /x; }', 'invalid parameter "root"', 2],
    ['server { listen 99999; }', 'invalid port in "99999" of the "listen" directive'],
    ['server { location / { root /a; root /b; } }', '"root" directive is duplicate'],
    ['location / { }', '"location" directive is not allowed here'],
    ['server { upstream a { server b; } }', '"upstream" directive is not allowed here'],
    ['server { location { return 200; } }', 'invalid number of arguments in "location" directive'],
    ['server { location / { try_files $uri; } }', 'invalid number of arguments in "try_files" directive'],
    ['server { location / { return abc; } }', 'invalid return code "abc"'],
    ['server { location / { proxy_pass backend; } }', 'invalid URL prefix'],
    ['server { autoindex yes; }', 'invalid value "yes" in "autoindex" directive, it must be "on" or "off"'],
    ['server { return 200 "x" }', 'unexpected "}"'],
    ['server { return 200 "x";\n', 'unexpected end of file, expecting "}"', 2],
    ['server { listen 80 { } }', 'directive "listen" is not terminated by ";"'],
    ['server;', 'directive "server" has no opening "{"'],
  ])('%s', (text, error, line = 1) => {
    expect(parseNginxBlocks(text, 'x.conf', 'http')).toEqual({ ok: false, error: `${error} in x.conf:${line}` });
  });

  it.each([
    'server { location = /a { stub_status; } location /b { stub_status on; } }',
    'map $uri $b { default x; /y z; } upstream a { server 127.0.0.1; } server { types { text/html html; } }',
    'server { if ($uri = /b) { return 403; } location / { if (-f $request_filename) { break; } } }',
    'server { location / { limit_except GET { deny all; } add_header X "${uri}"; add_header Y z always; } }',
  ])('%s is right', (text) => {
    expect(parseNginxBlocks(text, 'x.conf', 'http').ok).toBe(true);
  });
});
