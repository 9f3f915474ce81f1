// Writes package.json and tsconfig.json of every project from tools/projects.json, which is the one
// place that says who may import whom. `--check` fails when a file differs.
import fs from 'node:fs';
import path from 'node:path';

const projects = JSON.parse(fs.readFileSync('tools/projects.json', 'utf8'));
const check = process.argv.includes('--check');
const pathOf = new Map(Object.keys(projects).map((folder) => [path.basename(folder), folder]));
const stale = [];

function write(file, value) {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) return;
  if (check) stale.push(file);
  else fs.writeFileSync(file, text);
}

for (const [folder, { layer, internal }] of Object.entries(projects)) {
  fs.mkdirSync(path.join(folder, 'src'), { recursive: true });
  const dependencies = Object.fromEntries([...internal].sort().map((name) => [`@seatrial/${name}`, '0.1.0']));
  write(path.join(folder, 'package.json'), {
    name: `@seatrial/${path.basename(folder)}`,
    version: '0.1.0',
    private: true,
    type: 'module',
    exports: { '.': { source: './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' } },
    ...(internal.length > 0 && { dependencies }),
    nx: { tags: [`layer:${layer}`, `project:${path.basename(folder)}`], targets: { build: {}, lint: {} } },
    scripts: {
      build: `node ${path.relative(folder, 'node_modules/tsgo/bin/tsc')} -b`,
      lint: 'eslint src',
    },
  });
  write(path.join(folder, 'tsconfig.json'), {
    extends: path.relative(folder, 'tsconfig.base.json'),
    compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/.tsbuildinfo' },
    include: ['src'],
    exclude: ['src/**/*.spec.ts'],
    references: internal.map((name) => ({ path: path.relative(folder, pathOf.get(name)) })),
  });
}
write('tsconfig.json', { files: [], references: Object.keys(projects).map((folder) => ({ path: folder })) });
if (stale.length > 0) {
  console.error(`run node tools/sync-projects.mjs: ${stale.join(', ')}`);
  process.exit(1);
}
