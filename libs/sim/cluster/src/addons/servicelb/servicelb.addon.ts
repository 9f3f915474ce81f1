import { startControllers } from '@seatrial/apiserver';
import { defineImage } from '@seatrial/images';
import { waitFor, type Coroutine, type Process } from '@seatrial/kernel';
import { defineAddon } from '../addon.js';
import { serviceLbController } from './servicelb.controller.js';

/** Its rules are kube-proxy's: a Service's load balancer addresses are handled on every node. */
function* klipper(process: Process): Coroutine<number> {
  for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
  yield* waitFor([process.signalArrived]);
  return 0;
}

/** ServiceLB (klipper-lb), the load balancer of k3s. */
export const serviceLbAddon = defineAddon({
  name: 'servicelb',
  objects: () => [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'svclb', namespace: 'kube-system' } }],
  images: [
    defineImage({
      repository: 'docker.io/rancher/klipper-lb',
      tags: ['v0.4.7', 'v0.4.9', 'v0.4.13'],
      sizeBytes: 4_990_000,
      config: { entrypoint: ['/usr/bin/entry'] },
      programs: { '/usr/bin/entry': klipper },
    }),
  ],
  start: (apiServer) => {
    startControllers(apiServer, [serviceLbController]);
  },
});
