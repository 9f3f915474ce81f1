import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;

function run(script: string): string {
  const { stdout, stderr } = workstation.run(script, { timeoutMs: 900_000 });
  workstation.settle();
  return (stdout + stderr).trim();
}

/** Writes a manifest, applies it, and lets so many seconds pass. */
function apply(manifest: string, seconds = 0): void {
  run(`cat > m.yaml <<'EOF'\n${manifest}\nEOF\nkubectl apply -f m.yaml && sleep ${seconds}`);
}

beforeEach(() => {
  const profile = findProfile('kubeadm');
  invariant(profile, 'the profile exists');
  workstation = openWorkstation({ profile, seed: 'workloads' });
});

const job = (name: string, spec: string, command: string): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {name: ${name}}\nspec: {${spec}, template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sh, -c, '${command}']}]}}}`;

describe('a job', () => {
  it('keeps its status, and a failed pod, while it waits to replace it beside another that is ready', () => {
    apply(job('j', 'completions: 2, parallelism: 2', 'sleep 60'), 3);
    run('kubectl delete --wait=false $(kubectl get pods -o name | head -1); sleep 5');
    const status = (): string =>
      run("kubectl get job j -o jsonpath='{.status.active} {.status.ready} {.status.failed}'");
    expect([status(), run('kubectl get pods --no-headers | wc -l')]).toEqual(['2 2', '2']);
    run('sleep 12');
    expect([status(), run('kubectl get pods --no-headers | wc -l')]).toEqual(['2 2 1', '2']);
  });

  it.each([
    ['{"active":0}', ['status.ready: Invalid value: 1: cannot set more ready pods than active']],
    [
      '{"failed":-1}',
      [
        'status.failed: Invalid value: -1: must be greater than or equal to 0',
        'status.failed: Invalid value: -1: cannot decrease the failed counter',
      ],
    ],
    [
      '{"conditions":[{"type":"Complete","status":"True"}]}',
      [
        'status.completionTime: Required value: completionTime is required for Complete jobs',
        'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
        'status.active: Invalid value: 1: active>0 is invalid for finished job',
      ],
    ],
    [
      '{"completedIndexes":"1"}',
      [
        'status.completedIndexes: Invalid value: "1": error parsing completedIndexes: too large index: "1"',
        'status.completedIndexes: Invalid value: "1": cannot set non-empty completedIndexes when non-indexed completion mode',
      ],
    ],
    ['{"startTime":null}', ['status.startTime: Required value: startTime cannot be removed for unsuspended job']],
  ])('does not take the status %s', (status, complaints) => {
    apply(job('j', 'completions: 1', 'sleep 60'), 3);
    const answer = run(`kubectl patch job j --subresource=status --type=merge -p '{"status":${status}}'`);
    const list = complaints.length > 1 ? complaints.map((one) => `\n* ${one}`).join('') : complaints[0];
    expect(answer).toBe(`The Job "j" is invalid: ${list}`);
  });

  it('that replaces another lacks the selector and labels which that one was given', () => {
    apply(job('j', 'completions: 1', 'sleep 60'), 3);
    expect(run('kubectl replace -f m.yaml')).toContain(
      'The Job "j" is invalid: \n* spec.selector: Required value\n* spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`\n* spec.selector: Invalid value: null: field is immutable\n* spec.template: ',
    );
  });

  it('without labels shares those of its template, with the generated ones', () => {
    apply(
      'apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {template: {metadata: {labels: {a: b}}, spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}}}',
    );
    expect(run("kubectl get job j -o jsonpath='{.metadata.labels.a} {.metadata.labels.job-name}'")).toBe('b j');
  });

  it('does not count pods as failed that it deletes because it is suspended', () => {
    apply(job('j', 'completions: 2, parallelism: 2', 'sleep 100'));
    run(`kubectl patch job j -p '{"spec":{"suspend":true}}'; sleep 40`);
    const status = run(
      "kubectl get job j -o jsonpath='{.status.failed}/{.status.terminating}/{.status.conditions[*].type}'",
    );
    expect(status).toBe('/0/Suspended');
  });

  it('is complete with what its success policy asks for, and counts no more', () => {
    const spec =
      'completions: 3, parallelism: 3, completionMode: Indexed, successPolicy: {rules: [{succeededIndexes: "1"}]}';
    apply(job('j', spec, '[ $JOB_COMPLETION_INDEX = 1 ] || { trap "exit 0" TERM; sleep 100 & wait; }'), 10);
    const status = run(
      "kubectl get job j -o jsonpath='{.status.completedIndexes}/{.status.succeeded}/{.status.failed}/{.status.conditions[*].type}'",
    );
    expect(status).toBe('1/1//SuccessCriteriaMet Complete');
  });

  it('of a cron job whose schedule has changed starts when it is due next, not at once', () => {
    apply(
      'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: cron}\nspec: {schedule: "0 3 * * *", timeZone: Europe/Paris, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: ["true"]}]}}}}}',
      90,
    );
    run(`kubectl patch cronjob cron -p '{"spec":{"schedule":"* * * * *"}}'`);
    expect(run('kubectl get jobs -o name')).toBe('');
    run('sleep 60');
    const scheduled = run("kubectl get jobs -o jsonpath='{.items[0].metadata.annotations}'");
    expect(scheduled).toMatch(/"\d{4}-\d\d-\d\dT\d\d:\d\d:00\+01:00"/);
  });
});
