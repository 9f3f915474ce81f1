import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('keeps every project as tools/projects.json says', () => {
  const { status, stderr } = spawnSync(process.execPath, ['tools/sync-projects.mjs', '--check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
