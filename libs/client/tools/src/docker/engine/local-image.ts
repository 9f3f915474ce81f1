import type { ImageConfig } from '@seatrial/images';
import type { Directory, ProgramTable } from '@seatrial/kernel';

/** One line of `docker history`. */
export interface HistoryEntry {
  readonly createdAt: number;
  readonly createdBy: string;
  readonly sizeBytes: number;
  readonly comment: string;
}

/** An image in the engine's own store. */
export interface LocalImage {
  /** `sha256:…` */
  readonly id: string;
  readonly createdAt: number;
  readonly sizeBytes: number;
  readonly config: ImageConfig & { readonly labels?: Readonly<Record<string, string>> };
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
