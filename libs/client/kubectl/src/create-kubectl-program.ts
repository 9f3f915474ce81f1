import type { Program } from '@seatrial/kernel';

/** kubectl as a program of a machine. */
export function createKubectlProgram(_options: object): Program {
  return function* kubectl(process) {
    yield* process.stderr.write('kubectl: not built yet\n');
    return 1;
  };
}
