import { describe, expect, it } from 'vitest';
import { suggestionsFor } from '../command/find-command.js';
import { rootCommand, VERBS } from './registry.js';

describe('the registry of verbs', () => {
  it('names every verb once', () => {
    const names = VERBS.map((verb) => verb.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('gives every command a summary and either an action or subcommands', () => {
    for (const verb of VERBS) {
      expect(verb.short).not.toBe('');
      expect(verb.run !== undefined || (verb.subcommands?.length ?? 0) > 0).toBe(true);
    }
  });

  it.each([
    ['aply', ['apply']],
    ['gett', ['get', 'set']],
    ['frobnicate', []],
    ['list', ['get', 'wait']],
    ['LIST', ['get', 'wait']],
  ])('suggests for %s', (typed, names) => {
    expect(suggestionsFor(rootCommand, typed).sort()).toEqual(names);
  });
});
