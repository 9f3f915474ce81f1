/** Ends a helm command: what it prints after `Error: `. Thrown by actions, caught where the program starts. */
export class HelmFailure extends Error {
  override name = 'HelmFailure';
}

export function failHelm(message: string): never {
  throw new HelmFailure(message);
}
