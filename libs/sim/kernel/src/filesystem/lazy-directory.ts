import type { Directory, FileNode } from './file-node.js';

/** A directory whose entries are made when somebody looks; with `always`, made anew at each look. */
export class LazyDirectory implements Directory {
  readonly type = 'directory';
  owner = 'root';
  group = 'root';
  private made: Map<string, FileNode> | undefined;

  constructor(
    public modifiedAt: number,
    public mode: number,
    private readonly make: () => Map<string, FileNode>,
    private readonly always = false,
  ) {}

  get entries(): Map<string, FileNode> {
    if (this.always) return this.make();
    this.made ??= this.make();
    return this.made;
  }
}
