import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const generator = path.resolve('tools/generate-engine-version.mjs');
let root: string;

const write = (file: string, text: string): void => {
  fs.mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), text);
};

function generate(): string {
  const { stderr } = spawnSync(process.execPath, [generator], { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('');
  return fs.readFileSync(path.join(root, 'libs/grading/engine/src/engine-digest.gen.ts'), 'utf8');
}

beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'engine-version-'));
  write('libs/grading/engine/src/grade.ts', 'export const a = 1;\n');
  for (const file of [
    'libs/shared/contracts/src/index.ts',
    'libs/sim/kernel/src/index.ts',
    'libs/client/shell/src/a.ts',
  ])
    write(file, '');
  write('reference/kubernetes-1.35/schemas.json', '{}');
  write('package-lock.json', '{}');
});
afterAll(() => {
  fs.rmSync(root, { recursive: true });
});

it('changes with the sources, and with nothing else', () => {
  const first = generate();
  expect(first).toMatch(/^export const ENGINE_DIGEST = '[0-9a-f]{12}';\n$/);
  write('libs/grading/engine/src/grade.spec.ts', 'it');
  write('libs/grading/engine/dist/grade.js', 'dist');
  write('libs/server/queue/src/index.ts', 'server');
  write('libs/grading/engine/src/grade.ts', 'export const a = 1;\r\n');
  expect(generate()).toBe(first);
  write('libs/grading/engine/src/grade.ts', 'export const a = 2;\n');
  const second = generate();
  expect(second).not.toBe(first);
  write('reference/kubernetes-1.35/schemas.json', '{"a":1}');
  expect(generate()).not.toBe(second);
});
