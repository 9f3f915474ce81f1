import {
  FileSystem,
  Machine,
  Simulation,
  TextInput,
  TextOutput,
  fail,
  ok,
  type NetworkService,
  type NetworkStack,
  type Process,
} from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { declareImage, type DeclaredImage } from './declared-image.js';

function start(image: Omit<DeclaredImage, 'name' | 'tags'>, env: Record<string, string> = {}) {
  const simulation = new Simulation({ startTime: 0, seed: 'declared' });
  const listening = new Map<number, NetworkService>();
  const network: NetworkStack = {
    addresses: ['192.0.2.9'],
    *resolve() {
      return fail({ failure: 'name-not-found', afterMs: 0, hops: [] });
    },
    *query() {
      return { code: 'timeout', server: '', records: [] };
    },
    *dial() {
      return fail({ failure: 'refused', afterMs: 0, hops: [] });
    },
    listen: (port, service) => {
      listening.set(port, service);
      return ok({ address: '0.0.0.0', port, close: () => listening.delete(port) });
    },
    ping: () => false,
  };
  const files = new FileSystem({ now: () => simulation.now() });
  const machine = new Machine({ hostname: 'box', simulation, files, network, programs: new Map() });
  const definition = declareImage({ name: 'course/app', tags: ['1'], ...image });
  const program = definition?.programs?.['/app'];
  if (!program) throw new Error('a declared image has a program');
  const output = new TextOutput();
  const process: Process = machine.processes.spawn({
    program,
    argv: ['/app'],
    env: new Map(Object.entries(env)),
    stdin: new TextInput(''),
    stdout: output,
    stderr: output,
  });
  const get = (port: number, path: string): string => {
    const service = listening.get(port);
    if (!service?.http) return 'refused';
    const answer = service
      .http(
        { method: 'GET', path, headers: new Map(), body: '' },
        { remoteAddress: '', remotePort: 0, localAddress: '', localPort: port },
      )
      .next({ index: 0 });
    return answer.done === true ? `${answer.value.status} ${answer.value.body}` : 'waits';
  };
  const run = (ms: number): void => simulation.runUntil(simulation.now() + ms);
  return { get, output, process, run };
}

describe('declareImage', () => {
  it('listens after its delay and answers by path', () => {
    const { get, run, process } = start({
      startDelayMs: 5000,
      listens: [
        { port: 80, routes: { '/': { body: 'from $HOSTNAME' }, '/ready': { statusUntil: { ms: 8000, status: 503 } } } },
      ],
    });
    run(1000);
    expect(get(80, '/')).toBe('refused');
    run(5000);
    expect([get(80, '/'), get(80, '/ready'), get(80, '/other')]).toEqual([
      '200 from box',
      '503 ',
      '404 404 page not found\n',
    ]);
    run(3000);
    expect(get(80, '/ready')).toBe('200 ');
    process.kill('TERM');
    run(1);
    expect(process.exitStatus?.code).toBe(0);
    expect(get(80, '/')).toBe('refused');
  });

  it('needs its environment, logs on a schedule and ends', () => {
    const requires = [{ env: 'DB', message: 'DB is not set', exitCode: 7 }];
    const without = start({ requires });
    without.run(1);
    expect(without.process.exitStatus?.code).toBe(7);
    const { output, process, run } = start(
      { requires, logs: [{ text: 'tick $DB', everyMs: 1000 }], exits: { afterMs: 3500, code: 2, message: 'gone' } },
      { DB: 'pg' },
    );
    run(5000);
    expect(output.text).toBe('tick pg\ntick pg\ntick pg\ngone\n');
    expect(process.exitStatus?.code).toBe(2);
  });

  it('grows in memory', () => {
    const { process, run } = start({ memory: { bytes: 1000, growBytesPerSecond: 10 } });
    run(3500);
    expect(process.memoryBytes).toBe(1030);
  });
});
