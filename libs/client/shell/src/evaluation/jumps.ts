/*
 * Ways out of the normal order of commands. They unwind the evaluator's coroutines up to the construct that
 * takes them; none leaves a shell process.
 */

export abstract class Jump extends Error {}

export class BreakJump extends Jump {
  constructor(public levels: number) {
    super('break');
  }
}

export class ContinueJump extends Jump {
  constructor(public levels: number) {
    super('continue');
  }
}

export class ReturnJump extends Jump {
  constructor(readonly status: number) {
    super('return');
  }
}

/** The shell (or subshell) ends. */
export class ExitJump extends Jump {
  constructor(readonly status: number) {
    super('exit');
  }
}

/** The whole command line is given up (an expansion error, as bash's DISCARD). */
export class DiscardJump extends Jump {
  constructor(readonly status: number) {
    super('discard');
  }
}

/** SIGINT at the shell: the rest of the step is given up. */
export class InterruptJump extends Jump {
  constructor() {
    super('interrupt');
  }
}
