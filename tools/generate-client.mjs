// Generates the Prisma client when it is missing or older than its schema. Runs after `npm install` and before a build.
import fs from 'node:fs';
import { spawnSync } from 'node:child_process';

const client = 'libs/server/persistence/src/generated/client.ts';
const fresh = fs.existsSync(client) && fs.statSync(client).mtimeMs >= fs.statSync('prisma/schema.prisma').mtimeMs;
if (!fresh) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/prisma.mjs', 'generate'], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}`);
    process.exit(1);
  }
}
