// registry.mjs PORT: the registry that a lab's nodes pull from, in the place of every public one (OCI distribution, read only).
// An unknown repository of docker.io asks for authorization that nobody has, an unknown tag is not found.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { fill, IMAGES } from './images.mjs';

const home = process.env['SEATRIAL_LAB'] ?? '/var/lib/seatrial-lab';
const INDEX = 'application/vnd.oci.image.manifest.v1+json';
const PATHS = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const blobs = new Map();
const manifests = new Map();
const layers = new Map();

const digest = (bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
function keep(bytes) {
  const name = digest(bytes);
  blobs.set(name, bytes);
  return { digest: name, size: bytes.length };
}

function layer(name) {
  const known = layers.get(name);
  if (known) return known;
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'layer-'));
  fs.chmodSync(root, 0o755);
  fill(name, root, path.join(home, 'bin'));
  const options = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@1700000000'];
  const tar = execFileSync('tar', [...options, '-C', root, '-cf', '-', '.'], { maxBuffer: 2 ** 30 });
  fs.rmSync(root, { recursive: true });
  const made = { diff: digest(tar), ...keep(gzipSync(tar, { level: 1 })) };
  layers.set(name, made);
  return made;
}

for (const { repository, tags, layers: names, config, env } of IMAGES) {
  for (const tag of tags.split(' ')) {
    const parts = names.map(layer);
    const image = {
      architecture: 'amd64',
      os: 'linux',
      comment: `${repository}:${tag}`, // makes every tag an image of its own
      config: { ...config, Env: [PATHS, ...(env?.(tag) ?? [])] },
      rootfs: { type: 'layers', diff_ids: parts.map(({ diff }) => diff) },
    };
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: INDEX,
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...keep(Buffer.from(JSON.stringify(image))) },
        layers: parts.map(({ digest: name, size }) => ({
          mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
          digest: name,
          size,
        })),
      }),
    );
    for (const name of [tag, digest(manifest)]) manifests.set(`${repository} ${name}`, manifest);
  }
}
const repositories = new Set(IMAGES.map(({ repository }) => repository));

http
  .createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://registry');
    const answer = (status, body = '{}', headers = {}) => {
      response.writeHead(status, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        ...headers,
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (url.pathname === '/token') return answer(200, '{"token":"none"}');
    if (/^\/v2\/?$/.test(url.pathname)) return answer(200);
    const [, name, kind, reference] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(url.pathname) ?? [];
    if (name === undefined) return answer(404);
    const repository = `${url.searchParams.get('ns') ?? 'docker.io'}/${name}`;
    const content = kind === 'blobs' ? blobs.get(reference) : manifests.get(`${repository} ${reference}`);
    if (content) {
      const type = kind === 'blobs' ? 'application/octet-stream' : INDEX;
      return answer(200, content, { 'Content-Type': type, 'Docker-Content-Digest': digest(content) });
    }
    if (!repository.startsWith('docker.io/') || repositories.has(repository))
      return answer(404, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    const refused = request.headers.authorization ? ',error="insufficient_scope"' : '';
    const realm = `realm="http://${request.headers.host}/token",service="registry",scope="repository:${name}:pull"`;
    return answer(401, '{"errors":[{"code":"UNAUTHORIZED"}]}', { 'WWW-Authenticate': `Bearer ${realm}${refused}` });
  })
  .listen(Number(process.argv[2]));
console.log(`${manifests.size} manifests, ${layers.size} layers`);
