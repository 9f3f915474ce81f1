import { readSource, type ExerciseError } from '@seatrial/exercise';
import { describe, expect, it } from 'vitest';
import { readImages } from './read-images.js';

function read(yaml: string) {
  const errors: ExerciseError[] = [];
  const source = readSource('exercise.yaml', yaml, errors);
  const images = source ? readImages(source.member('images').collectingInto(errors)) : [];
  return { images, errors: errors.map(({ line, message }) => `${line}: ${message}`) };
}

describe('readImages', () => {
  it('reads declared images', () => {
    const { images, errors } = read(`
images:
- name: course/app
  tags: ["1.0", "1.1"]
  listens:
  - port: 8080
    routes: {/healthz: {body: ok}}
`);
    expect(errors).toEqual([]);
    expect(images).toMatchObject([{ repository: 'docker.io/course/app', tags: ['1.0', '1.1'] }]);
  });

  it('says where a declaration is wrong', () => {
    const { errors } = read(`
images:
- name: course/app
  listen: []
  listens:
  - port: web
    routes:
      /validate:
        admission: {deny: [{when: "object.spec ="}]}
`);
    expect(errors.map((error) => error.split(' ').slice(0, 2).join(' '))).toEqual([
      '4: images.0.listen:',
      '9: images.0.listens.0.routes./validate.admission:',
      '6: images.0.listens.0.port:',
    ]);
  });
});
