import { startEmbeddedService } from '../service/embedded-service.js';
import { GraphqlClient } from '../service/graphql-client.js';
import { seedCourse } from '../service/seed.js';
import { submitAndFollow, type FinishedRun, type Progress } from '../service/submit-sample.js';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

function progressText({ state, step, steps, command }: Progress): string {
  if (state !== 'running' || steps === 0) return `    … ${state}`;
  return `    … ${state} ${String(step + 1)}/${String(steps)}  ${command?.split('\n')[0]?.slice(0, 90) ?? ''}`;
}

function printResult(title: string, run: FinishedRun, ms: number): void {
  const score = run.score && run.maximum ? `${run.score.exact}/${run.maximum.exact}` : '–';
  say(`${title}  ${score} points  ${run.outcome}  ${String(Math.round(ms))} ms`);
  if (run.problem) say(`    ! ${run.problem.message.en}`);
  for (const { status, id, points, earned, reason } of run.checks) {
    if (status !== 'passed') say(`    - ${id} (${earned.exact} of ${points.exact}): ${reason?.en ?? status}`);
  }
  for (const { what } of run.unsupported) say(`    ? not simulated: ${what}`);
}

/** Starts everything from nothing, submits every sample over GraphQL, shows what comes, stops cleanly. */
export async function runDemo(): Promise<number> {
  const environment = { LOG_LEVEL: 'warn', PORT: '0', ...process.env };
  const service = await startEmbeddedService({ environment, say });
  const clients: GraphqlClient[] = [];
  let faults = 0;
  try {
    const { samples, studentTokens } = await seedCourse(service.api.application);
    say(`API: ${service.api.url}/graphql\nseeded: ${String(samples.length)} samples\n`);
    for (const { exercise, sample, student } of samples) {
      const client = new GraphqlClient(service.api.url, studentTokens.get(student) ?? '');
      clients.push(client);
      const { manifests, transcript } = sample;
      const started = performance.now();
      const content = { manifests, ...(transcript !== undefined && { transcript }) };
      const run = await submitAndFollow(client, exercise, content, (progress) => {
        if (progress.state !== 'finished') say(progressText(progress));
      });
      const title = `${exercise}  ${sample.path.replace('samples/', '')}  ${student}`;
      printResult(title, run, performance.now() - started);
      if (run.outcome === 'grader_error') faults++;
    }
    say(`\n${String(samples.length)} submissions graded, ${String(faults)} faults of ours`);
  } finally {
    for (const client of clients) await client.close();
    await service.stop();
  }
  say('stopped');
  return faults === 0 ? 0 : 1;
}
