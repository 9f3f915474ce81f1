import { Attached } from '../attached.js';
import type { Simulation } from '../simulation.js';
import type { Directory, FileNode } from './file-node.js';
import { newDirectory } from './new-directory.js';

function copyNode(node: FileNode, now: number): FileNode {
  if (node.type !== 'directory') return { ...node };
  const copy: Directory = { ...node, entries: new Map(), modifiedAt: now };
  for (const [name, entry] of node.entries) copy.entries.set(name, copyNode(entry, now));
  return copy;
}

/** What storage outside the nodes holds (exports, cloud disks, snapshots), by handle: the same wherever it is mounted. */
export class VolumeContents {
  private readonly directories = new Map<string, Directory>();

  constructor(private readonly simulation: Simulation) {}

  /** The directory of a handle; an empty one where there is none yet. */
  directory(handle: string): Directory {
    const found = this.directories.get(handle) ?? newDirectory(this.simulation.now(), 0o777);
    this.directories.set(handle, found);
    return found;
  }

  /** Fills a handle with what another one holds now. */
  copy(from: string, to: string): void {
    this.directories.set(to, copyNode(this.directory(from), this.simulation.now()) as Directory);
  }

  remove(handle: string): void {
    this.directories.delete(handle);
  }
}

const CONTENTS = new Attached<Simulation, VolumeContents>();

/** The storage outside the nodes of a simulation. */
export function volumeContents(simulation: Simulation): VolumeContents {
  const found = CONTENTS.get(simulation) ?? new VolumeContents(simulation);
  CONTENTS.set(simulation, found);
  return found;
}
