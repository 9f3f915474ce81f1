import { baseName, directoryName } from '@seatrial/kernel';
import { gnuProgram, type ImageDefinition, type ImageFile } from './image.js';

/** A file of an image that containers copy when they look at it. */
export type TemplateNode =
  | {
      readonly type: 'file';
      readonly content: string;
      readonly program?: string;
      readonly mode: number;
      readonly owner: string;
    }
  | { readonly type: 'link'; readonly target: string; readonly mode: number; readonly owner: string }
  | TemplateDirectory;

export interface TemplateDirectory {
  readonly type: 'directory';
  readonly mode: number;
  readonly owner: string;
  readonly entries: Map<string, TemplateNode>;
}

export interface ImageTree {
  readonly root: TemplateDirectory;
}

const directory = (mode = 0o755, owner = 'root'): TemplateDirectory => ({
  type: 'directory',
  mode,
  owner,
  entries: new Map(),
});

function directoryAt(root: TemplateDirectory, path: string): TemplateDirectory {
  let here = root;
  for (const part of path.split('/').filter((name) => name !== '')) {
    const next = here.entries.get(part);
    if (next?.type === 'directory') here = next;
    else {
      const made = directory();
      here.entries.set(part, made);
      here = made;
    }
  }
  return here;
}

function place(root: TemplateDirectory, path: string, node: TemplateNode): void {
  const parent = directoryAt(root, directoryName(path));
  const old = parent.entries.get(baseName(path));
  if (node.type === 'directory' && old?.type === 'directory')
    parent.entries.set(baseName(path), { ...node, entries: old.entries });
  else parent.entries.set(baseName(path), node);
}

function toNode(file: ImageFile): TemplateNode {
  if (typeof file === 'string') return { type: 'file', content: file, mode: 0o644, owner: 'root' };
  if ('link' in file) return { type: 'link', target: file.link, mode: 0o777, owner: 'root' };
  if ('directory' in file) return directory(file.mode, file.owner);
  return { type: 'file', content: file.content, mode: file.mode ?? 0o644, owner: file.owner ?? 'root' };
}

/** The file tree that an image's definition describes, with the directories that every container has. */
export function buildImageTree(image: ImageDefinition): ImageTree {
  const root = directory();
  for (const path of ['/bin', '/dev', '/etc', '/proc', '/sys', '/root', '/var', '/usr/bin']) directoryAt(root, path);
  if (image.binaries) place(root, '/tmp', directory(0o1777));
  const executable = (path: string, program: string): void => {
    place(root, path, { type: 'file', content: '\u007fELF', program, mode: 0o755, owner: 'root' });
  };
  for (const name of image.binaries ?? []) executable(`/bin/${name}`, name);
  for (const name of image.gnu ?? []) executable(`/bin/${name}`, gnuProgram(name));
  for (const path of Object.keys(image.programs ?? {})) executable(path, `${image.repository}${path}`);
  for (const [path, file] of Object.entries(image.files ?? {})) place(root, path, toNode(file));
  return { root };
}
