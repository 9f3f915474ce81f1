import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { IMAGES, asPublished, createImageCatalog } from './index.js';

const catalog = createImageCatalog(IMAGES);

it.each([
  ['nginx:1.25', 'docker.io/library/nginx:1.25'],
  ['redis', 'docker.io/library/redis:latest'],
  ['gcr.io/google-samples/hello-app:2.0', 'gcr.io/google-samples/hello-app:2.0'],
])('finds %s', (name, reference) => {
  const found = catalog.resolve(name);
  expect(found.ok && found.value.reference).toBe(reference);
});

it.each([
  ['nginx:1.99', 'NotFound', 'docker.io/library/nginx:1.99: not found'],
  ['student/app', 'Unknown', 'pull access denied, repository does not exist or may require authorization'],
  ['nginx:a:b', 'InvalidName', 'invalid reference format'],
  ['NGINX:1', 'InvalidName', 'invalid reference format: repository name (library/NGINX) must be lowercase'],
  ['me/App', 'InvalidName', 'invalid reference format: repository name (me/App) must be lowercase'],
])('says why %s cannot be pulled', (name, code, text) => {
  const found = catalog.resolve(name);
  expect(found.ok ? undefined : found.error.code).toBe(code);
  expect(found.ok ? '' : found.error.message).toContain(text);
});

it('finds an image by its digest alone, and no other', () => {
  const found = catalog.resolve('nginx:1.25');
  const imageId = found.ok ? found.value.imageId : '';
  const again = catalog.resolve(imageId);
  expect(again.ok && again.value.reference).toBe('docker.io/library/nginx:1.25');
  const missing = catalog.resolve(`nginx@sha256:${'0'.repeat(64)}`);
  expect(missing.ok ? '' : missing.error.message).toMatch(/: docker\.io\/library\/nginx@sha256:0{64}: not found$/);
});

it('gives each container files of its own', () => {
  const found = catalog.resolve('busybox');
  if (!found.ok) throw new Error('busybox is in the catalogue');
  const [one, two] = [found.value.createRoot(0), found.value.createRoot(0)];
  const etc = one.entries.get('etc');
  if (etc?.type === 'directory') etc.entries.delete('passwd');
  const other = two.entries.get('etc');
  expect(other?.type === 'directory' && other.entries.has('passwd')).toBe(true);
});

it('lists every image file in the registry', () => {
  const folder = new URL('../src/catalog/', import.meta.url);
  const registry = readFileSync(new URL('registry.ts', folder), 'utf8');
  const files = readdirSync(folder).filter((name) => name.endsWith('.image.ts'));
  for (const file of files) expect(registry).toContain(`./${file.replace(/\.ts$/, '.js')}`);
});

it.each([
  ['node:20-bullseye', true],
  ['nginx:1.22', true],
  ['nginx:1.99', false],
  ['nginx:1.27.99', false],
  ['nginx:1.17.10', true],
  ['nginx:1.17.11', false],
  ['hello-world:v1', false],
  ['ubuntu:22.4', false],
  ['node:99', false],
  ['nginx:nope', false],
  ['postgres:16.4-alpine', true],
  ['redis:99', false],
  ['student/app:v1', false],
  ['ngnix', false],
  ['luksa/fortune', true],
  ['jpetazzo/htpenv', false],
  ['jpetazzo/httpenv:v9', false],
  ['nginxdemos/nope:v1', true],
  ['quay.io/prometheus/node-exporter:v1.8.0', true],
  ['123456789012.dkr.ecr.us-west-2.amazonaws.com/app', true],
  ['ghcr.io/acme/does-not-exist:v1', false],
  ['registry.example.com/app:v1', false],
])('knows whether %s, which is not simulated, may be there in the world', (name, expected) => {
  const found = catalog.resolve(name);
  expect(found.ok ? undefined : (found.error.mayExist ?? false)).toBe(expected);
});

const released = createImageCatalog(IMAGES.map(asPublished));

it.each(
  (
    'nginx:1.7.9 nginx:1.14.2 nginx:1.16.1 nginx:1.17.10 nginx:1.18.0 nginx:1.20-alpine nginx:1.25.3-alpine-slim nginx:1.28 nginx:stable-alpine ' +
    'nginx:mainline nginx:perl busybox:1.28.4 busybox:1.31 busybox:glibc redis:5.0.4 redis:6.0.5 redis:6.2-alpine redis:7.2-bookworm httpd:2.4.58 ' +
    'alpine:3.12 alpine:3.20.3 alpine:edge ubuntu:20.04 ubuntu:focal ubuntu:24.10 debian:11 debian:bookworm-slim debian:stable-slim ' +
    'python:3.9 python:3.11-slim-bookworm python:latest node:18-alpine node:lts-alpine node:20.11.0-alpine3.19 postgres:9.6 postgres:14-alpine ' +
    'postgres:16.4 mysql:5.6 mysql:8 mysql:8.0.36 mysql:9 mongo:3.4 mongo:5.0 memcached:1.5-alpine perl:5.36 perl'
  ).split(' '),
)('has %s where there is a way to the Internet; elsewhere it may be there', (name) => {
  expect(released.resolve(name).ok).toBe(true);
  const recorded = catalog.resolve(name);
  expect(recorded.ok || recorded.error.mayExist === true).toBe(true);
});

it.each(
  (
    'nginx:1.161 nginx:1.91 nginx:1.14.22 nginx:1.99 nginx:latets nginx:alpin nginx:1.27-alpne python:3.12-slm busybox:latets busybox:1.299 redis:72 mysql:5.61 alpine:3.99 ubuntu:22.4 ' +
    'ubuntu:21.99 python:3.99 python:3.1 node:99 debian:99 perl:5.99 httpd:2.44 postgres:1.5 hello-world:v1 ' +
    'gcr.io/google-samples/kubernetes-bootcamp:v10 registry.k8s.io/e2e-test-images/agnhost:2.99'
  ).split(' '),
)('takes %s for a mistake', (name) => {
  const found = released.resolve(name);
  expect(found.ok ? undefined : (found.error.mayExist ?? false)).toBe(false);
});
