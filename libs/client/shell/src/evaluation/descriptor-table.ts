import type { OpenFile } from './open-file.js';

/** The descriptors of a shell process: numbers that point at open files. */
export class DescriptorTable {
  private readonly files = new Map<number, OpenFile>();

  get(descriptor: number): OpenFile | undefined {
    return this.files.get(descriptor);
  }

  /** Points a descriptor at a file, taking over the caller's reference. */
  set(descriptor: number, file: OpenFile): void {
    this.files.get(descriptor)?.release();
    this.files.set(descriptor, file);
  }

  /** `dup2(2)`. False when the source is not open. */
  duplicate(from: number, to: number): boolean {
    const file = this.files.get(from);
    if (!file) return false;
    if (from !== to) this.set(to, file.retain());
    return true;
  }

  close(descriptor: number): void {
    this.files.get(descriptor)?.release();
    this.files.delete(descriptor);
  }

  /** The lowest free number from 10 on, for `{name}>file`. */
  free(): number {
    let descriptor = 10;
    while (this.files.has(descriptor)) descriptor++;
    return descriptor;
  }

  /** A table of its own with the same files open. */
  clone(): DescriptorTable {
    const copy = new DescriptorTable();
    for (const [descriptor, file] of this.files) copy.files.set(descriptor, file.retain());
    return copy;
  }

  closeAll(): void {
    for (const file of this.files.values()) file.release();
    this.files.clear();
  }
}
