import { describe, expect, it } from 'vitest';
import { environmentOf } from './hash-order.js';

function names(flavour: 'ash' | 'bash', exported: string, prefix = ''): string {
  const table = (list: string): Map<string, string> =>
    new Map(list.split(' ').flatMap((name) => (name ? [[name, '']] : [])));
  return [...environmentOf(flavour, table(exported), table(prefix)).keys()].join(' ');
}

// What `env` prints in busybox 1.35 and in bash 5.2.
describe('environmentOf', () => {
  it.each([
    [
      'ash',
      'A B D PATH HOSTNAME DB_HOST DB_PORT DB_USER HOME MODE SHLVL PWD C',
      'Z B',
      'HOSTNAME DB_PORT MODE SHLVL HOME C Z A PATH D B PWD DB_HOST DB_USER',
    ],
    ['ash', 'A B D', '', 'A D B'],
    ['bash', 'PATH ZZ AB CC Q PODX HOME USER LANG SHLVL PWD', '', 'PWD Q HOME LANG USER AB SHLVL PODX PATH CC ZZ'],
    ['bash', 'PATH PWD SHLVL', 'X Y', 'Y X PWD SHLVL PATH'],
  ] as const)('%s: %s, %s', (flavour, exported, prefix, expected) => {
    expect(names(flavour, exported, prefix)).toBe(expected);
  });
});
