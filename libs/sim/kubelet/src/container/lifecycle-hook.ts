import { sleep, type Coroutine, type NetworkStack } from '@seatrial/kernel';
import type { Container, LifecycleHandler } from 'kubernetes-types/core/v1.js';
import type { ContainerInstance } from './container-instance.js';
import { runInContainer } from './exec.js';

/** Runs a postStart or preStop handler; returns why it failed (pkg/kubelet/lifecycle handlers.go). */
export function* runHook(
  hook: LifecycleHandler,
  instance: ContainerInstance,
  container: Container,
  target: { readonly podIp: string; readonly network: NetworkStack | undefined; readonly timeoutMs: number },
): Coroutine<string | undefined> {
  if (hook.exec) {
    const command = hook.exec.command ?? [];
    const outcome = yield* runInContainer(instance, command, target.timeoutMs);
    if (outcome.kind === 'exited' && outcome.code === 0) return undefined;
    const why =
      outcome.kind === 'exited'
        ? `command '${command.join(' ')}' exited with ${outcome.code}: ${outcome.output}`
        : outcome.kind === 'error'
          ? outcome.message
          : 'context deadline exceeded';
    return why;
  }
  const pause = (hook as { readonly sleep?: { readonly seconds: number } }).sleep;
  if (pause) {
    yield* sleep(Math.min(pause.seconds * 1000, target.timeoutMs));
    return undefined;
  }
  if (hook.httpGet) {
    const { httpGet } = hook;
    const named =
      typeof httpGet.port === 'string'
        ? container.ports?.find((port) => port.name === httpGet.port)?.containerPort
        : httpGet.port;
    const host = httpGet.host || target.podIp;
    const dialed = yield* target.network?.dial({ host, port: named ?? 80, timeoutMs: target.timeoutMs }) ?? none();
    if (!dialed?.ok)
      return `Get "http://${host}:${named ?? 80}/${(httpGet.path ?? '').replace(/^\//, '')}": dial tcp ${host}:${named ?? 80}: connect: connection refused`;
    const answer = yield* dialed.value.http({
      method: 'GET',
      path: httpGet.path ?? '/',
      headers: new Map([
        ['host', host],
        ['user-agent', 'kube-lifecycle/1.35'],
      ]),
      body: '',
    });
    dialed.value.close();
    return answer.ok && answer.value.status < 400 ? undefined : 'HTTP lifecycle hook failed';
  }
  return undefined;
}

function* none(): Coroutine<undefined> {
  return undefined;
}
