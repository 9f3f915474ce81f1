// Writes the digest of everything that a verdict depends on besides the submission, the exercise and the seed: the sources
// of the libraries that replay and grade, the reference data, the versions of the packages. Runs before every build; the
// result is not committed.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const target = 'libs/grading/engine/src/engine-digest.gen.ts';
const ROOTS = ['libs/shared', 'libs/sim', 'libs/client', 'libs/grading', 'reference'];
const PACKAGES = 'package-lock.json';
const LENGTH = 12;

const isPartOfIt = (file) =>
  file.startsWith('reference/')
    ? file.endsWith('.json')
    : /\/src\/.*\.(?:ts|json)$/.test(file) && !/\.(?:spec|gen)\.ts$/.test(file);

const files = ROOTS.flatMap((root) =>
  fs
    .readdirSync(root, { recursive: true })
    .map((name) => path.posix.join(root, name.split(path.sep).join('/')))
    .filter((file) => !file.includes('/node_modules/') && isPartOfIt(file)),
).concat(PACKAGES);

const hash = createHash('sha256');
for (const file of files.sort()) {
  const text = fs.readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  hash.update(`${file}\0${Buffer.byteLength(text)}\0${text}`);
}
const text = `export const ENGINE_DIGEST = '${hash.digest('hex').slice(0, LENGTH)}';\n`;
if (!fs.existsSync(target) || fs.readFileSync(target, 'utf8') !== text) fs.writeFileSync(target, text);
