import { defineImage, type ImageDefinition } from '../image.js';
import { nginxRelease } from '../official-releases.js';
import { BUSYBOX_BASE, accounts, publishedOn } from './base-image.js';
import { createNginx } from './nginx-program.js';

const INDEX = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;

const CONFIG = `user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /var/run/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    keepalive_timeout  65;

    include /etc/nginx/conf.d/*.conf;
}
`;

const DEFAULT_SERVER = `server {
    listen       80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

/** The recorded stand-ins all run Debian's nginx 1.22.1. */
const VERSION = '1.22.1';

const base: Omit<ImageDefinition, 'repository' | 'tags' | 'sizeBytes'> = {
  config: { cmd: ['nginx', '-g', 'daemon off;'], stopSignal: 'QUIT', exposedPorts: [80] },
  binaries: BUSYBOX_BASE.binaries,
  files: {
    ...BUSYBOX_BASE.files,
    '/etc/passwd': accounts('nginx:x:101:101:nginx:/nonexistent:/bin/false\n'),
    '/etc/nginx/nginx.conf': CONFIG,
    '/etc/nginx/conf.d/default.conf': DEFAULT_SERVER,
    '/usr/share/nginx/html/index.html': INDEX,
    '/usr/share/nginx/html/50x.html':
      '<!DOCTYPE html>\n<html>\n<head>\n<title>Error</title>\n</head>\n<body>\n<h1>An error occurred.</h1>\n</body>\n</html>\n',
    '/var/log/nginx': { directory: true },
    '/var/cache/nginx': { directory: true },
  },
  programs: { '/usr/sbin/nginx': createNginx(VERSION) },
};

export const nginx = defineImage({
  repository: 'docker.io/library/nginx',
  tags: 'latest alpine stable 1.7.9 1.9.1 1.14.2 1.16.0 1.16.1 1.19 1.21 1.21.6 1.23 1.24 1.25 1.26 1.27 1.25-alpine 1.27-alpine'.split(
    ' ',
  ),
  sizeBytes: 5_095_450,
  published: publishedOn('debian', 'curl'),
  publishedPrograms: (tag) => ({ '/usr/sbin/nginx': createNginx(nginxRelease(tag)) }),
  ...base,
});

export const nginxSlim = defineImage({
  repository: 'registry.k8s.io/nginx-slim',
  tags: ['0.8', '0.21', '0.24', '0.27'],
  sizeBytes: 5_095_451,
  ...base,
});

/** The copy that Kubernetes' own tests and examples use. */
export const testNginx = defineImage({
  repository: 'registry.k8s.io/e2e-test-images/nginx',
  fromInternet: true,
  tags: [
    '1.14-1',
    '1.14-2',
    '1.14-4',
    '1.14-alpine',
    '1.15-1',
    '1.15-2',
    '1.15-4',
    '1.15-alpine',
    '1.27-0',
    '1.28.0-0',
  ],
  sizeBytes: 6_979_041,
  ...base,
  variant: (tag) => ({ programs: { '/usr/sbin/nginx': createNginx(nginxRelease(tag)) } }),
});
