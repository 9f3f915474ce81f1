import { parseImageReference, type Image, type RegistryCredentials } from '@seatrial/images';
import { sha256Hex, type ProgramTable, type Simulation } from '@seatrial/kernel';
import { DockerFailure, daemonFailure } from '../docker-failure.js';
import type { DockerSetup } from '../docker-setup.js';
import type { EngineEvents } from './engine-events.js';
import { familiarName, type LocalImage } from './local-image.js';

/** Images of registries are a month old when the student arrives. */
const REGISTRY_AGE_MS = 35 * 24 * 3_600_000;
const HEX_ID = /^(?:sha256:)?[0-9a-f]{4,64}$/;

/** A name with tag, in both spellings. */
export interface ImageName {
  readonly registry: string;
  /** Canonical: `docker.io/library/nginx`. */
  readonly repository: string;
  readonly tag: string;
  /** `nginx:latest` */
  readonly familiar: string;
}

/** What a pull found. */
export interface PulledImage {
  readonly name: ImageName;
  readonly image: LocalImage;
  readonly digest: string;
  /** It was there already. */
  readonly upToDate: boolean;
}

/** Why a text names no image (reference.ParseNormalizedNamed of distribution/reference). */
export function referenceProblem(text: string): string | undefined {
  if (parseImageReference(text)) return undefined;
  const [first, ...others] = text.split('/');
  const hasDomain = others.length > 0 && (/[.:]/.test(first) || first === 'localhost' || /[A-Z]/.test(first));
  const remainder = hasDomain ? others.join('/') : text.includes('/') ? text : `library/${text}`;
  const [remote] = remainder.split(':', 1);
  return `invalid reference format${/[A-Z]/.test(remote) ? `: repository name (${remote}) must be lowercase` : ''}`;
}

/** The images of one engine: pulled, built and tagged. */
export class ImageStore {
  private readonly images = new Map<string, LocalImage>();
  /** Familiar name with tag → image id. */
  private readonly tags = new Map<string, string>();
  /** Image id → `repository@sha256:…`. */
  private readonly digests = new Map<string, Set<string>>();
  private readonly archived = new Map<string, LocalImage>();
  readonly credentials = new Map<string, RegistryCredentials>();

  constructor(
    private readonly simulation: Simulation,
    private readonly setup: DockerSetup,
    private readonly events: EngineEvents,
    /** Told of an image that cannot be pulled only because it is not simulated. */
    private readonly onMissing: (what: string) => void,
  ) {}

  static parse(text: string, reader: 'client' | 'daemon' = 'client'): ImageName {
    const parsed = parseImageReference(text);
    if (!parsed) {
      const problem = referenceProblem(text) ?? '';
      if (reader === 'daemon') daemonFailure(problem);
      throw new DockerFailure(problem, 1, true);
    }
    const tag = parsed.tag ?? 'latest';
    return {
      registry: parsed.registry,
      repository: parsed.repository,
      tag,
      familiar: `${familiarName(parsed.repository)}:${tag}`,
    };
  }

  list(): readonly LocalImage[] {
    return [...this.images.values()];
  }

  tagsOf(id: string): readonly string[] {
    return [...this.tags].filter(([, target]) => target === id).map(([name]) => name);
  }

  digestsOf(id: string): readonly string[] {
    return [...(this.digests.get(id) ?? [])];
  }

  /** By name or by the start of its id. */
  find(reference: string): LocalImage | undefined {
    const parsed = parseImageReference(reference);
    if (parsed) {
      const id = this.tags.get(`${familiarName(parsed.repository)}:${parsed.tag ?? 'latest'}`);
      if (id !== undefined && parsed.digest === undefined) return this.images.get(id);
    }
    if (!HEX_ID.test(reference)) return undefined;
    const start = reference.startsWith('sha256:') ? reference : `sha256:${reference}`;
    return this.list().find((image) => image.id.startsWith(start));
  }

  add(image: LocalImage): void {
    if (!this.images.has(image.id)) this.images.set(image.id, image);
  }

  tag(image: LocalImage, name: ImageName): void {
    this.add(image);
    this.tags.set(name.familiar, image.id);
  }

  untag(familiar: string): void {
    this.tags.delete(familiar);
  }

  remove(id: string): void {
    if (this.images.has(id)) this.events.note('image', 'delete', id, { name: id });
    this.images.delete(id);
    this.digests.delete(id);
    for (const name of this.tagsOf(id)) this.tags.delete(name);
  }

  /** Remembers an image that is in an archive. */
  keep(image: LocalImage): void {
    this.archived.set(image.id, image);
  }

  /** An image of an archive that was saved here. */
  kept(id: string): LocalImage | undefined {
    return this.archived.get(id);
  }

  /** The programs of every image: whatever files of any of them run on. */
  allPrograms(): ProgramTable {
    return new Map(this.list().flatMap(({ programs }) => [...programs]));
  }

  /** Has the image of a registry, which may say its digest; its errors are the engine's. */
  pull(reference: string, given?: string): PulledImage {
    const name = ImageStore.parse(reference);
    const resolved = this.setup.catalog.resolve(`${name.repository}:${name.tag}`, [...this.credentials.values()]);
    if (!resolved.ok) {
      if (resolved.error.mayExist === true) this.onMissing(`the image ${name.familiar}`);
      this.pullFailure(name, resolved.error.message);
    }
    const image = this.fromCatalog(resolved.value);
    const digest = given ?? `sha256:${resolved.value.imageId.split('@sha256:')[1]}`;
    const known = this.tags.get(name.familiar) === image.id;
    this.tag(image, name);
    this.noteDigest(image.id, `${familiarName(name.repository)}@${digest}`);
    this.events.note('image', 'pull', name.familiar, { name: familiarName(name.repository) });
    return { name, image: this.images.get(image.id) ?? image, digest, upToDate: known };
  }

  noteDigest(id: string, digest: string): void {
    this.digests.set(id, (this.digests.get(id) ?? new Set<string>()).add(digest));
  }

  private fromCatalog(image: Image): LocalImage {
    const createdAt = this.simulation.startTime - REGISTRY_AGE_MS;
    const [cmd] = [image.config.cmd ?? []];
    return {
      id: image.configDigest,
      createdAt,
      sizeBytes: image.sizeBytes,
      config: image.config,
      history: [
        {
          createdAt,
          createdBy: `CMD ${JSON.stringify(cmd)}`,
          sizeBytes: 0,
          comment: 'buildkit.dockerfile.v0',
        },
        { createdAt, createdBy: 'ADD rootfs.tar.gz / # buildkit', sizeBytes: image.sizeBytes, comment: '' },
      ],
      layers: [`sha256:${sha256Hex(`layer ${image.configDigest}`)}`],
      programs: image.programs,
      createRoot: (now) => image.createRoot(now),
    };
  }

  private pullFailure(name: ImageName, message: string): never {
    const lookup = /dial tcp: lookup (\S+): no such host/.exec(message);
    if (lookup)
      daemonFailure(`Get "https://${name.registry}/v2/": dial tcp: lookup ${lookup[1]} on 127.0.0.53:53: no such host`);
    if (message.includes('pull access denied'))
      daemonFailure(
        `pull access denied for ${familiarName(name.repository)}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
      );
    if (message.includes('fetch oauth token')) daemonFailure('unauthorized: incorrect username or password');
    const path = name.repository.slice(name.registry.length + 1);
    const head = `Head "https://${name.registry}/v2/${path}/manifests/${name.tag}"`;
    if (message.includes('fetch anonymous token')) daemonFailure(`${head}: unauthorized`);
    if (message.includes('401 Unauthorized'))
      daemonFailure(
        this.credentials.has(name.registry)
          ? 'unauthorized: authentication required'
          : `${head}: no basic auth credentials`,
      );
    daemonFailure(`manifest for ${name.familiar} not found: manifest unknown: manifest unknown`);
  }
}
