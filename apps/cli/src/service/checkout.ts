import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExerciseFolder } from '@seatrial/exercise';

/** The folder of the checkout that this program was built in. */
export const CHECKOUT = fileURLToPath(new URL('../../../../', import.meta.url));
export const MIGRATIONS = join(CHECKOUT, 'prisma/migrations');
export const EXERCISES = join(CHECKOUT, 'exercises');

/** Every exercise below a folder: where its exercise.yaml stands, with its files. */
export function readExerciseFolders(root: string): { readonly path: string; readonly folder: ExerciseFolder }[] {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .filter(({ name }) => name === 'exercise.yaml')
    .map(({ parentPath }) => ({ path: parentPath, folder: readFolder(parentPath) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function readFolder(folder: string): ExerciseFolder {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((file) => [relative(folder, file).split(sep).join('/'), readFileSync(file, 'utf8')]),
  );
}
