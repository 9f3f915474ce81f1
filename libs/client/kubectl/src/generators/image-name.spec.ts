import { describe, expect, it } from 'vitest';
import { imageBaseName, isImageReference } from './image-name.js';

describe('image names', () => {
  it.each([
    ['nginx', true],
    ['nginx:1.25', true],
    ['registry.example.com:5000/team/app:v1', true],
    ['a/b@sha256:0123456789012345678901234567890123456789012345678901234567890123', true],
    ['NGINX', false],
    ['nginx 1.25', false],
    ['nginx:', false],
    ['', false],
  ])('%s', (image, valid) => {
    expect(isImageReference(image)).toBe(valid);
  });

  it.each([
    ['nginx:1.25', 'nginx'],
    ['registry.example.com/team/my_app:v1', 'my-app-x7k2p'],
    ['app@sha256:abc', 'app'],
  ])('a container of %s is called %s', (image, name) => {
    expect(imageBaseName(image, () => 'x7k2p')).toBe(name);
  });
});
