// Runs Prisma's command line with tools/schema-engine.mjs in place of the native schema engine, which
// would have to be downloaded: `npm run prisma -- migrate dev`, `node tools/prisma.mjs generate`.
import { spawnSync } from 'node:child_process';

const { status } = spawnSync(process.execPath, ['node_modules/prisma/build/index.js', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: {
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    PRISMA_SCHEMA_ENGINE_BINARY: './tools/schema-engine.mjs',
    ...process.env,
  },
});
process.exit(status ?? 1);
