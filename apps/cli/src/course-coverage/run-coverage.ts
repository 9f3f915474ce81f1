import { readFile, writeFile } from 'node:fs/promises';
import { coverageDocument } from './coverage-document.js';
import { readCourseCommands } from './course-commands.js';
import { plainWorkstation } from './course-workstation.js';
import { toolsDocument } from './tools-document.js';
import { COVERAGE_CLASSES, tryCommand } from './try-command.js';

const CORPUS = 'docs/course-commands.txt';

/** Writes docs/course-coverage.md and docs/tools.md, in the repository's root. */
export async function runCoverage(): Promise<number> {
  const commands = readCourseCommands(await readFile(CORPUS, 'utf8'));
  const results = commands.map(tryCommand);
  await writeFile('docs/course-coverage.md', coverageDocument(results));
  await writeFile('docs/tools.md', toolsDocument(plainWorkstation()));
  for (const name of COVERAGE_CLASSES) {
    const forms = results.filter(({ coverage }) => coverage === name).length;
    process.stdout.write(`${name.padEnd(15)}${String(forms)}\n`);
  }
  return 0;
}
