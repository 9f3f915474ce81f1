import type { ImageDefinition } from './image.js';
import { isListed, isOfficialRelease } from './official-releases.js';
import { distributionFiles } from './os-release.js';

const PUBLISHED = new WeakMap<ImageDefinition, ImageDefinition>();

/** An image as it is published, not as the recordings' stand-in for it. */
export function asPublished(definition: ImageDefinition): ImageDefinition {
  const { published, publishedTags, repository } = definition;
  const name = /^docker\.io\/library\/(.+)$/.exec(repository)?.[1];
  const official = name !== undefined && isListed(name);
  if (!published && !publishedTags && !official) return definition;
  let made = PUBLISHED.get(definition);
  if (!made) {
    made = published ? withCommands(definition, published) : definition;
    if (official) made = { ...made, hasTag: (tag) => isOfficialRelease(name, tag) };
    if (publishedTags) made = { ...made, hasTag: (tag) => publishedTags.includes(tag) };
    PUBLISHED.set(definition, made);
  }
  return made;
}

function withCommands(
  definition: ImageDefinition,
  published: NonNullable<ImageDefinition['published']>,
): ImageDefinition {
  const variant: ImageDefinition['variant'] = (tag) => {
    const own = definition.variant?.(tag);
    const commands = published(tag);
    const name = definition.repository.split('/').at(-1) ?? '';
    return {
      ...own,
      binaries: [...(own?.binaries ?? definition.binaries ?? []), ...commands],
      files: { ...(own?.files ?? definition.files), ...distributionFiles(name, tag, commands) },
      programs: { ...(own?.programs ?? definition.programs), ...definition.publishedPrograms?.(tag) },
    };
  };
  return { ...definition, variant };
}
