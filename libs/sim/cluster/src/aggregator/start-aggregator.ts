import { ENDPOINT_SLICES, SERVICES, type ApiServer } from '@seatrial/apiserver';
import type { NetworkFabric } from '@seatrial/network';
import { formatTime } from '@seatrial/schema';
import { API_SERVICES, checkAvailability, type ApiService, type ApiServiceCondition } from './availability.js';

const SETTLE_MS = 10;
/** The controller's resync, and how long a failed check waits at the most. */
const RETRY_MS = 30_000;

/** kube-aggregator: tells of each APIService with a service whether it answers, and hands requests on while it does. */
class Aggregator {
  private readonly due = new Set<string>();
  /** The group versions that the aggregation layer has, by APIService. */
  private readonly handled = new Map<string, { readonly group: string; readonly version: string }>();
  private scheduled = false;

  constructor(
    private readonly apiServer: ApiServer,
    private readonly network: NetworkFabric,
    private readonly nodeName: string | undefined,
  ) {
    const { store } = apiServer;
    store.onChange(API_SERVICES, ({ object }) => {
      if (object.spec.service || this.handled.has(object.metadata.name)) this.check(object.metadata.name);
    });
    store.onChange(SERVICES, ({ object: { metadata } }) => {
      this.checkLeadingTo(metadata.namespace, metadata.name);
    });
    store.onChange(ENDPOINT_SLICES, ({ object: { metadata } }) => {
      this.checkLeadingTo(metadata.namespace, metadata.labels?.['kubernetes.io/service-name']);
    });
  }

  private checkLeadingTo(namespace: string | undefined, name: string | undefined): void {
    for (const { metadata, spec } of this.apiServer.store.list(API_SERVICES))
      if (spec.service?.name === name && spec.service?.namespace === namespace) this.check(metadata.name);
  }

  private check(name: string): void {
    this.due.add(name);
    if (this.scheduled) return;
    this.scheduled = true;
    this.apiServer.simulation.after(SETTLE_MS, () => {
      this.scheduled = false;
      const names = [...this.due];
      this.due.clear();
      for (const each of names) this.sync(each);
    });
  }

  private sync(name: string): void {
    const { store, aggregation, simulation } = this.apiServer;
    const apiService = store.get(API_SERVICES, undefined, name);
    const { group = '', version = '', service, groupPriorityMinimum = 0 } = apiService?.spec ?? {};
    if (!apiService || !service) {
      const gone = this.handled.get(name);
      this.handled.delete(name);
      if (gone) aggregation.withdraw(gone.group, gone.version);
      return;
    }
    this.handled.set(name, { group, version });
    const found = checkAvailability(store, this.network, this.nodeName, apiService);
    if (!found.available) {
      aggregation.suspend(group, version);
      this.report(apiService, 'False', found.reason, found.message);
      if (found.reason === 'FailedDiscoveryCheck') simulation.after(RETRY_MS, () => this.check(name));
      return;
    }
    this.report(apiService, 'True', 'Passed', 'all checks passed');
    if (aggregation.serving(group, version) === found.api) return;
    aggregation.serve(found.api, groupPriorityMinimum);
    found.api.begin();
  }

  private report(apiService: ApiService, status: string, reason: string, message: string): void {
    const conditions = apiService.status?.conditions ?? [];
    const before = conditions.find(({ type }) => type === 'Available');
    if (before?.status === status && before.reason === reason && before.message === message) return;
    const lastTransitionTime =
      before?.status === status ? before.lastTransitionTime : formatTime(this.apiServer.simulation.now());
    const condition: ApiServiceCondition = { type: 'Available', status, lastTransitionTime, reason, message };
    this.apiServer.client('kube-apiserver').updateStatus(API_SERVICES, {
      ...apiService,
      status: { conditions: [...conditions.filter((each) => each !== before), condition] },
    });
  }
}

/** Starts the aggregation layer of the API server that runs on a node. */
export function startAggregator(apiServer: ApiServer, network: NetworkFabric, nodeName: string | undefined): void {
  new Aggregator(apiServer, network, nodeName);
}
