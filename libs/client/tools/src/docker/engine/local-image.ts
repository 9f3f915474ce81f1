import type { ImageConfig } from '@seatrial/images';
import type { Directory, ProgramTable } from '@seatrial/kernel';
import type { HealthCheck } from './container-contract.js';

/** One line of `docker history`. */
export interface HistoryEntry {
  readonly createdAt: number;
  readonly createdBy: string;
  readonly sizeBytes: number;
  readonly comment: string;
}

/** An image's configuration, with what only Docker uses. */
export interface LocalImageConfig extends ImageConfig {
  readonly labels?: Readonly<Record<string, string>>;
  readonly healthCheck?: HealthCheck | undefined;
  /** Where containers get a volume of their own. */
  readonly volumes?: readonly string[];
}

/** An image in the engine's own store. */
export interface LocalImage {
  /** `sha256:…` */
  readonly id: string;
  readonly createdAt: number;
  readonly sizeBytes: number;
  readonly config: LocalImageConfig;
  /** Of a commit. */
  readonly comment?: string;
  readonly author?: string;
  readonly history: readonly HistoryEntry[];
  /** Digests of the layers' content. */
  readonly layers: readonly string[];
  readonly programs: ProgramTable;
  createRoot(now: number): Directory;
}

/** `docker.io/library/nginx` as people write it: `nginx`. */
export function familiarName(repository: string): string {
  return repository.replace(/^docker\.io\/(?:library\/)?/, '');
}

/** The twelve characters that lists show. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
