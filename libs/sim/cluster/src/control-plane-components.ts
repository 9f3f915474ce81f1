import {
  startControllers,
  type ApiServer,
  type ControllerDefinition,
  type RunningControllers,
} from '@seatrial/apiserver';
import type { ComponentHost, ComponentName } from '@seatrial/images';
import type { Simulation, Timer } from '@seatrial/kernel';
import type { Scheduler } from '@seatrial/scheduler';

/** How long a component takes from its start to its work: leader election, caches. */
const START_MS = 2000;

/** One node's listener for the API. */
export interface ApiListener {
  open(): void;
  close(): void;
}

/**
 * The control plane as its nodes' containers make it up. Until the first container of a component has started the
 * component runs by itself, as on clusters whose control plane is no pod; from then on it lives while one of them does.
 */
export class ControlPlaneComponents {
  private readonly running = new Map<ComponentName, Set<string>>();
  private readonly starts = new Map<ComponentName, Timer>();
  private readonly listeners = new Map<string, ApiListener>();
  private controllers: RunningControllers | undefined;

  constructor(
    private readonly simulation: Simulation,
    private readonly apiServer: ApiServer,
    private readonly scheduler: Scheduler,
    private readonly definitions: readonly ControllerDefinition[],
  ) {
    this.controllers = startControllers(apiServer, definitions);
  }

  addListener(node: string, listener: ApiListener): void {
    this.listeners.set(node, listener);
  }

  /** What a node's control-plane containers are told. */
  hostOf(node: string): ComponentHost {
    return {
      started: (name) => {
        const nodes = this.running.get(name) ?? new Set<string>();
        this.running.set(name, nodes.add(node));
        this.starts.get(name)?.cancel();
        if (nodes.size === 1)
          this.starts.set(
            name,
            this.simulation.after(START_MS, () => this.begin(name)),
          );
        if (name === 'kube-apiserver') this.simulation.after(START_MS, () => this.open(node));
        return () => {
          nodes.delete(node);
          if (name === 'kube-apiserver') this.listeners.get(node)?.close();
          if (nodes.size > 0) return;
          this.starts.get(name)?.cancel();
          this.end(name);
        };
      },
    };
  }

  private isUp(name: ComponentName): boolean {
    return this.running.get(name)?.size !== 0;
  }

  private open(node: string): void {
    if (this.isUp('etcd') && this.running.get('kube-apiserver')?.has(node)) this.listeners.get(node)?.open();
  }

  private begin(name: ComponentName): void {
    if (name === 'kube-scheduler') this.scheduler.resume();
    else if (name === 'kube-controller-manager')
      this.controllers ??= startControllers(this.apiServer, this.definitions);
    else {
      this.apiServer.available = this.isUp('etcd') && this.isUp('kube-apiserver');
      for (const node of this.listeners.keys()) this.open(node);
    }
  }

  private end(name: ComponentName): void {
    if (name === 'kube-scheduler') this.scheduler.pause();
    else if (name === 'kube-controller-manager') {
      this.controllers?.stop();
      this.controllers = undefined;
    } else {
      // Without its etcd an API server fails its health check and goes, too.
      this.apiServer.available = false;
      for (const listener of this.listeners.values()) listener.close();
    }
  }
}
