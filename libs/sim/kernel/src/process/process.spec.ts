import { describe, expect, it } from 'vitest';
import {
  FileSystem,
  Machine,
  Pipe,
  Simulation,
  TextInput,
  TextOutput,
  fail,
  sleep,
  waitFor,
  type NetworkStack,
  type Process,
  type Program,
} from '../index.js';

const NO_NETWORK: NetworkStack = {
  addresses: [],
  *resolve() {
    return fail({ failure: 'name-server-failure', afterMs: 0, hops: [] });
  },
  *query() {
    return { code: 'timeout', server: '', records: [] };
  },
  *dial() {
    return fail({ failure: 'network-unreachable', afterMs: 0, hops: [] });
  },
  listen: () => fail('address-in-use'),
  ping: () => false,
};

function createMachine(): Machine {
  const simulation = new Simulation({ startTime: 0, seed: 'spec' });
  const files = new FileSystem({ now: () => simulation.now() });
  return new Machine({ hostname: 'box', simulation, files, network: NO_NETWORK, programs: new Map() });
}

function start(machine: Machine, program: Program): { process: Process; out: TextOutput } {
  const out = new TextOutput();
  const process = machine.processes.spawn({ program, argv: ['p'], stdin: new TextInput(''), stdout: out, stderr: out });
  return { process, out };
}

describe('Process', () => {
  it('lets virtual time pass and ends with its status', () => {
    const machine = createMachine();
    const { process } = start(machine, function* () {
      yield* sleep(1500);
      return 3;
    });
    machine.simulation.runUntil(10_000);
    expect(process.exitStatus).toEqual({ code: 3 });
    expect(machine.processes.list()).toEqual([]);
  });

  it('has children that are made when somebody looks for them', () => {
    const machine = createMachine();
    const { process } = start(machine, function* (self) {
      const { argv, stdin, stdout, stderr } = self;
      const idle: Program = function* (child) {
        for (;;) yield* waitFor([child.signalArrived]);
      };
      self.title = 'p: master';
      machine.processes.spawnUnseen({ program: idle, argv, title: 'p: worker', stdin, stdout, stderr }, self);
      yield* sleep(5000);
      return 0;
    });
    machine.simulation.runUntil(1000);
    const later = start(machine, function* () {
      yield* sleep(5000);
      return 0;
    });
    const listed = (): unknown[] =>
      machine.processes.list().map(({ pid, commandLine, startTime }) => [pid, commandLine, startTime]);
    expect(listed()).toEqual([
      [1, 'p: master', 0],
      [2, 'p: worker', 0],
      [3, 'p', 1000],
    ]);
    machine.processes.get(2)?.kill('TERM');
    expect([listed().length, process.pid, later.process.pid]).toEqual([2, 1, 3]);
  });

  it('has none of those when it has ended by then', () => {
    const machine = createMachine();
    start(machine, function* (self) {
      const { argv, stdin, stdout, stderr } = self;
      machine.processes.spawnUnseen({ program: () => sleep(1) as never, argv, stdin, stdout, stderr }, self);
      yield* sleep(1);
      return 0;
    });
    machine.simulation.runUntil(1000);
    expect(machine.processes.list()).toEqual([]);
  });

  it('passes text through a pipe that is smaller than the text', () => {
    const machine = createMachine();
    const pipe = new Pipe(false, 4);
    const { out } = start(machine, function* (self) {
      for (;;) {
        const piece = yield* pipe.input.read();
        if (piece === undefined) return 0;
        yield* self.stdout.write(piece);
      }
    });
    start(machine, function* () {
      yield* pipe.output.write('a long line of text\n');
      pipe.output.close();
      return 0;
    });
    machine.simulation.runUntil(1);
    expect(out.text).toBe('a long line of text\n');
  });

  it('tells a writer that its reader has gone', () => {
    const machine = createMachine();
    const pipe = new Pipe(false, 4);
    const { process } = start(machine, function* () {
      let count = 0;
      while (yield* pipe.output.write('y\n')) count++;
      return count;
    });
    machine.simulation.after(10, () => {
      pipe.input.close();
    });
    machine.simulation.runUntil(20);
    expect(process.exitStatus).toEqual({ code: 2 });
  });

  it('ends on a signal without a handler, and runs the finally blocks', () => {
    const machine = createMachine();
    let cleaned = false;
    const { process } = start(machine, function* () {
      try {
        yield* sleep(60_000);
      } finally {
        cleaned = true;
      }
      return 0;
    });
    machine.simulation.after(100, () => {
      process.kill('TERM');
    });
    machine.simulation.runUntil(200);
    expect(process.exitStatus).toEqual({ code: 143, signal: 'TERM' });
    expect(cleaned).toBe(true);
  });

  it('lets a program catch a signal, and ignore another', () => {
    const machine = createMachine();
    const { process, out } = start(machine, function* (self) {
      self.setSignalHandler('TERM', 'catch');
      self.setSignalHandler('INT', 'ignore');
      yield* waitFor([self.signalArrived]);
      yield* self.stdout.write(`got ${self.takeSignal() ?? 'nothing'}`);
      return 0;
    });
    machine.simulation.after(5, () => {
      process.kill('INT');
      process.kill('TERM');
    });
    machine.simulation.runUntil(10);
    expect(out.text).toBe('got TERM');
    expect(process.exitStatus).toEqual({ code: 0 });
  });

  it('stands still while it is stopped', () => {
    const machine = createMachine();
    const { process, out } = start(machine, function* (self) {
      yield* sleep(10);
      yield* self.stdout.write(String(machine.simulation.now()));
      return 0;
    });
    machine.simulation.after(5, () => {
      process.kill('TSTP');
    });
    machine.simulation.after(100, () => {
      process.kill('CONT');
    });
    machine.simulation.runUntil(200);
    expect(out.text).toBe('100');
  });
});
