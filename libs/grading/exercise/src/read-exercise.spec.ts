import { expect, it } from 'vitest';
import { readExercise } from './index.js';

const text = (checks: string): string =>
  `id: web\ntitle: {en: Web, es: Web}\ntext: {en: Do it, es: Hazlo}\nchecks:\n${checks}`;
const check = (id: string, rest = ''): string =>
  `  - id: ${id}\n    type: resource\n    title: {en: A, es: A}\n    points: 1/3\n${rest}`;

function errors(yaml: string): string[] {
  const result = readExercise(new Map([['exercise.yaml', yaml]]));
  return result.ok ? [] : result.error.map(({ line, message }) => `${String(line)}: ${message}`);
}

it('orders checks by what they need and keeps exact points', () => {
  const result = readExercise(
    new Map([
      ['exercise.yaml', text(check('a', '    needs: [b]\n') + check('b'))],
      ['given/app.yaml', 'kind: Pod'],
    ]),
  );
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  expect(result.value.checks.map(({ id }) => id)).toEqual(['b', 'a']);
  expect(result.value.checks[0]?.points).toEqual({ numerator: 1, denominator: 3 });
  expect(result.value.givenFiles).toEqual([{ path: 'app.yaml', content: 'kind: Pod' }]);
});

it('reads what it puts on the web and into repositories', () => {
  const folder = new Map([
    ['exercise.yaml', text(check('a'))],
    ['web/labs.example.org/a.yaml', 'a'],
    ['git/github.com/acme/lab/b.yaml', 'b'],
  ]);
  const result = readExercise(folder);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  expect(result.value.webFiles).toEqual([{ path: 'labs.example.org/a.yaml', content: 'a' }]);
  expect(result.value.repositoryFiles).toEqual([{ path: 'github.com/acme/lab/b.yaml', content: 'b' }]);
  const other = readExercise(new Map(folder).set('web/labs.example.org/a.yaml', 'c'));
  expect(other.ok && other.value.digest).not.toBe(result.value.digest);
});

it.each([
  ['web/a.yaml', 'web/HOST/PATH'],
  ['git/github.com/a.yaml', 'git/HOST/OWNER/NAME/PATH'],
])('finds %s in a wrong place', (path, form) => {
  const result = readExercise(
    new Map([
      ['exercise.yaml', text(check('a'))],
      [path, ''],
    ]),
  );
  expect(result.ok ? [] : result.error).toEqual([
    { file: path, line: 1, column: 1, message: `its place must be ${form}` },
  ]);
});

it.each([
  [
    'a cycle',
    text(check('a', '    needs: [b]\n') + check('b', '    needs: [a]\n')),
    ['14: checks.1.needs: "a" needs this check in turn'],
  ],
  ['an unknown need', text(check('a', '    needs: [zz]\n')), ['9: checks.0.needs: there is no check "zz"']],
  ['a missing language', text(check('a')).replace('{en: Web, es: Web}', '{en: Web}'), ['2: title: has no es']],
  ['a repeated id', text(check('a') + check('a')), ['9: checks.1.id: there is another check "a"']],
  [
    'an unknown key',
    text(check('a', '    pionts: 1\n')),
    ['9: checks.0.pionts: is not known here; it can be id, type, task, title, points, needs, visibility, hints, with'],
  ],
  ['wrong points', text(check('a')).replace('1/3', 'many'), ['8: checks.0.points: must be points: 3, 0.5 or "1/3"']],
])('finds %s', (_, yaml, expected) => {
  expect(errors(yaml)).toEqual(expected);
});
