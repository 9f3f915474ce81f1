import { describe, expect, it } from 'vitest';
import { FileSystem, newDirectory, resolvePath } from '../index.js';

const create = (): FileSystem => new FileSystem({ now: () => 7 });

describe('FileSystem', () => {
  it('resolves paths as text', () => {
    expect(resolvePath('/home/ana', '../bo/./x//y')).toBe('/home/bo/x/y');
    expect(resolvePath('/', '..')).toBe('/');
  });

  it('writes, lists, renames and removes', () => {
    const files = create();
    files.makeDirectories('/a/b');
    expect(files.writeFile('/a/b/c.txt', 'one').ok).toBe(true);
    files.writeFile('/a/b/c.txt', ' two', { append: true });
    expect(files.readFile('/a/b/c.txt')).toEqual({ ok: true, value: 'one two' });
    expect(files.rename('/a/b/c.txt', '/a/d.txt').ok).toBe(true);
    expect(files.readDirectory('/a')).toEqual({ ok: true, value: ['b', 'd.txt'] });
    expect(files.remove('/a')).toEqual({ ok: false, error: 'ENOTEMPTY' });
    expect(files.remove('/a', true).ok).toBe(true);
    expect(files.exists('/a')).toBe(false);
  });

  it.each([
    ['/missing/x', 'ENOENT'],
    ['/file/x', 'ENOTDIR'],
    ['/loop/x', 'ELOOP'],
  ])('refuses to read %s: %s', (path, error) => {
    const files = create();
    files.writeFile('/file', 'x');
    files.makeLink('/loop', '/loop');
    expect(files.readFile(path)).toEqual({ ok: false, error });
  });

  it('shows a mounted tree, read-only when asked, and follows links into it', () => {
    const files = create();
    const volume = new FileSystem({ now: () => 7 }, newDirectory(7));
    volume.writeFile('/key', 'value');
    files.mount('/etc/config', volume.root, true);
    files.makeLink('/link', '/etc/config/key');
    expect(files.readFile('/link')).toEqual({ ok: true, value: 'value' });
    expect(files.writeFile('/etc/config/key', 'x')).toEqual({ ok: false, error: 'EROFS' });
    expect(files.writeFile('/etc/config/other', 'x')).toEqual({ ok: false, error: 'EROFS' });
    expect(files.readDirectory('/etc')).toEqual({ ok: true, value: ['config'] });
    expect(files.remove('/etc/config')).toEqual({ ok: false, error: 'EBUSY' });
  });

  it('empties what is removed of a mounted tree for those who have mounted some of it', () => {
    const volume = new FileSystem({ now: () => 7 }, newDirectory(7));
    volume.makeDirectories('/cache/deep');
    volume.writeFile('/cache/deep/b', 'x');
    const part = volume.stat('/cache');
    const [whole, other] = [create(), create()];
    whole.mount('/all', volume.root);
    if (part.ok) other.mount('/cache', part.value);
    whole.remove('/all/cache', true);
    expect(other.readDirectory('/cache')).toEqual({ ok: true, value: [] });
  });
});
