import type { Input, Output } from '@seatrial/kernel';

/** An input whose `close` is left to its owner, or does something else. */
export function borrowInput(input: Input, close = (): void => undefined): Input {
  return {
    readable: input.readable,
    isTerminal: input.isTerminal,
    ...(input.setEcho && { setEcho: input.setEcho }),
    read: () => input.read(),
    take: () => input.take(),
    unread: (text) => {
      input.unread(text);
    },
    close,
  };
}

/** An output whose `close` is left to its owner, or does something else. */
export function borrowOutput(output: Output, close = (): void => undefined): Output {
  return { isTerminal: output.isTerminal, write: (text) => output.write(text), close };
}
