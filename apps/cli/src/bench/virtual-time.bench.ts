import { openWorkstation } from '@seatrial/workstation';
import { defineBench } from './bench-group.js';
import { durationText, kubeadm, measure, type Duration } from './measure.js';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const WARM_UP = 3;

/** How long virtual time takes after a command, warm. */
function passTime(command: string, spanMs: number): Duration {
  const once = (): Duration => {
    const workstation = openWorkstation({ profile: kubeadm(), seed: 'bench' });
    const { exit, stderr } = workstation.run(command);
    if (exit !== 0) throw new Error(stderr);
    const { simulation } = workstation.cluster;
    return measure(() => {
      simulation.runUntil(simulation.now() + spanMs);
    });
  };
  for (let i = 0; i < WARM_UP; i++) once();
  return once();
}

/** (d) Virtual time in which little happens. */
export const virtualTimeBench = defineBench({
  name: 'virtual-time',
  run: () => {
    const cronJob = "kubectl create cronjob tick --image=busybox --schedule='* * * * *' -- date";
    return [
      {
        what: '(d) a CronJob every minute for 24 hours',
        value: durationText(passTime(cronJob, DAY_MS)),
        target: 'under 200 ms',
      },
      {
        what: 'ten minutes of CrashLoopBackOff',
        value: durationText(passTime('kubectl run crash --image=busybox -- false', 10 * MINUTE_MS)),
        target: 'under 5 ms',
      },
    ];
  },
});
