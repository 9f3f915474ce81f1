import { FileSystem } from '@seatrial/kernel';
import type { Container } from './container.js';
import { fileChanges, type FileChange } from './file-changes.js';

/** How a container's files differ from its image's. */
export function containerChanges({ settings, createdAt, engine, root }: Container): FileChange[] {
  const mounted = new Set(settings.mounts.map(({ target }) => target));
  const charge = (nodes: number): void => {
    engine.simulation.charge('steps', nodes);
  };
  return fileChanges(settings.image.createRoot(createdAt), root, mounted, charge);
}

/** Bytes of the files that are not as in the image. */
export function writtenBytes(container: Container): number {
  const files = new FileSystem({ now: () => container.createdAt }, container.root);
  return containerChanges(container).reduce((sum, { kind, path }) => {
    const found = kind === 'D' ? undefined : files.stat(path, false);
    return sum + (found?.ok && found.value.type === 'file' ? found.value.content.length : 0);
  }, 0);
}
