import { compareStrings, fail, isJsonObject, ok, type JsonObject } from '@seatrial/kernel';
import type { EditCall, EditResult } from './edit-command.js';

const PRESERVED = '*';
const IMAGE_FORMAT = `invalid format of image, use one of the following options:
- <image>=<newimage>:<newtag>
- <image>=<newimage>@<digest>
- <image>=<newimage>:<newtag>@<digest>
- <image>=<newimage>
- <image>:<newtag>
- <image>:<newtag>@<digest>
- <image>@<digest>`;
const REPLICAS_FORMAT = 'invalid format of replica, use the following format: <name>=<count>';

/** A field of one text. */
export const setField =
  (field: string, what: string) =>
  ({ file, args }: EditCall): EditResult => {
    if (args.length !== 1) return fail(`must specify exactly one ${what} value`);
    file.fields[field] = args[0];
    return ok(undefined);
  };

/** An image's name, tag and digest (api/internal/image Split). */
function splitImage(image: string): readonly [name: string, tag: string, digest: string] {
  const slash = Math.max(image.indexOf('/'), 0);
  const at = image.indexOf('@', slash);
  const colon = image.indexOf(':', slash);
  if (at < 0 && colon < 0) return [image, '', ''];
  if (at >= 0 && (at < colon || colon < 0)) return [image.slice(0, at), '', image.slice(at + 1)];
  if (at >= 0) return [image.slice(0, colon), image.slice(colon + 1, at), image.slice(at + 1)];
  return [image.slice(0, colon), image.slice(colon + 1), ''];
}

/** One word of `set image`; undefined where it says nothing of an image. */
function wantedImage(word: string): JsonObject | undefined {
  const equals = word.indexOf('=');
  const [name, newTag, digest] = splitImage(equals < 0 ? word : word.slice(equals + 1));
  if (name === word) return undefined;
  return equals < 0 ? { name, newTag, digest } : { name: word.slice(0, equals), newName: name, newTag, digest };
}

const nameOf = ({ name }: JsonObject): string => (typeof name === 'string' ? name : '');

/** `*` keeps what an image has already. */
function kept(wanted: JsonObject, before: JsonObject | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(wanted).map(([key, value]) => [key, value === PRESERVED ? (before?.[key] ?? '') : value]),
  );
}

const byName = (entries: Iterable<JsonObject>): JsonObject[] =>
  [...entries].sort((a, b) => compareStrings(nameOf(a), nameOf(b)));

export function setImage({ file, args }: EditCall): EditResult {
  if (args.length === 0) return fail('no image specified');
  const images = new Map(
    file
      .list('images')
      .filter(isJsonObject)
      .map((image) => [nameOf(image), image]),
  );
  const wanted: JsonObject[] = [];
  for (const word of args) {
    const image = wantedImage(word);
    if (!image) return fail(IMAGE_FORMAT);
    wanted.push(image);
  }
  for (const image of wanted) images.set(nameOf(image), kept(image, images.get(nameOf(image))));
  file.fields['images'] = byName(images.values());
  return ok(undefined);
}

export function setReplicas({ file, args }: EditCall): EditResult {
  if (args.length === 0) return fail('no replicas specified');
  const replicas = new Map(
    file
      .list('replicas')
      .filter(isJsonObject)
      .map((entry) => [nameOf(entry), entry]),
  );
  for (const word of args) {
    const [name, count, ...more] = word.split('=');
    if (more.length > 0 || !/^[+-]?\d+$/.test(count)) return fail(REPLICAS_FORMAT);
    replicas.set(name, { name, count: Number(count) });
  }
  file.fields['replicas'] = byName(replicas.values());
  return ok(undefined);
}
