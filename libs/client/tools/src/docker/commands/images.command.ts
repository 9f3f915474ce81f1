import { compareStrings, goQuote } from '@seatrial/kernel';
import { defineDockerCommand, forEachArgument, notSimulated, type DockerCall } from '../docker-command.js';
import { DockerFailure, daemonFailure } from '../docker-failure.js';
import { goTime, humanDuration, humanSize } from '../engine/human-units.js';
import { ImageStore, referenceProblem } from '../engine/image-store.js';
import { shortId, type LocalImage } from '../engine/local-image.js';
import { formatListing } from './docker-format.js';

function imageRows(call: DockerCall): Record<string, string>[] {
  const { engine, flags, now } = call;
  const [wanted] = call.args;
  const dangling = flags.list('filter').find((filter) => filter.startsWith('dangling='));
  if (flags.list('filter').some((filter) => !/^(?:dangling|reference)=/.test(filter)))
    notSimulated(call.process, `docker images --filter ${flags.list('filter').join(' ')}`);
  const pattern =
    wanted ??
    flags
      .list('filter')
      .find((filter) => filter.startsWith('reference='))
      ?.slice(10);
  const row = (image: LocalImage, name: string): Record<string, string> => {
    const colon = name.lastIndexOf(':');
    return {
      ID: flags.on('no-trunc') ? image.id : shortId(image.id),
      Repository: name === '' ? '<none>' : name.slice(0, colon),
      Tag: name === '' ? '<none>' : name.slice(colon + 1),
      Digest: engine.images.digestsOf(image.id)[0]?.split('@')[1] ?? '<none>',
      CreatedSince: `${humanDuration(now - image.createdAt)} ago`,
      CreatedAt: goTime(image.createdAt),
      Size: humanSize(image.sizeBytes, 3),
    };
  };
  const images = [...engine.images.list()].sort((a, b) => b.createdAt - a.createdAt);
  const rows = images.flatMap((image) => {
    const names = [...engine.images.tagsOf(image.id)].sort(compareStrings);
    return (names.length > 0 ? names : ['']).map((name) => row(image, name));
  });
  return rows.filter(
    ({ Repository, Tag }) =>
      (pattern === undefined ||
        pattern === Repository ||
        pattern === `${Repository}:${Tag}` ||
        (pattern.endsWith('*') && `${Repository}:${Tag}`.startsWith(pattern.slice(0, -1)))) &&
      (dangling === undefined || (Repository === '<none>') === (dangling === 'dangling=true')),
  );
}

export const imagesCommand = defineDockerCommand({
  name: 'images',
  aliases: ['ls', 'list'],
  usage: '[OPTIONS] [REPOSITORY[:TAG]]',
  short: 'List images',
  flags: '-a --all, --digests, -f --filter=?, --format=, --no-trunc, -q --quiet, --tree',
  maximum: 1,
  *run(call) {
    if (call.flags.on('tree')) notSimulated(call.process, 'docker images --tree');
    yield* call.out(
      formatListing({
        columns: {
          Repository: 'REPOSITORY',
          Tag: 'TAG',
          ...(call.flags.on('digests') && { Digest: 'DIGEST' }),
          ID: 'IMAGE ID',
          CreatedSince: 'CREATED',
          Size: 'SIZE',
        },
        more: { CreatedAt: 'CREATED AT', Digest: 'DIGEST' },
        rows: imageRows(call),
        type: '*formatter.imageContext',
        quiet: { on: call.flags.on('quiet'), field: 'ID' },
        format: call.flags.value('format'),
      }),
    );
    return 0;
  },
});

export const rmiCommand = defineDockerCommand({
  name: 'rmi',
  aliases: ['rm', 'remove'],
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  short: 'Remove one or more images',
  flags: '-f --force, --no-prune',
  unfollowed: '--platform=*',
  minimum: 1,
  *run(call) {
    const { images, containers } = call.engine;
    return yield* forEachArgument(call, function* (reference) {
      const image = images.find(reference) ?? daemonFailure(`No such image: ${nameOrId(reference)}`);
      const tags = images.tagsOf(image.id);
      const byId = image.id.replace('sha256:', '').startsWith(reference.replace('sha256:', ''));
      const force = call.flags.on('force');
      if (byId && tags.length > 1 && !force)
        daemonFailure(
          `conflict: unable to delete ${shortId(image.id)} (must be forced) - image is referenced in multiple repositories`,
        );
      const last = byId || tags.length <= 1;
      const user = [...containers.values()].find(({ settings }) => settings.image.id === image.id);
      if (last && user?.running)
        daemonFailure(
          `conflict: unable to ${byId ? 'delete' : 'remove repository reference'} ${byId ? `${shortId(image.id)} (cannot be forced)` : `"${reference}" (must force)`} - ${byId ? 'image is being used by running container' : 'container'} ${shortId(user.id)}${byId ? '' : ` is using its referenced image ${shortId(image.id)}`}`,
        );
      if (last && user && !force)
        daemonFailure(
          byId
            ? `conflict: unable to delete ${shortId(image.id)} (must be forced) - image is being used by stopped container ${shortId(user.id)}`
            : `conflict: unable to remove repository reference "${reference}" (must force) - container ${shortId(user.id)} is using its referenced image ${shortId(image.id)}`,
        );
      const names = byId ? tags : [ImageStore.parse(reference, 'daemon').familiar];
      for (const name of names) {
        images.untag(name);
        yield* call.out(`Untagged: ${name}\n`);
      }
      if (!last) return;
      for (const digest of images.digestsOf(image.id)) yield* call.out(`Untagged: ${digest}\n`);
      images.remove(image.id);
      yield* call.out(`Deleted: ${image.id}\n`);
      const shared = new Set(images.list().flatMap(({ layers }) => layers));
      for (const layer of [...image.layers].reverse()) if (!shared.has(layer)) yield* call.out(`Deleted: ${layer}\n`);
    });
  },
});

/** A name gets its tag in messages, an id does not. */
export function nameOrId(reference: string): string {
  return /^(?:sha256:)?[0-9a-f]{12,64}$/.test(reference) ? reference : ImageStore.parse(reference, 'daemon').familiar;
}

export const tagCommand = defineDockerCommand({
  name: 'tag',
  usage: 'SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
  short: 'Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE',
  minimum: 2,
  maximum: 2,
  stopAtArgument: true,
  *run(call) {
    const [source, target] = call.args;
    for (const name of call.args) {
      const problem = referenceProblem(name);
      if (problem !== undefined)
        throw new DockerFailure(`Error parsing reference: ${goQuote(name)} is not a valid repository/tag: ${problem}`);
    }
    const image = call.engine.images.find(source) ?? daemonFailure(`No such image: ${nameOrId(source)}`);
    call.engine.images.tag(image, ImageStore.parse(target));
    return 0;
  },
});

export const historyCommand = defineDockerCommand({
  name: 'history',
  usage: '[OPTIONS] IMAGE',
  short: 'Show the history of an image',
  flags: '--format=, -H --human, --no-trunc, -q --quiet, --platform=',
  minimum: 1,
  maximum: 1,
  *run(call) {
    const [reference] = call.args;
    const image = call.engine.images.find(reference) ?? daemonFailure(`No such image: ${nameOrId(reference)}`);
    const full = call.flags.on('no-trunc');
    const cut = (text: string): string =>
      full || [...text].length <= 45 ? text : `${[...text].slice(0, 44).join('')}…`;
    yield* call.out(
      formatListing({
        columns: { ID: 'IMAGE', CreatedSince: 'CREATED', CreatedBy: 'CREATED BY', Size: 'SIZE', Comment: 'COMMENT' },
        rows: image.history.map((entry, index) => ({
          ID: index > 0 ? '<missing>' : full ? image.id : shortId(image.id),
          CreatedSince: `${humanDuration(call.now - entry.createdAt)} ago`,
          CreatedAt: goTime(entry.createdAt),
          CreatedBy: cut(entry.createdBy),
          Size: humanSize(entry.sizeBytes, 3),
          Comment: entry.comment,
        })),
        type: '*formatter.historyContext',
        quiet: { on: call.flags.on('quiet'), field: 'ID' },
        format: call.flags.value('format'),
      }),
    );
    return 0;
  },
});
