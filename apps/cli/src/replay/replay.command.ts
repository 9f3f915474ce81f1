import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Piscina } from 'piscina';
import { UsageError, type CliCommand } from '../cli-command.js';
import type { ReplayTask } from './replay.worker.js';

/** Recordings under a file or folder, as paths relative to `base`. */
function findRecordings(target: string): { readonly base: string; readonly files: readonly string[] } {
  if (!fs.existsSync(target)) throw new UsageError(`${target}: no such file or folder`);
  if (!fs.statSync(target).isDirectory()) return { base: path.dirname(target), files: [path.basename(target)] };
  const files = fs.readdirSync(target, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  return { base: target, files: files.sort() };
}

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { out: { type: 'string' }, quiet: { type: 'boolean' }, threads: { type: 'string' } },
  });
  const [target] = positionals;
  if (!target || positionals.length > 1) throw new UsageError('give one file or folder');
  const { base, files } = findRecordings(target);
  const threads = Math.min(Number(values.threads ?? os.availableParallelism()), Math.max(1, files.length));
  const pool = new Piscina<ReplayTask, string>({
    filename: new URL('./replay.worker.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
  });
  const start = performance.now();
  let failed = 0;
  const replayOne = async (file: string): Promise<void> => {
    const outFile = values.out === undefined ? undefined : path.join(values.out, file);
    try {
      const text = await pool.run({ file: path.join(base, file) });
      if (outFile === undefined) return void process.stdout.write(text);
      fs.mkdirSync(path.dirname(outFile), { recursive: true });
      fs.writeFileSync(outFile, text);
    } catch (error) {
      failed++;
      console.error(`${file}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  };
  await Promise.all(files.map(replayOne));
  await pool.destroy();
  if (!values.quiet) console.error(`replayed ${files.length} sessions in ${Math.round(performance.now() - start)} ms`);
  return failed > 0 ? 1 : 0;
}

export const replayCommand: CliCommand = {
  name: 'replay',
  usage:
    'replay <file|folder> [--out DIR] [--threads N] [--quiet]   replays recorded sessions on the simulated cluster',
  run,
};
