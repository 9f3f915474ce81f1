// The persistent bash of one recording, on the control-plane node.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT_MS = 60_000;
const PATIENCE_MS = 12_000;

export class StudentShell {
  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'step-'));
  #count = 0;
  #bash = spawn('bash', ['--norc', '--noprofile'], {
    cwd: '/home/student/work',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env['PATH'], HOME: '/home/student', USER: 'student', TERM: 'dumb', LANG: 'C.UTF-8' },
  });

  #limitMs;

  constructor(limitMs = LIMIT_MS) {
    this.#limitMs = limitMs;
    this.#bash.stdin.write('set -m\n');
  }

  /** Runs one step's text: {stdout, stderr, exit, ms}. After the limit (a minute) it gets SIGINT, then SIGKILL. */
  async run(text) {
    const file = path.join(this.#folder, String(++this.#count));
    const read = (end) => (fs.existsSync(file + end) ? fs.readFileSync(file + end, 'utf8') : '');
    fs.writeFileSync(`${file}.sh`, `${text}\n`);
    const begin = Date.now();
    this.#bash.stdin.write(
      `{ . ${file}.sh; } >${file}.out 2>${file}.err </dev/null; echo $? >${file}.code; mv ${file}.code ${file}.exit\n`,
    );
    while (!fs.existsSync(`${file}.exit`) && this.#bash.exitCode === null) {
      const spent = Date.now() - begin;
      if (spent > this.#limitMs + PATIENCE_MS) break;
      if (spent > this.#limitMs) {
        this.#interrupt(spent > this.#limitMs + PATIENCE_MS / 2 ? 'SIGKILL' : 'SIGINT');
        await sleep(500);
      }
      await sleep(10);
    }
    const ms = Date.now() - begin;
    return {
      stdout: read('.out'),
      stderr: read('.err').replaceAll(`${file}.sh: `, 'bash: '),
      exit: Number(read('.exit') || '130'),
      ms,
    };
  }

  #interrupt(signal) {
    const children = spawnSync('pgrep', ['-P', String(this.#bash.pid)], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter(Boolean);
    for (const child of children) {
      try {
        process.kill(-Number(child), signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  /** Ends the shell with its jobs. */
  end() {
    spawnSync('pkill', ['-9', '-s', String(this.#bash.pid)]);
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}
