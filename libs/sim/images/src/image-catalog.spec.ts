import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { IMAGES, createImageCatalog } from './index.js';

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
  ['nginx:nope', false],
  ['postgres:16.4-alpine', true],
  ['redis:99', false],
  ['student/app:v1', false],
  ['ngnix', false],
  ['luksa/kubia', true],
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
