import { Task, TextInput, TextOutput, reportUnsupported, sleep, waitFor, type Coroutine } from '@seatrial/kernel';
import type { Container } from './container.js';
import type { HealthCheck } from './container-contract.js';

const LOG_ENTRIES = 5;
/** How often it is asked while it starts, within the start period. */
const START_INTERVAL_MS = 5000;

/** One run of the check. */
export interface ProbeResult {
  readonly start: number;
  readonly end: number;
  readonly exitCode: number;
  readonly output: string;
}

/** A container's health, kept by a probe that runs while the container does (moby daemon/health.go). */
export class ContainerHealth {
  status: 'starting' | 'healthy' | 'unhealthy' = 'starting';
  failingStreak = 0;
  readonly log: ProbeResult[] = [];
  private readonly task: Task;

  constructor(
    private readonly container: Container,
    private readonly check: HealthCheck,
  ) {
    this.task = new Task(container.engine.simulation, this.monitor());
  }

  stop(): void {
    this.task.cancel();
  }

  private *monitor(): Coroutine<void> {
    for (;;) {
      yield* sleep(this.interval());
      this.handle(yield* this.probe());
    }
  }

  private interval(): number {
    const { container, check } = this;
    const started = container.engine.simulation.now() - container.startedAt >= check.startPeriodMs;
    return started || this.status !== 'starting' ? check.intervalMs : START_INTERVAL_MS;
  }

  private *probe(): Coroutine<ProbeResult> {
    const { container, check } = this;
    const { simulation } = container.engine;
    const [kind, ...words] = check.test;
    const argv = kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : words;
    const start = simulation.now();
    const output = new TextOutput();
    const result = (exitCode: number, text: string): ProbeResult => ({
      start,
      end: simulation.now(),
      exitCode,
      output: text,
    });
    const started = container.spawn(argv, { stdin: new TextInput(''), stdout: output, stderr: output });
    if (!started.ok) reportUnsupported(container.engine.host, `the health check ${words.join(' ')}`);
    if (!started.ok)
      return result(
        -1,
        `OCI runtime exec failed: exec failed: unable to start container process: ${started.error.text}: unknown`,
      );
    if ((yield* waitFor([started.value.exited], check.timeoutMs)) < 0) {
      started.value.kill('KILL');
      const text = output.text === '' ? '' : `: ${output.text}`;
      return result(-1, `Health check exceeded timeout (${check.timeoutMs / 1000}s)${text}`);
    }
    const code = started.value.exitStatus?.code ?? 0;
    // The stand-ins for images leave programs out that the real ones check themselves with.
    if (code === 127) reportUnsupported(container.engine.host, `the health check ${words.join(' ')}`);
    return result(code, output.text);
  }

  private handle(result: ProbeResult): void {
    const { container, check } = this;
    const before = this.status;
    if (this.log.length >= LOG_ENTRIES) this.log.shift();
    this.log.push(result);
    if (result.exitCode === 0) {
      this.failingStreak = 0;
      this.status = 'healthy';
    } else if (before !== 'starting' || result.start - container.startedAt >= check.startPeriodMs) {
      this.failingStreak++;
      if (this.failingStreak >= check.retries) this.status = 'unhealthy';
    }
    if (this.status !== before) container.note(`health_status: ${this.status}`);
  }
}
