import { API_SERVER, type ApiServer } from '@seatrial/apiserver';
import { sleep, waitFor, type Coroutine, type Process } from '@seatrial/kernel';

const RETRY_MS = 2000;

/**
 * The API server, as a pod reaches it through the Service kubernetes; tries until it answers. Undefined when a signal
 * came before that.
 */
export function* reachApi(process: Process): Coroutine<ApiServer | undefined> {
  const { network } = process.machine;
  for (;;) {
    const host = process.env.get('KUBERNETES_SERVICE_HOST') ?? 'kubernetes.default.svc';
    const dialed = yield* network.dial({ host, port: 443, timeoutMs: 30_000 });
    if (dialed.ok) {
      const apiServer = dialed.value.service.capability?.(API_SERVER);
      dialed.value.close();
      if (apiServer) return apiServer;
    }
    yield* waitFor([process.signalArrived], RETRY_MS);
    if (process.signalArrived.ready) return undefined;
    yield* sleep(0);
  }
}
