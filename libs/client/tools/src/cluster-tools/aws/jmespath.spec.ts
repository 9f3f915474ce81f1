import { expect, it } from 'vitest';
import { jmespath } from './jmespath.js';

const DATA = {
  cluster: { name: 'a', tags: { team: 'x' }, status: 'ACTIVE' },
  nodes: [
    { id: 1, zone: 'b', labels: ['p', 'q'] },
    { id: 2, zone: 'a', labels: [] },
  ],
};

it.each([
  ['cluster.name', 'a'],
  ['cluster.nope.more', null],
  ['nodes[0].zone', 'b'],
  ['nodes[-1].id', 2],
  ['nodes[].id', [1, 2]],
  ['nodes[*].labels[]', ['p', 'q']],
  ["nodes[?zone=='a'].id", [2]],
  ["nodes[?zone=='a'].id | [0]", 2],
  ['nodes[?id>`1`].zone', ['a']],
  ['cluster.{Name:name,S:status}', { Name: 'a', S: 'ACTIVE' }],
  [
    'nodes[].[id,zone]',
    [
      [1, 'b'],
      [2, 'a'],
    ],
  ],
  ['length(nodes)', 2],
  ['sort_by(nodes, &zone)[0].id', 2],
  ['join(`,`, nodes[].zone)', 'b,a'],
  ["contains(cluster.name, 'a')", true],
  ['cluster.tags.*', ['x']],
  ['nodes[0:1].id', [1]],
  ['not_null(cluster.nope, cluster.name)', 'a'],
])('%s', (expression, found) => {
  expect(jmespath(expression, DATA)).toEqual({ ok: true, value: found });
});

it('refuses what it does not understand', () => {
  expect(jmespath('cluster.[', DATA).ok).toBe(false);
  expect(jmespath('nope(@)', DATA).ok).toBe(false);
});
