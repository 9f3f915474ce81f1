import { compareStrings, sha256Hex } from '@seatrial/kernel';
import type { RegistryFiles } from './registry-files.js';

const ROOT = 'docker/registry/v2';
/** So many folders of repositories are looked at for a catalogue. */
const MAX_FOLDERS = 2000;

/** `sha256:…` of a text. */
export const digestOf = (text: string): string => `sha256:${sha256Hex(text)}`;

const hexOf = (digest: string): string => digest.replace(/^sha256:/, '');

/** The blobs, manifests and tags of a registry, in the folders of Distribution's file system driver (registry/storage/paths.go). */
export class RegistryStore {
  constructor(private readonly files: RegistryFiles) {}

  private repository(name: string): string {
    return `${ROOT}/repositories/${name}`;
  }

  private blobPath(digest: string): string {
    const hex = hexOf(digest);
    return `${ROOT}/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
  }

  private linkPath(name: string, kind: '_layers' | '_manifests/revisions', digest: string): string {
    return `${this.repository(name)}/${kind}/sha256/${hexOf(digest)}/link`;
  }

  private tagPath(name: string, tag: string): string {
    return `${this.repository(name)}/_manifests/tags/${tag}`;
  }

  private linked(path: string): string | undefined {
    const digest = this.files.read(path);
    return digest === undefined ? undefined : this.files.read(this.blobPath(digest));
  }

  /** A blob that the repository has. */
  blob(name: string, digest: string): string | undefined {
    return this.linked(this.linkPath(name, '_layers', digest));
  }

  putBlob(name: string, text: string): void {
    this.keep(name, '_layers', text);
  }

  private keep(name: string, kind: '_layers' | '_manifests/revisions', text: string): string {
    const digest = digestOf(text);
    this.files.write(this.blobPath(digest), text);
    this.files.write(this.linkPath(name, kind, digest), digest);
    return digest;
  }

  /** The digest that a tag or a digest stands for; undefined when the repository has none. */
  resolve(name: string, reference: string): string | undefined {
    const path = reference.includes(':')
      ? this.linkPath(name, '_manifests/revisions', reference)
      : `${this.tagPath(name, reference)}/current/link`;
    return this.files.read(path);
  }

  manifest(name: string, digest: string): string | undefined {
    return this.linked(this.linkPath(name, '_manifests/revisions', digest));
  }

  /** Keeps a manifest, under a tag where one is given; its digest. */
  putManifest(name: string, text: string, tag: string | undefined): string {
    const digest = this.keep(name, '_manifests/revisions', text);
    if (tag === undefined) return digest;
    this.files.write(`${this.tagPath(name, tag)}/current/link`, digest);
    this.files.write(`${this.tagPath(name, tag)}/index/sha256/${hexOf(digest)}/link`, digest);
    return digest;
  }

  /** Takes a tag away, or a manifest with all its tags. */
  removeManifest(name: string, reference: string): void {
    if (!reference.includes(':')) {
      this.files.remove(this.tagPath(name, reference));
      return;
    }
    for (const tag of this.tags(name) ?? [])
      if (this.resolve(name, tag) === reference) this.files.remove(this.tagPath(name, tag));
    this.files.remove(`${this.repository(name)}/_manifests/revisions/sha256/${hexOf(reference)}`);
  }

  removeBlob(name: string, digest: string): void {
    this.files.remove(`${this.repository(name)}/_layers/sha256/${hexOf(digest)}`);
  }

  /** The tags of a repository, sorted; undefined when it has no manifests. */
  tags(name: string): readonly string[] | undefined {
    const folder = `${this.repository(name)}/_manifests`;
    return this.files.list(folder).length === 0 ? undefined : this.files.list(`${folder}/tags`);
  }

  /** The repositories that have manifests, by their parts. */
  repositories(): readonly string[] {
    const found: string[] = [];
    const open = [''];
    for (let looked = 0; open.length > 0 && looked < MAX_FOLDERS; looked++) {
      const name = open.pop() ?? '';
      const names = this.files.list(`${ROOT}/repositories${name === '' ? '' : `/${name}`}`);
      if (names.includes('_manifests')) found.push(name);
      for (const part of names) if (!part.startsWith('_')) open.push(name === '' ? part : `${name}/${part}`);
    }
    return found.sort((a, b) => compareStrings(a.replaceAll('/', '\0'), b.replaceAll('/', '\0')));
  }

  /** What has been sent of a blob; undefined when no such upload was begun. */
  upload(name: string, id: string): string | undefined {
    return this.files.read(`${this.repository(name)}/_uploads/${id}/data`);
  }

  putUpload(name: string, id: string, text: string): void {
    this.files.write(`${this.repository(name)}/_uploads/${id}/data`, text);
  }

  endUpload(name: string, id: string): void {
    this.files.remove(`${this.repository(name)}/_uploads/${id}`);
  }
}
