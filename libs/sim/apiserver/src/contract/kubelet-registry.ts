import type { KubeletEndpoint } from './kubelet-endpoint.js';

/** The kubelets that answer, by node; tells who wants to know when one comes or goes. */
export class KubeletRegistry extends Map<string, KubeletEndpoint> {
  private readonly listeners = new Set<() => void>();

  /** The returned function ends it. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  override set(name: string, kubelet: KubeletEndpoint): this {
    super.set(name, kubelet);
    for (const listener of this.listeners) listener();
    return this;
  }

  override delete(name: string): boolean {
    const known = super.delete(name);
    if (known) for (const listener of this.listeners) listener();
    return known;
  }
}
