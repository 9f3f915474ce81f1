import { failWith } from '../command/failure.js';

const REFERENCE =
  /^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[\da-fA-F:]+\])(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[\da-fA-F]{32,})?$/;

/** True for what distribution/reference accepts as an image. */
export const isImageReference = (image: string): boolean => image.length <= 4096 && REFERENCE.test(image);

/** Ends the command for an image name that cannot be one (`kubectl run`). */
export function requireImageReference(image: string): void {
  if (!isImageReference(image)) failWith(`Invalid image name ${JSON.stringify(image)}: invalid reference format`);
}

/**
 * The container name that `kubectl create deployment` makes of an image: its last part without tag and digest; names
 * with `_` or `.` get dashes and a random ending (create_deployment.go sanitizeAndUniquify).
 */
export function imageBaseName(image: string, randomEnding: () => string): string {
  const name = image.slice(image.lastIndexOf('/') + 1).replace(/[:@].*$/s, '');
  return /[_.]/.test(name) ? `${name.replace(/[_.]/g, '-')}-${randomEnding()}` : name;
}
