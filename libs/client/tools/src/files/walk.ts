import type { Tool } from '../tool/tool.js';

/** Joins an operand and a name the way tools print paths. */
export function joinPath(folder: string, name: string): string {
  return folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`;
}

/** Every file below a folder, in the order of names; links are not followed. */
export function filesBelow(tool: Tool, folder: string): string[] {
  const listed = tool.machine.files.readDirectory(tool.path(folder));
  if (!listed.ok) return [];
  tool.charge(1 + listed.value.length);
  return listed.value.flatMap((name) => {
    const path = joinPath(folder, name);
    const node = tool.stat(path, false);
    if (!node.ok) return [];
    if (node.value.type === 'directory') return filesBelow(tool, path);
    return node.value.type === 'file' ? [path] : [];
  });
}
