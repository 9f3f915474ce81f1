import type { Program, Signal } from '@seatrial/kernel';

/** The parts of an OCI image configuration that a runtime uses. */
export interface ImageConfig {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  readonly user?: string;
  readonly exposedPorts?: readonly number[];
  readonly stopSignal?: Signal;
}

/** A file of an image; plain text is a file of mode 0644. */
export type ImageFile =
  | string
  | { readonly content: string; readonly mode?: number; readonly owner?: string }
  | { readonly link: string }
  | { readonly directory: true; readonly mode?: number; readonly owner?: string };

/** An image as data and behaviour. */
export interface ImageDefinition {
  /** With registry: `docker.io/library/nginx`. */
  readonly repository: string;
  readonly tags: readonly string[];
  readonly sizeBytes: number;
  readonly config: ImageConfig;
  /** Absolute path → file. */
  readonly files?: Readonly<Record<string, ImageFile>>;
  /** Names of applets in /bin; their programs come from whoever runs the container (`sh`, `ls`, …). */
  readonly binaries?: readonly string[];
  /** Names in /bin of commands that are not busybox's but those of a whole distribution (`nslookup` of bind-tools). */
  readonly gnu?: readonly string[];
  /** Absolute path → the image's own program (servers, mostly). */
  readonly programs?: Readonly<Record<string, Program>>;
  /** What differs by tag. */
  readonly variant?: (tag: string) => Partial<Omit<ImageDefinition, 'repository' | 'tags' | 'variant'>>;
  /**
   * Commands that the published image has and the recordings' stand-in has not. Clusters that reach the internet have them:
   * by the program of the name, or as something that is not simulated.
   */
  readonly published?: (tag: string) => readonly string[];
  /** Programs of the published image that do more than those of the stand-in. */
  readonly publishedPrograms?: (tag: string) => Readonly<Record<string, Program>>;
  /** Tags that the published image has and the recordings' stand-in has not. */
  readonly publishedTags?: readonly string[];
  /** Whether there are further tags, which act as these do: of published images, by what is known of their releases. */
  readonly hasTag?: (tag: string) => boolean;
  /** Only clusters that reach the internet can have it: no node brings it along. */
  readonly fromInternet?: boolean;
  /** Pulling needs credentials of this registry: any, or these. */
  readonly private?: boolean | { readonly username: string; readonly password: string };
}

/** Under this name whoever runs containers has a command of a whole distribution, beside busybox's of that name. */
export const gnuProgram = (name: string): string => `gnu/${name}`;

/** Names an image definition; for its type only. */
export const defineImage = (image: ImageDefinition): ImageDefinition => image;
