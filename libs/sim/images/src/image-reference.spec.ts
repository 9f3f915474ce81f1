import { expect, it } from 'vitest';
import { parseImageReference } from './image-reference.js';

it.each([
  ['nginx', 'docker.io/library/nginx', undefined],
  ['nginx:1.25', 'docker.io/library/nginx', '1.25'],
  ['student/app:v1', 'docker.io/student/app', 'v1'],
  ['registry.k8s.io/pause:3.9', 'registry.k8s.io/pause', '3.9'],
  ['localhost:5000/app', 'localhost:5000/app', undefined],
])('normalizes %s', (text, repository, tag) => {
  expect(parseImageReference(text)).toMatchObject({ repository, tag });
});

it.each(['NGINX:1.25', 'nginx:1.25:x', 'nginx:', '', 'a//b'])('refuses %s', (text) => {
  expect(parseImageReference(text)).toBeUndefined();
});
