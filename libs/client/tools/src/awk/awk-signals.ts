import type { AwkValue } from './awk-value.js';

/** `exit`: the program ends, after its END rules. */
export class ExitSignal extends Error {}

/** `next` and `nextfile`. */
export class NextSignal extends Error {
  constructor(readonly file: boolean) {
    super('next');
  }
}

/** `break` and `continue`. */
export class LoopSignal extends Error {
  constructor(readonly kind: 'break' | 'continue') {
    super(kind);
  }
}

/** `return`, with its value. */
export class ReturnSignal extends Error {
  constructor(readonly value: AwkValue) {
    super('return');
  }
}
