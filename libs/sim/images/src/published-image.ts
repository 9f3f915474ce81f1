import type { ImageDefinition } from './image.js';

const PUBLISHED = new WeakMap<ImageDefinition, ImageDefinition>();

/** An image as it is published, not as the recordings' stand-in for it. */
export function asPublished(definition: ImageDefinition): ImageDefinition {
  const { published } = definition;
  if (!published) return definition;
  let made = PUBLISHED.get(definition);
  if (!made) PUBLISHED.set(definition, (made = withCommands(definition, published)));
  return made;
}

function withCommands(
  definition: ImageDefinition,
  published: NonNullable<ImageDefinition['published']>,
): ImageDefinition {
  const variant: ImageDefinition['variant'] = (tag) => {
    const own = definition.variant?.(tag);
    return {
      ...own,
      binaries: [...(own?.binaries ?? definition.binaries ?? []), ...published(tag)],
      programs: { ...(own?.programs ?? definition.programs), ...definition.publishedPrograms },
    };
  };
  return { ...definition, variant };
}
