import { failWith } from '../command/failure.js';

const REFERENCE =
  /^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[\da-fA-F:]+\])(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[\da-fA-F]{32,})?$/;

/** True for what distribution/reference accepts as an image. */
export const isImageReference = (image: string): boolean => image.length <= 4096 && REFERENCE.test(image);

/** Ends the command for an image name that cannot be one (`kubectl run`). */
export function requireImageReference(image: string): void {
  if (!isImageReference(image)) failWith(`Invalid image name ${JSON.stringify(image)}: invalid reference format`);
}

const SUFFIX_HASH = 5;

/** The container name that `kubectl create deployment` makes of an image: its last part, without tag, digest and odd letters. */
export function imageBaseName(image: string, images: readonly string[], index: number): string {
  const base = (name: string): string =>
    name
      .slice(name.lastIndexOf('/') + 1)
      .replace(/[:@].*$/s, '')
      .replaceAll('_', '-')
      .replace(/[^a-z0-9-]/g, '');
  const own = base(image);
  const duplicates = images.filter((other) => base(other) === own).length;
  return duplicates > 1 ? `${own}-${String(index).padStart(SUFFIX_HASH, '0')}` : own;
}
