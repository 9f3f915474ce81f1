/** Ends a docker command: its text on standard error and its exit status. Thrown by actions, caught where the program starts. */
export class DockerFailure extends Error {
  override name = 'DockerFailure';
  constructor(
    message: string,
    readonly status = 1,
    /** The daemon said it: `docker run` then shows it after its own name. */
    readonly daemon = false,
  ) {
    super(message);
  }
}

/** What the daemon answers. */
export function daemonFailure(message: string, status = 1): never {
  throw new DockerFailure(`Error response from daemon: ${message}`, status, true);
}
