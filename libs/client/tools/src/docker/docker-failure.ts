import { goQuote } from '@seatrial/kernel';

/** Ends a docker command: its text on standard error and its exit status. Thrown by actions, caught where the program starts. */
export class DockerFailure extends Error {
  override name = 'DockerFailure';
  constructor(
    message: string,
    readonly status = 1,
    /** The daemon said it, or the client of an image's name: `docker run` then shows it after its own name. */
    readonly daemon = false,
  ) {
    super(message);
  }
}

/** A flag has a value that cannot be read: the client adds the command's usage. */
export class DockerFlagFailure extends DockerFailure {
  override name = 'DockerFlagFailure';
}

/** The client does not take an option of a new container: `docker run` shows it after its own name. */
export class DockerOptionFailure extends DockerFailure {
  override name = 'DockerOptionFailure';
}

export function refuseOption(message: string): never {
  throw new DockerOptionFailure(message, 125);
}

/** `invalid argument "x" for "-m, --memory" flag: …`, as pflag says it. */
export function invalidFlag(value: string, flag: string, why: string): never {
  throw new DockerFlagFailure(`invalid argument ${goQuote(value)} for ${goQuote(flag)} flag: ${why}`, 125);
}

/** What the daemon answers. */
export function daemonFailure(message: string, status = 1): never {
  throw new DockerFailure(`Error response from daemon: ${message}`, status, true);
}
