import type { FileSystem } from '@seatrial/kernel';

/** Where a registry keeps what it has: texts by path. */
export interface RegistryFiles {
  read(path: string): string | undefined;
  write(path: string, text: string): void;
  remove(path: string): void;
  /** Names in a folder, sorted; none where there is no such folder. */
  list(folder: string): readonly string[];
}

/** The files below a folder of a machine. */
export function filesBelow(files: FileSystem, root: string): RegistryFiles {
  return {
    read: (path) => {
      const read = files.readFile(`${root}/${path}`);
      return read.ok ? read.value : undefined;
    },
    write: (path, text) => {
      const full = `${root}/${path}`;
      files.makeDirectories(full.slice(0, full.lastIndexOf('/')));
      files.writeFile(full, text);
    },
    remove: (path) => {
      files.remove(`${root}/${path}`, true);
    },
    list: (folder) => {
      const names = files.readDirectory(`${root}/${folder}`);
      return names.ok ? [...names.value].sort() : [];
    },
  };
}

/** Files of a host of which nothing else is simulated. */
export function filesInMemory(): RegistryFiles {
  const texts = new Map<string, string>();
  const below = (path: string): readonly string[] => [...texts.keys()].filter((each) => each.startsWith(`${path}/`));
  return {
    read: (path) => texts.get(path),
    write: (path, text) => void texts.set(path, text),
    remove: (path) => {
      for (const each of [path, ...below(path)]) texts.delete(each);
    },
    list: (folder) => [...new Set(below(folder).map((path) => path.slice(folder.length + 1).split('/')[0]))].sort(),
  };
}
