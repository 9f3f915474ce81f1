// Workloads, their autoscalers and budgets: what follows `metadata` in a manifest, by kind; some values are wrong.
import { podSpec, podTemplate } from '../pod-specs.mjs';
import { claimSpec } from './settings.mjs';

const selectorOf = (r, app) => ({ matchLabels: { app: r.mostly(app, ['other', 'Web', 'a b'], 0.03) } });

const replicas = (r) => (r.chance(0.8) ? { replicas: r.mostly(r.int(0, 4), [-1, '2', 1.5, null, 'two']) } : {});

const strategy = (r) =>
  r.pick([
    { type: 'Recreate' },
    {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: r.mostly(1, ['25%', 0, '10', -1]), maxUnavailable: r.mostly(0, [1, '50%', 'x']) },
    },
    { type: r.mostly('RollingUpdate', ['Rolling', 'recreate'], 0.2) },
    { type: 'Recreate', rollingUpdate: { maxSurge: 1 } },
  ]);

const workload = (r, app, extra) => ({
  ...replicas(r),
  selector: selectorOf(r, app),
  ...extra,
  template: podTemplate(r, app),
});

const jobSpec = (r) => ({
  ...(r.chance(0.4) && { completions: r.mostly(r.int(1, 4), [0, -2]) }),
  ...(r.chance(0.4) && { parallelism: r.mostly(r.int(1, 3), [-1]) }),
  ...(r.chance(0.4) && { backoffLimit: r.mostly(r.int(0, 6), [-1, 'x']) }),
  ...(r.chance(0.2) && { activeDeadlineSeconds: r.mostly(60, [-5]) }),
  ...(r.chance(0.2) && { ttlSecondsAfterFinished: r.int(10, 100) }),
  ...(r.chance(0.15) && { completionMode: r.mostly('Indexed', ['indexed', 'NonIndexed']) }),
  ...(r.chance(0.15) && { suspend: r.chance(0.7) }),
  template: {
    spec: {
      ...podSpec(r),
      restartPolicy: r.mostly(r.pick(['Never', 'OnFailure']), ['Always', undefined, 'never'], 0.08),
    },
  },
});

const metric = (r) =>
  r.pick([
    {
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: r.mostly(60, [0, -1, '60']) } },
    },
    { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '200Mi' } } },
    {
      type: r.mostly('Resource', ['Pods', 'resource'], 0.3),
      resource: { name: 'cpu', target: { type: 'Value', value: '1' } },
    },
  ]);

export const WORKLOADS = {
  pod: (r) => ({ spec: podSpec(r) }),
  deployment: (r, app) => ({
    spec: workload(r, app, {
      ...(r.chance(0.3) && { strategy: strategy(r) }),
      ...(r.chance(0.15) && { revisionHistoryLimit: r.mostly(2, [-1]) }),
      ...(r.chance(0.15) && { minReadySeconds: r.mostly(5, [-1, 700]) }),
      ...(r.chance(0.1) && { progressDeadlineSeconds: r.mostly(60, [0, 3]) }),
      ...(r.chance(0.05) && { paused: true }),
    }),
  }),
  replicaset: (r, app) => ({ spec: workload(r, app, {}) }),
  statefulset: (r, app) => ({
    spec: workload(r, app, {
      serviceName: r.mostly(app, [undefined, 'A_b']),
      ...(r.chance(0.2) && { podManagementPolicy: r.mostly('Parallel', ['parallel']) }),
      ...(r.chance(0.2) && { updateStrategy: { type: r.mostly('OnDelete', ['RollingUpdate', 'Recreate']) } }),
      ...(r.chance(0.3) && {
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec(r) }],
      }),
    }),
  }),
  daemonset: (r, app) => ({ spec: { selector: selectorOf(r, app), template: podTemplate(r, app) } }),
  replicationcontroller: (r, app) => ({ spec: { ...replicas(r), selector: { app }, template: podTemplate(r, app) } }),
  job: (r) => ({ spec: jobSpec(r) }),
  cronjob: (r) => ({
    spec: {
      schedule: r.mostly(
        r.pick(['0 3 * * *', '@daily', '0 0 1 1 *', '30 2 * * 1-5']),
        ['* * *', '61 * * * *', 'daily', '@never'],
        0.1,
      ),
      ...(r.chance(0.3) && { concurrencyPolicy: r.mostly('Forbid', ['forbid', 'Replace', 'Never'], 0.3) }),
      ...(r.chance(0.2) && { suspend: r.mostly(true, ['yes']) }),
      ...(r.chance(0.15) && { timeZone: r.mostly('Europe/Madrid', ['Madrid', 'local', '']) }),
      ...(r.chance(0.2) && { successfulJobsHistoryLimit: r.mostly(1, [-1]) }),
      ...(r.chance(0.1) && { startingDeadlineSeconds: r.mostly(30, [-3]) }),
      jobTemplate: { spec: jobSpec(r) },
    },
  }),
  horizontalpodautoscaler: (r, app) => ({
    spec: {
      scaleTargetRef: {
        apiVersion: 'apps/v1',
        kind: r.mostly('Deployment', ['deployment', 'StatefulSet']),
        name: r.mostly(app, ['', 'ghost']),
      },
      ...(r.chance(0.7) && { minReplicas: r.mostly(1, [0, 7, -1]) }),
      maxReplicas: r.mostly(r.int(2, 6), [0, '4', undefined]),
      ...(r.chance(0.7) && { metrics: [metric(r)] }),
    },
  }),
  poddisruptionbudget: (r, app) => ({
    spec: {
      ...r.pick([
        { minAvailable: 1 },
        { maxUnavailable: '50%' },
        { minAvailable: 1, maxUnavailable: 1 },
        { minAvailable: '120%' },
        { maxUnavailable: 0 },
      ]),
      selector: { matchLabels: { app } },
    },
  }),
};
