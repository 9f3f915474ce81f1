import type { ImageCatalog } from '@seatrial/images';
import { resolvePath } from '@seatrial/kernel';
import { savedImages } from '../docker/commands/archive.commands.js';
import { offerToCluster } from '../docker/commands/push-image.js';
import { DockerEngine } from '../docker/engine/docker-engine.js';
import type { Tool } from '../tool/tool.js';

/** What came of an archive: its images are where the nodes find them, there is no such file, or it holds none of ours. */
export type LoadedArchive = 'loaded' | 'no-file' | 'unknown';

/** Gives the images of a `docker save` archive to a cluster's nodes: the first one's, or another's. */
export function loadArchive(
  { machine, process }: Pick<Tool, 'machine' | 'process'>,
  path: string,
  images?: ImageCatalog,
): LoadedArchive {
  const read = machine.files.readFile(resolvePath(process.cwd, path));
  if (!read.ok) return 'no-file';
  const engine = DockerEngine.of(machine);
  const saved = savedImages(read.value);
  if (!engine || !saved) return 'unknown';
  for (const { id, tags } of saved) {
    const image = engine.images.kept(id);
    if (!image) return 'unknown';
    for (const tag of tags) offerToCluster(engine, image, tag, images);
  }
  return 'loaded';
}

/** The names of the images in a `docker save` archive. */
export function archiveTags({ machine, process }: Pick<Tool, 'machine' | 'process'>, path: string): readonly string[] {
  const read = machine.files.readFile(resolvePath(process.cwd, path));
  return (read.ok ? savedImages(read.value) : undefined)?.flatMap(({ tags }) => [...tags]) ?? [];
}
