// The stand-ins of the images that a lab's registry holds (conformance/README.md): names, tags, layers, configuration.
// A layer is what `files` puts into a folder; equal layers are made once.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const program = (command) => execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim();
const write = (root, file, text, mode = 0o644) => {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), text);
  fs.chmodSync(path.join(root, file), mode);
};
const copy = (root, file, source = file) => write(root, file, fs.readFileSync(source), fs.statSync(source).mode);

/** A dynamic program of this machine with the libraries that it loads. */
function withLibraries(root, binary) {
  copy(root, binary);
  const loaded = execFileSync('ldd', [binary], { encoding: 'utf8' });
  const names = [...loaded.matchAll(/(\/\S+) \(0x/g)].map(([, file]) => file);
  const resolver = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'].map(
    (name) => `/lib/x86_64-linux-gnu/${name}`,
  );
  for (const file of [...names, ...resolver]) if (fs.existsSync(file)) copy(root, file);
}

const NGINX_CONFIG = `user  nginx;
worker_processes  1;
error_log  /var/log/nginx/error.log notice;
pid        /var/run/nginx.pid;
events {
    worker_connections  1024;
}
http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;
    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"';
    access_log  /var/log/nginx/access.log  main;
    sendfile        on;
    keepalive_timeout  65;
    include /etc/nginx/conf.d/*.conf;
}
`;
const NGINX_SERVER = `server {
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
const ACCOUNTS = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nginx:x:101:101:nginx:/nonexistent:/bin/false
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;

const LAYERS = {
  busybox(root) {
    for (const folder of ['home', 'var/log', 'var/run', 'usr/sbin', 'usr/local/bin', 'proc', 'sys', 'dev']) {
      fs.mkdirSync(path.join(root, folder), { recursive: true });
    }
    fs.mkdirSync(path.join(root, 'root'), { mode: 0o700 });
    for (const folder of ['tmp', 'var/tmp']) {
      fs.mkdirSync(path.join(root, folder));
      fs.chmodSync(path.join(root, folder), 0o1777);
    }
    copy(root, 'bin/busybox', program('busybox'));
    const applets = execFileSync('busybox', ['--list'], { encoding: 'utf8' }).trim().split('\n');
    for (const name of applets)
      if (name !== 'busybox') fs.linkSync(path.join(root, 'bin/busybox'), path.join(root, 'bin', name));
    write(root, 'etc/passwd', ACCOUNTS);
    write(root, 'etc/group', 'root:x:0:\ndaemon:x:1:\nwww-data:x:33:\nnginx:x:101:\nnogroup:x:65534:\n');
    write(root, 'etc/nsswitch.conf', 'hosts: files dns\n');
  },
  bash(root) {
    withLibraries(root, '/usr/bin/bash');
    fs.mkdirSync(path.join(root, 'bin'), { recursive: true });
    fs.linkSync(path.join(root, 'usr/bin/bash'), path.join(root, 'bin/bash'));
  },
  nginx(root) {
    withLibraries(root, '/usr/sbin/nginx');
    for (const folder of ['var/log/nginx', 'var/cache/nginx', 'var/lib/nginx']) {
      fs.mkdirSync(path.join(root, folder), { recursive: true });
    }
    fs.symlinkSync('/dev/stdout', path.join(root, 'var/log/nginx/access.log'));
    fs.symlinkSync('/dev/stderr', path.join(root, 'var/log/nginx/error.log'));
    copy(root, 'etc/nginx/mime.types', '/etc/nginx/mime.types');
    write(root, 'etc/nginx/nginx.conf', NGINX_CONFIG);
    write(root, 'etc/nginx/conf.d/default.conf', NGINX_SERVER);
    copy(root, 'usr/share/nginx/html/index.html', '/usr/share/nginx/html/index.html');
    write(root, 'usr/share/nginx/html/50x.html', '<html><body><h1>An error occurred.</h1></body></html>\n');
  },
  redis(root) {
    for (const binary of ['/usr/bin/redis-server', '/usr/bin/redis-cli']) withLibraries(root, binary);
    fs.mkdirSync(path.join(root, 'data'));
  },
  perl(root) {
    withLibraries(root, '/usr/bin/perl');
    const version = execFileSync('perl', ['-e', 'printf "%vd", $^V'], { encoding: 'utf8' });
    const modules = `usr/share/perl/${version}`;
    fs.cpSync(`/${modules}`, path.join(root, modules), { recursive: true });
    fs.symlinkSync(version, path.join(root, 'usr/share/perl', version.replace(/\.\d+$/, '')));
  },
  httpd(root) {
    write(root, 'usr/local/apache2/htdocs/index.html', '<html><body><h1>It works!</h1></body></html>\n');
    const start = '#!/bin/sh\nexec busybox httpd -f -p 80 -h /usr/local/apache2/htdocs\n';
    write(root, 'usr/local/bin/httpd-foreground', start, 0o755);
  },
};

/** How a layer's folder is filled: by its name above, or `/path` for the stand-in program, or `/path=binary` for one of the lab's own. */
export function fill(layer, root, binaries) {
  if (layer in LAYERS) return LAYERS[layer](root);
  const [file, binary = 'stand-in'] = layer.split('=');
  copy(root, file, path.join(binaries, binary));
}

const exposed = (...ports) => Object.fromEntries(ports.map((port) => [`${port}/tcp`, {}]));
const simple = (repository, tags, name, ...ports) => ({
  repository,
  tags,
  layers: ['busybox', `/usr/local/bin/${name}`],
  config: { Cmd: [name], ExposedPorts: exposed(...ports) },
});
const bare = (repository, tags, file, config = {}) => ({
  repository,
  tags,
  layers: [file],
  config: { Entrypoint: [file], ...config },
});
const shell = (repository, tags, command, ...more) => ({
  repository,
  tags,
  layers: ['busybox', ...more],
  config: { Cmd: [command] },
});
const nginx = (repository, tags) => ({
  repository,
  tags,
  layers: ['busybox', 'nginx'],
  config: { Cmd: ['nginx', '-g', 'daemon off;'], StopSignal: 'SIGQUIT', ExposedPorts: exposed(80) },
});
const COINS = ['hasher', 'rng', 'webui', 'worker'];

/** Every image: `env` gives the variables of a tag. */
export const IMAGES = [
  shell('docker.io/library/busybox', 'latest stable 1.28 1.36 1.36.1 1.37 musl', 'sh'),
  shell('docker.io/library/alpine', 'latest 3 3.18 3.19 3.20', '/bin/sh'),
  shell('docker.io/library/ubuntu', 'latest 22.04 24.04', '/bin/bash', 'bash'),
  shell('docker.io/library/debian', 'latest 12 bookworm', 'bash', 'bash'),
  shell('docker.io/library/perl', '5.34 5.34.0', 'sh', 'perl'),
  shell('docker.io/library/python', '3-alpine 3.12', 'sh'),
  shell('docker.io/library/node', '20-alpine 20', 'sh'),
  nginx(
    'docker.io/library/nginx',
    'latest alpine stable 1.7.9 1.9.1 1.14.2 1.16.0 1.16.1 1.19 1.21 1.21.6 1.23 1.24 1.25 1.26 1.27 1.25-alpine 1.27-alpine',
  ),
  nginx('registry.k8s.io/nginx-slim', '0.8 0.21 0.24 0.27'),
  {
    repository: 'docker.io/library/httpd',
    tags: 'latest 2.4 2.4-alpine alpine',
    layers: ['busybox', 'httpd'],
    config: { Cmd: ['httpd-foreground'], WorkingDir: '/usr/local/apache2', ExposedPorts: exposed(80) },
  },
  {
    repository: 'docker.io/library/redis',
    tags: 'latest 5 6 7 alpine 7-alpine',
    layers: ['busybox', 'redis'],
    config: { Cmd: ['redis-server', '--protected-mode', 'no'], WorkingDir: '/data', ExposedPorts: exposed(6379) },
  },
  { ...bare('docker.io/library/hello-world', 'latest linux', '/hello'), config: { Cmd: ['/hello'] } },
  simple('docker.io/jpetazzo/httpenv', 'latest', 'httpenv', 8888),
  simple('docker.io/jpetazzo/clock', 'latest', 'clock'),
  ...COINS.map((name) => simple(`docker.io/dockercoins/${name}`, 'v0.1 v0.2 latest', name)),
  simple('docker.io/library/elasticsearch', '2', 'elasticsearch', 9200),
  simple('docker.io/library/mysql', 'latest 5.7 8.0', 'mysqld', 3306),
  simple('docker.io/library/postgres', 'latest 15 16', 'postgres', 5432),
  simple('docker.io/library/mongo', 'latest 4.4 6 7', 'mongod', 27017),
  simple('docker.io/library/memcached', 'latest 1.6 alpine', 'memcached', 11211),
  simple('docker.io/polinux/stress', 'latest', 'stress'),
  simple('quay.io/fluentd_elasticsearch/fluentd', 'v5.0.1 v2.5.2', 'fluentd'),
  simple('registry.k8s.io/echoserver', '1.4 1.10', 'echoserver', 8080),
  simple('docker.io/kodekloud/webapp-color', 'latest v1 v2', 'webapp-color', 8080),
  simple('docker.io/nginxdemos/hello', 'plain-text latest', 'nginx-hello', 80),
  {
    ...bare('docker.io/traefik/whoami', 'latest v1.10', '/whoami', { ExposedPorts: exposed(80) }),
    layers: ['busybox', '/whoami'],
  },
  {
    ...bare('gcr.io/kuar-demo/kuard-amd64', 'blue green', '/kuard'),
    layers: ['busybox', '/kuard'],
    env: (tag) => [`KUARD=${tag}`],
  },
  bare('docker.io/hashicorp/http-echo', 'latest 0.2.3 1.0', '/http-echo', { ExposedPorts: exposed(5678) }),
  { ...bare('gcr.io/google-samples/hello-app', '1.0 2.0', '/hello-app'), env: (tag) => [`APPV=${tag}`] },
  bare('registry.k8s.io/pause', '3.6 3.9 3.10 3.10.1', '/pause', { User: '65535:65535' }),
  {
    ...bare('registry.k8s.io/metrics-server/metrics-server', 'v0.8.0', '/metrics-server', { User: '65534' }),
    layers: ['/metrics-server=metrics-server'],
  },
  { ...bare('registry.k8s.io/coredns/coredns', 'v1.13.1', '/coredns'), layers: ['/coredns=coredns'] },
];
