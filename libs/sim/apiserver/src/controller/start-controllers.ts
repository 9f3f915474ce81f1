import { volumeContents } from '@seatrial/kernel';
import type { ApiServer } from '../contract/api-server.js';
import type { ControllerContext, ControllerDefinition } from '../contract/controller.js';
import { ChangeDispatch } from './change-dispatch.js';
import { Resync } from './resync.js';
import { WorkQueue } from './work-queue.js';

/** How long a change takes through watch and informer to a controller, ms. */
const INFORMER_DELAY_MS = 3;

export interface RunningControllers {
  stop(): void;
}

/** Runs control loops against an API server until they are stopped. Objects that exist already count as added. */
export function startControllers(
  apiServer: ApiServer,
  definitions: readonly ControllerDefinition[],
): RunningControllers {
  const dispatch = new ChangeDispatch(apiServer);
  const stops = definitions.map((definition) => startController(apiServer, definition, dispatch));
  return {
    stop: () => {
      for (const stop of stops) stop();
      dispatch.stop();
    },
  };
}

function startController(apiServer: ApiServer, definition: ControllerDefinition, dispatch: ChangeDispatch): () => void {
  const { simulation } = apiServer;
  const work = (key: string): void => {
    const result = definition.reconcile(context, key);
    if (result === 'done') queue.forget(key);
    else queue.addRateLimited(key);
  };
  const queue = new WorkQueue(simulation, INFORMER_DELAY_MS, work, definition.retries);
  const context: ControllerContext = {
    client: apiServer.client(definition.component),
    events: apiServer.recorder(definition.component),
    random: simulation.random.split(`controller/${definition.name}`),
    authority: apiServer.authority,
    now: () => simulation.now(),
    kubelets: apiServer.kubelets,
    contents: volumeContents(simulation),
    requeueAfter: (key, delayMs) => queue.addAfter(key, delayMs),
  };
  const stops: (() => void)[] = [];
  for (const source of definition.sources) {
    stops.push(dispatch.add(source, context, queue));
  }
  for (const source of definition.sources) {
    for (const object of apiServer.store.list(source.resource))
      for (const key of source.keys({ type: 'ADDED', object }, context)) queue.add(key);
  }
  if (definition.resync) stops.push(dispatch.addResync(new Resync(simulation, definition.resync, context, queue)));
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}
