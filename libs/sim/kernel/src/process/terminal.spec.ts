import { describe, expect, it } from 'vitest';
import { Simulation } from '../simulation.js';
import { Terminal } from './terminal.js';

function open(): { terminal: Terminal; screen: () => string; interrupts: () => number; simulation: Simulation } {
  const simulation = new Simulation({ startTime: 0, seed: 'terminal' });
  let screen = '';
  let interrupts = 0;
  const terminal = new Terminal({
    onOutput: (text) => (screen += text),
    onInterrupt: () => interrupts++,
    after: (ms, run) => {
      simulation.after(ms, run);
    },
  });
  return { terminal, screen: () => screen, interrupts: () => interrupts, simulation };
}

describe('a terminal', () => {
  it('gives one line at a time and echoes it when it is taken', () => {
    const { terminal, screen } = open();
    terminal.type('one\ntwo\n');
    expect([screen(), terminal.input.take(), screen()]).toEqual(['', 'one\n', 'one\n']);
    expect([terminal.input.take(), terminal.input.take(), screen()]).toEqual(['two\n', '', 'one\ntwo\n']);
  });

  it('does not echo while echo is off', () => {
    const { terminal, screen } = open();
    terminal.input.setEcho?.(false);
    terminal.type('secret');
    expect([terminal.input.take(), screen()]).toEqual(['secret\n', '\n']);
  });

  it('interrupts what nobody reads for a while', () => {
    const { terminal, screen, interrupts, simulation } = open();
    terminal.type('\u0003\nnext\n');
    expect([terminal.input.take(), interrupts()]).toEqual(['', 0]);
    simulation.runUntil(5000);
    expect([interrupts(), screen(), terminal.input.take()]).toEqual([1, '^C\n', 'next\n']);
  });

  it('ends after the last line when nobody types any more', () => {
    const { terminal } = open();
    terminal.type('last');
    terminal.hangUp();
    expect(terminal.input.take()).toBe('last\n');
    expect([terminal.input.readable.ready, terminal.input.take()]).toEqual([true, '']);
  });
});
