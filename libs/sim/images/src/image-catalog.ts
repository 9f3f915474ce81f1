import {
  fail,
  invariant,
  ok,
  sha256Hex,
  type Directory,
  type Program,
  type ProgramTable,
  type Result,
} from '@seatrial/kernel';
import { imageNameProblem, parseImageReference } from './image-reference.js';
import type { ImageConfig, ImageDefinition } from './image.js';
import { buildImageTree, type ImageTree } from './image-tree.js';
import { mayExist } from './known-images.js';
import { LazyEntries } from './lazy-entries.js';

/** One tag of an image, ready to run. */
export interface Image {
  /** Canonical: `docker.io/library/nginx:1.25`. */
  readonly reference: string;
  /** As container statuses show it: `docker.io/library/nginx@sha256:…`. */
  readonly imageId: string;
  /** The configuration's digest, `sha256:…`. */
  readonly configDigest: string;
  readonly sizeBytes: number;
  readonly config: ImageConfig;
  /** Programs of the image by the names that its files carry. */
  readonly programs: ProgramTable;
  /** A new root directory for one container; costs nothing until it is looked at. */
  createRoot(now: number): Directory;
}

/** Registry credentials that a pull may use. */
export interface RegistryCredentials {
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

/** Why a pull failed: `message` is containerd's text (as the kubelet repeats it). */
export interface PullFailure {
  readonly message: string;
  /** gRPC code NotFound puts `rpc error: code = NotFound desc = ` in front. */
  readonly code: 'NotFound' | 'Unknown' | 'InvalidName';
  /** The image is not simulated, but may well be there in the world. */
  readonly mayExist?: boolean;
}

export interface ImageCatalog {
  /** The image, or why it cannot be had. Time is up to the caller. */
  resolve(reference: string, credentials?: readonly RegistryCredentials[]): Result<Image, PullFailure>;
  /** Adds or replaces an image (pushed to a simulated registry, or declared by an exercise). */
  add(image: ImageDefinition): void;
  /** A registry that does not answer, or does again. */
  setRegistryDown(registry: string, down: boolean): void;
  /** Why a reference's registry cannot be asked now; undefined when it can. */
  outage(reference: string): PullFailure | undefined;
  /** Canonical references, sorted by insertion. */
  references(): readonly string[];
}

/** Images are immutable: every catalogue shares them. */
const LOADED = new WeakMap<ImageDefinition, Map<string, Image>>();

function loadImage(definition: ImageDefinition, tag: string): Image {
  const byTag = LOADED.get(definition) ?? new Map<string, Image>();
  LOADED.set(definition, byTag);
  const image = byTag.get(tag) ?? createImage(definition, tag);
  byTag.set(tag, image);
  return image;
}

/** When the recordings' images were built: the time on their files. */
const BUILT_AT = Date.UTC(2026, 10, 20, 9, 0);

function createImage(definition: ImageDefinition, tag: string): Image {
  const image: ImageDefinition = { ...definition, ...definition.variant?.(tag) };
  const name = `${image.repository}:${tag}`;
  const digest = sha256Hex(`manifest ${name}`);
  let tree: ImageTree | undefined;
  const programs = new Map<string, Program>();
  for (const [path, program] of Object.entries(image.programs ?? {}))
    programs.set(`${image.repository}${path}`, program);
  return {
    reference: name,
    imageId: `${image.repository}@sha256:${digest}`,
    configDigest: `sha256:${sha256Hex(`config ${name}`)}`,
    sizeBytes: image.sizeBytes,
    config: image.config,
    programs,
    createRoot: (now) => {
      tree ??= buildImageTree(image);
      const entries = new LazyEntries(tree.root, BUILT_AT);
      return { type: 'directory', entries, mode: 0o755, owner: 'root', group: 'root', modifiedAt: now };
    },
  };
}

const denied = (repository: string, tag: string): PullFailure => ({
  code: 'Unknown',
  message:
    `failed to pull and unpack image "${repository}:${tag}": failed to resolve reference "${repository}:${tag}": ` +
    'pull access denied, repository does not exist or may require authorization: ' +
    'server message: insufficient_scope: authorization failed',
});

/** Images by repository and tag, with the errors of Docker Hub and containerd 1.6 for what is not there. */
export function createImageCatalog(definitions: readonly ImageDefinition[]): ImageCatalog {
  const byRepository = new Map<string, Map<string, ImageDefinition>>();
  const down = new Set<string>();
  const add = (definition: ImageDefinition): void => {
    invariant(definition.repository.includes('/'), `repository with registry expected: ${definition.repository}`);
    const tags = byRepository.get(definition.repository) ?? new Map<string, ImageDefinition>();
    byRepository.set(definition.repository, tags);
    for (const tag of definition.tags) tags.set(tag, definition);
  };
  for (const definition of definitions) add(definition);
  return {
    add,
    setRegistryDown: (registry, isDown) => {
      if (isDown) down.add(registry);
      else down.delete(registry);
    },
    outage: (reference) => {
      const parsed = parseImageReference(reference);
      return parsed && down.has(parsed.registry)
        ? unanswered(parsed.registry, parsed.repository, parsed.tag ?? 'latest')
        : undefined;
    },
    references: () =>
      [...byRepository].flatMap(([repository, tags]) => [...tags.keys()].map((tag) => `${repository}:${tag}`)),
    resolve: (reference, credentials = []) => {
      const parsed = parseImageReference(reference);
      if (!parsed) return fail({ code: 'InvalidName', message: imageNameProblem(reference) });
      const { repository, registry } = parsed;
      const tags = byRepository.get(repository);
      const digest = parsed.tag === undefined ? parsed.digest : undefined;
      const named = tags && digest !== undefined ? tagOfDigest(repository, digest, tags) : parsed.tag;
      // Which digests there are in the world is not known here.
      if (tags && digest !== undefined && named === undefined)
        return fail({ ...notFound(`${repository}@${digest}`), mayExist: true });
      const tag = named ?? 'latest';
      if (!tags) {
        const failure = registry === 'docker.io' ? denied(repository, tag) : unknownRegistry(registry, repository, tag);
        return fail({ ...failure, mayExist: mayExist(repository, tag, byRepository) });
      }
      const definition = tags.get(tag) ?? [...tags.values()].find((each) => each.hasTag?.(tag) === true);
      const name = `${repository}:${tag}`;
      const locked = definition && lockedOut(definition, registry, tag, credentials);
      if (locked) return fail(locked);
      if (!definition) return fail({ ...notFound(name), mayExist: mayExist(repository, tag, byRepository) });
      return ok(loadImage(definition, tag));
    },
  };
}

/** The tag of an image that is named by its digest alone; undefined where none here has it. */
const tagOfDigest = (repository: string, digest: string, tags: ReadonlyMap<string, ImageDefinition>) =>
  [...tags].find(([tag, definition]) => loadImage(definition, tag).imageId === `${repository}@${digest}`)?.[0];

const notFound = (name: string): PullFailure => ({
  code: 'NotFound',
  message: `failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`,
});

/** Why a private image is not given out: the registry's answer to no credentials, or to wrong ones. */
function lockedOut(
  { private: lock, repository }: ImageDefinition,
  registry: string,
  tag: string,
  credentials: readonly RegistryCredentials[],
): PullFailure | undefined {
  if (!lock) return undefined;
  const own = credentials.filter((entry) => entry.registry === registry);
  const fits = own.some(
    ({ username, password }) => lock === true || (username === lock.username && password === lock.password),
  );
  if (fits) return undefined;
  const name = `${repository}:${tag}`;
  const start = `failed to pull and unpack image "${name}": failed to resolve reference "${name}": `;
  const unknown = (message: string): PullFailure => ({ code: 'Unknown', message: start + message });
  if (TOKEN_REGISTRIES.includes(registry)) {
    if (own.length > 0)
      return unknown('failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized');
    if (registry === 'docker.io') return denied(repository, tag);
    return unknown('failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized');
  }
  return unknown(`pulling from host ${registry} failed with status code [manifests ${tag}]: 401 Unauthorized`);
}

/** Registries that give tokens at another address (the others ask for a password themselves). */
const TOKEN_REGISTRIES: readonly string[] = ['docker.io', 'ghcr.io', 'registry.gitlab.com'];

const KNOWN_REGISTRIES: readonly string[] = [
  'registry.k8s.io',
  'gcr.io',
  'quay.io',
  'ghcr.io',
  'k8s.gcr.io',
  'mcr.microsoft.com',
  'public.ecr.aws',
];

/** What containerd says of a registry that drops its packets. */
function unanswered(registry: string, repository: string, tag: string): PullFailure {
  const name = `${repository}:${tag}`;
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  const path = repository.slice(registry.length + 1);
  return {
    code: 'Unknown',
    message: `failed to pull and unpack image "${name}": failed to resolve reference "${name}": failed to do request: Head "https://${host}/v2/${path}/manifests/${tag}": dial tcp 198.51.100.61:443: i/o timeout`,
  };
}

function unknownRegistry(registry: string, repository: string, tag: string): PullFailure {
  const name = `${repository}:${tag}`;
  const start = `failed to pull and unpack image "${name}": failed to resolve reference "${name}": `;
  if (KNOWN_REGISTRIES.includes(registry)) return { code: 'NotFound', message: `${start}${name}: not found` };
  const host = registry.split(':')[0];
  const path = repository.slice(registry.length + 1);
  return {
    code: 'Unknown',
    message: `${start}failed to do request: Head "https://${registry}/v2/${path}/manifests/${tag}": dial tcp: lookup ${host}: no such host`,
  };
}
