import { expect, it } from 'vitest';
import { gradeSession } from '../../fixtures/graded-session.js';

const CRON_JOB = `$ kubectl create cronjob tick --image=busybox:1.36 --schedule='* * * * *' -- date
cronjob.batch/tick created
`;

it('lets time pass until what the session made is as old as the transcript shows', () => {
  const { steps } = gradeSession(
    `${CRON_JOB}$ kubectl get cronjob tick
NAME   SCHEDULE    TIMEZONE   SUSPEND   ACTIVE   LAST SCHEDULE   AGE
tick   * * * * *   <none>     False     0        12s             2m35s
$ kubectl get jobs
NAME            STATUS     COMPLETIONS   DURATION   AGE
tick-28512345   Complete   1/1           4s         72s
tick-28512346   Complete   1/1           4s         12s
$ kubectl logs job/tick-28512346
Mon Jan  5 10:02:02 UTC 2026
`,
  );
  expect(steps[1]?.stdout).toMatch(/\b2m\d+s$/m);
  expect(steps.map(({ waitedMs = 0 }) => waitedMs > 60_000)).toEqual([false, true, false, false]);
  expect(steps[2]?.stdout.match(/Complete/g)?.length).toBeGreaterThanOrEqual(2);
  expect([steps[3]?.exit, steps[3]?.claimDiffers]).toEqual([0, undefined]);
});

it('looks again at what is ready in the transcript and not yet here', () => {
  const shown = `NAME                   READY   STATUS    RESTARTS   AGE
web-54f6c8d9b7-x2x9z   1/1     Running   0          20s
`;
  const transcript = (output: string): string =>
    `$ kubectl apply -f - <<EOF
> apiVersion: apps/v1
> kind: Deployment
> metadata: { name: web }
> spec:
>   selector: { matchLabels: { app: web } }
>   template:
>     metadata: { labels: { app: web } }
>     spec:
>       containers:
>       - name: web
>         image: nginx:1.25
>         readinessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 45 }
> EOF
deployment.apps/web created
$ kubectl get pods
${output}`;
  expect(gradeSession(transcript(shown)).steps[1]?.stdout).toContain('1/1     Running');
  expect(gradeSession(transcript('')).steps[1]?.stdout).toContain('0/1     Running');
});

it('waits for a schedule that the transcript shows at work, but not for what it only claims', () => {
  const jobs = gradeSession(
    `${CRON_JOB}$ kubectl get jobs
NAME            STATUS     COMPLETIONS   DURATION   AGE
tick-28512345   Complete   1/1           4s         12s
`,
  );
  expect(jobs.steps[1]?.stdout).toContain('Complete');
  const claimed = gradeSession(
    `$ kubectl create deployment web --image=nginx:1.25
$ kubectl get pods
NAME                   READY   STATUS    RESTARTS   AGE
web-54f6c8d9b7-x2x9z   1/1     Running   0          5s
web-54f6c8d9b7-x2x9k   1/1     Running   0          5s
`,
    { check: 'type: scaling, with: { name: web, replicas: 2 }' },
  );
  expect([claimed.score.numerator, claimed.steps[1]?.claimDiffers]).toEqual([0, undefined]);
  expect(claimed.virtualMs).toBeLessThan(10 * 60_000);
});

it('waits until a node whose kubelet was stopped is not ready', () => {
  const { steps } = gradeSession(
    `vagrant@master:~$ kubectl drain node1 --ignore-daemonsets --delete-emptydir-data
node/node1 drained
vagrant@master:~$ ssh node1
vagrant@node1:~$ sudo systemctl stop kubelet
vagrant@node1:~$ exit
logout
vagrant@master:~$ kubectl get nodes
NAME     STATUS                        ROLES           AGE   VERSION
master   Ready                         control-plane   10d   v1.30.2
node1    NotReady,SchedulingDisabled   <none>          10d   v1.30.2
`,
  );
  expect(steps.map(({ ran }) => ran?.split(' ').slice(0, 3).join(' '))).toEqual([
    'kubectl drain node2',
    'ssh node2',
    undefined,
  ]);
  expect(steps[2]?.stdout).toMatch(/node2 +NotReady,SchedulingDisabled/);
});

it('never types a command again that changes something', () => {
  const { steps } = gradeSession(
    `$ kubectl create deployment web --image=nginx:1.25
$ kubectl get pods > pods.txt; date >> dates.txt
NAME                   READY   STATUS    RESTARTS   AGE
web-54f6c8d9b7-x2x9z   1/1     Running   0          5m
$ wc -l dates.txt
1 dates.txt
`,
  );
  expect(steps[2]?.stdout).toBe('1 dates.txt\n');
});
