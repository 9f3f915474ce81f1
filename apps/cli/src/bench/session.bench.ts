import { openWorkstation } from '@seatrial/workstation';
import { defineBench } from './bench-group.js';
import { kubeadm, measureEach } from './measure.js';

const SESSIONS = 150;

/** What a student types in a first lesson: 20 commands. */
const COMMANDS = [
  'kubectl get nodes -o wide',
  'kubectl create namespace shop',
  'kubectl create deployment web --image=nginx --replicas=2 -n shop',
  'kubectl get pods -n shop',
  'kubectl expose deployment web --port=80 -n shop',
  'kubectl get svc,endpoints -n shop',
  'kubectl describe service web -n shop',
  'kubectl scale deployment web --replicas=4 -n shop',
  'kubectl get deployment web -n shop -o yaml > web.yaml',
  "sed -i 's/replicas: 4/replicas: 3/' web.yaml",
  'kubectl apply -f web.yaml',
  'kubectl rollout status deployment web -n shop',
  'kubectl set image deployment/web nginx=nginx:1.27 -n shop',
  'kubectl rollout history deployment web -n shop',
  'kubectl rollout undo deployment web -n shop',
  'kubectl get replicasets -n shop',
  "kubectl get pods -n shop -o jsonpath='{.items[*].metadata.name}'",
  'kubectl logs deploy/web -n shop --tail=5',
  'kubectl delete service web -n shop',
  'kubectl get all -n shop',
];

/** (d) A session of 20 commands from a new cluster on, each with the time it settles in. */
export const sessionBench = defineBench({
  name: 'session',
  run: () => {
    const session = (): void => {
      const workstation = openWorkstation({ profile: kubeadm(), seed: 'live' });
      for (const command of COMMANDS) {
        workstation.run(command);
        workstation.settle();
      }
    };
    return [
      {
        what: `(d) session of ${String(COMMANDS.length)} commands, warm, one thread`,
        value: measureEach(session, SESSIONS),
        target: 'p50 under 10 ms',
      },
    ];
  },
});
