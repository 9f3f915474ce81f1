import { sleep, type Coroutine, type NetworkStack } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import type { Container, HTTPGetAction, LifecycleHandler } from 'kubernetes-types/core/v1.js';
import { resolveContainerPort } from './container-port.js';
import type { ContainerInstance } from './container-instance.js';
import { dialText } from './dial-text.js';
import { runInContainer } from './exec.js';

/** Whose hook it is, and from where HTTP hooks are sent. */
export interface HookTarget {
  /** `name_namespace(uid)`. */
  readonly pod: string;
  readonly podIp: string;
  readonly network: NetworkStack | undefined;
}

/** Runs a postStart or preStop handler to its end, however long; returns why it failed (pkg/kubelet/lifecycle handlers.go). */
export function* runHook(
  hook: LifecycleHandler,
  instance: ContainerInstance,
  container: Container,
  target: HookTarget,
): Coroutine<string | undefined> {
  const whose = `for Container ${goQuote(container.name)} in Pod ${goQuote(target.pod)} failed - error:`;
  if (hook.exec) {
    const command = hook.exec.command ?? [];
    const outcome = yield* runInContainer(instance, command);
    if (outcome.kind === 'exited' && outcome.code === 0) return undefined;
    const [error, output] =
      outcome.kind === 'exited'
        ? [`command '${command.join(' ')}' exited with ${outcome.code}: ${outcome.stderr}`, outcome.output]
        : [outcome.kind === 'error' ? outcome.message : '', ''];
    return `Exec lifecycle hook ([${command.join(' ')}]) ${whose} ${error}, message: ${goQuote(output)}`;
  }
  const pause = (hook as { readonly sleep?: { readonly seconds: number } }).sleep;
  if (pause) {
    yield* sleep(pause.seconds * 1000);
    return undefined;
  }
  if (hook.httpGet) {
    const error = yield* httpHook(hook.httpGet, container, target);
    return error && `HTTP lifecycle hook (${hook.httpGet.path ?? ''}) ${whose} ${error}`;
  }
  return undefined;
}

/** Any answer will do; the error is Go's. */
function* httpHook(action: HTTPGetAction, container: Container, target: HookTarget): Coroutine<string | undefined> {
  const port = resolveContainerPort(action.port, container);
  if (!port.ok) return port.error;
  const host = action.host || target.podIp;
  const path = action.path ?? '/';
  const url = `${(action.scheme ?? 'HTTP').toLowerCase()}://${host}:${port.value}${path.startsWith('/') ? path : `/${path}`}`;
  const dialed = yield* target.network?.dial({ host, port: port.value }) ?? none();
  if (!dialed?.ok)
    return `Get ${goQuote(url)}: ${dialText(dialed?.error.failure ?? 'timeout', `${host}:${port.value}`)}`;
  const answer = yield* dialed.value.http({
    method: 'GET',
    path,
    headers: new Map([
      ['host', host],
      ['user-agent', 'kube-lifecycle/1.35'],
      ['accept', '*/*'],
      ...(action.httpHeaders ?? []).map(({ name, value }): [string, string] => [name.toLowerCase(), value]),
    ]),
    body: '',
  });
  dialed.value.close();
  return answer.ok ? undefined : `Get ${goQuote(url)}: EOF`;
}

function* none(): Coroutine<undefined> {
  return undefined;
}
