import type { FileNode, FileView, SharedEntries } from '@seatrial/kernel';
import type { TemplateDirectory, TemplateNode } from './image-tree.js';

function materialize(node: TemplateNode, now: number): FileNode {
  if (node.type === 'directory')
    return {
      type: 'directory',
      mode: node.mode,
      owner: node.owner,
      group: node.owner,
      modifiedAt: now,
      entries: new LazyEntries(node, now),
    };
  return { ...node, group: node.owner, modifiedAt: now };
}

/**
 * Entries of a container's directory that are copied from the image one by one, when they are looked at:
 * thousands of idle containers share one image tree.
 */
export class LazyEntries extends Map<string, FileNode> implements SharedEntries {
  private complete = false;

  constructor(
    private readonly template: TemplateDirectory,
    private readonly time: number,
  ) {
    super();
  }

  private materializeAll(): void {
    if (this.complete) return;
    this.complete = true;
    for (const [name, node] of this.template.entries)
      if (!super.has(name)) super.set(name, materialize(node, this.time));
  }

  override get(name: string): FileNode | undefined {
    const own = super.get(name);
    if (own || this.complete) return own;
    const node = this.template.entries.get(name);
    if (!node) return undefined;
    const made = materialize(node, this.time);
    super.set(name, made);
    return made;
  }

  peek(name: string): FileView | undefined {
    return super.get(name) ?? (this.complete ? undefined : this.template.entries.get(name));
  }

  peekNames(): Iterable<string> {
    if (this.complete) return super.keys();
    return super.size === 0
      ? this.template.entries.keys()
      : new Set([...this.template.entries.keys(), ...super.keys()]);
  }

  override has(name: string): boolean {
    return super.has(name) || (!this.complete && this.template.entries.has(name));
  }

  override delete(name: string): boolean {
    this.materializeAll();
    return super.delete(name);
  }

  override clear(): void {
    this.complete = true;
    super.clear();
  }

  override get size(): number {
    this.materializeAll();
    return super.size;
  }

  override keys(): MapIterator<string> {
    this.materializeAll();
    return super.keys();
  }

  override values(): MapIterator<FileNode> {
    this.materializeAll();
    return super.values();
  }

  override entries(): MapIterator<[string, FileNode]> {
    this.materializeAll();
    return super.entries();
  }

  override [Symbol.iterator](): MapIterator<[string, FileNode]> {
    return this.entries();
  }

  override forEach(callback: (value: FileNode, key: string, map: Map<string, FileNode>) => void): void {
    this.materializeAll();
    super.forEach(callback);
  }
}
