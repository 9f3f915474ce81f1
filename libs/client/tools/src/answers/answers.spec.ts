import { readFileSync } from 'node:fs';
import { FileSystem, Machine, Simulation, TextOutput, fail, type NetworkStack } from '@seatrial/kernel';
import { createShellProgram, openShellSession } from '@seatrial/shell';
import { describe, expect, it } from 'vitest';
import { installPrograms, programTable } from '../install-programs.js';
import { TOOL_COMMANDS } from '../registry.js';
import { defineCommand } from '../command.js';

/** What real tools answered on Debian 12 (bash 5.2.15, coreutils 9.1, GNU sed and grep, jq 1.6, mawk 1.3.4) and helm 4.1.4. */
interface Answer {
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

const nowhere: NetworkStack = {
  addresses: ['172.18.0.2'],
  *resolve() {
    return fail({ failure: 'name-not-found', afterMs: 0, hops: [] });
  },
  *query() {
    return { code: 'NXDOMAIN', server: '10.96.0.10', records: [] };
  },
  *dial() {
    return fail({ failure: 'refused', afterMs: 0, hops: [] });
  },
  listen: () => fail('address-in-use'),
  ping: () => false,
};

function createMachine(): Machine {
  const simulation = new Simulation({ startTime: Date.UTC(2026, 10, 21, 10), seed: 'answers' });
  const files = new FileSystem({ now: () => simulation.now() });
  for (const folder of ['/tmp/diff/w', '/home/student']) files.makeDirectories(folder, 'student');
  for (const folder of ['/etc', '/dev/fd']) files.makeDirectories(folder);
  files.place('/dev/null', {
    type: 'device',
    mode: 0o666,
    owner: 'root',
    group: 'root',
    modifiedAt: 0,
    read: () => undefined,
    write: () => undefined,
  });
  const shells = ['bash', 'sh'].map((name) =>
    defineCommand({ name, program: createShellProgram({ flavour: 'bash' }), paths: [`/bin/${name}`] }),
  );
  const commands = [...TOOL_COMMANDS, ...shells];
  installPrograms(files, commands, 'gnu');
  const programs = programTable(commands, 'gnu');
  return new Machine({ hostname: 'node1', simulation, files, network: nowhere, programs, firstPid: 100 });
}

function answer(script: string): Omit<Answer, 'script'> {
  const machine = createMachine();
  const { simulation } = machine;
  const session = openShellSession(machine, {
    flavour: 'bash',
    env: new Map([
      ['PATH', '/usr/local/bin:/usr/bin:/bin'],
      ['HOME', '/home/student'],
      ['USER', 'student'],
      ['LANG', 'C.UTF-8'],
    ]),
    cwd: '/tmp/diff/w',
    user: 'student',
  });
  const stdout = new TextOutput();
  const stderr = new TextOutput();
  const step = session.run(script, { stdout, stderr, timeoutMs: 60_000 });
  simulation.runUntilTrue(() => step.finished.ready, simulation.now() + 120_000);
  const anonymous = stderr.text.replace(/ *\b\d{2,7} (Killed|Terminated)/g, ' PID $1');
  return { stdout: stdout.text, stderr: anonymous, exit: step.exitCode ?? -1 };
}

for (const name of [
  'bash',
  'coreutils',
  'jq',
  'awk',
  'files',
  'shell-language',
  'shell-errors',
  'text-tools',
  'text-programs',
  'jq-errors',
  'bc',
  'shell-scripts',
  'helm',
]) {
  const text = readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8');
  describe(`${name} answers as on a real machine`, () => {
    it.each(JSON.parse(text) as Answer[])('$script', ({ script, ...expected }) => {
      expect(answer(script)).toEqual(expected);
    });
  });
}

describe('a step', () => {
  it('that runs away is stopped and the session goes on', () => {
    const machine = createMachine();
    const session = openShellSession(machine, {
      flavour: 'bash',
      env: new Map([['PATH', '/usr/bin']]),
      cwd: '/tmp',
      user: 'root',
      budget: { commands: 500, depth: 50, outputBytes: 10_000 },
    });
    const run = (script: string) => {
      const stdout = new TextOutput();
      const step = session.run(script, { stdout, stderr: new TextOutput(), timeoutMs: 5000 });
      machine.simulation.runUntilTrue(() => step.finished.ready, machine.simulation.now() + 60_000);
      return { stdout: stdout.text, exit: step.exitCode, reason: step.stopReason };
    };
    expect(run('x=1; while :; do :; done').reason).toEqual({ kind: 'budget', budget: 'commands', limit: 500 });
    expect(run('f() { f; }; f').reason).toMatchObject({ kind: 'budget', budget: 'depth' });
    expect(run('yes').reason).toMatchObject({ kind: 'budget', budget: 'outputBytes' });
    expect(run('sleep 100')).toMatchObject({ exit: 130, reason: { kind: 'interrupted' } });
    expect(run('echo $x')).toMatchObject({ stdout: '1\n', exit: 0, reason: undefined });
  });
});

describe('the registry', () => {
  it('names every command once', () => {
    const names = TOOL_COMMANDS.map((command) => command.name);
    expect(new Set(names).size).toBe(names.length);
  });
});
