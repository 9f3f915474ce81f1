import { deepClone, jsonEqual, type JsonValue } from '@seatrial/kernel';

/** What one plugin remembers of its first round (webhookReinvokeContext, policyReinvokeContext). */
export class PluginRounds {
  private lastOutput: JsonValue | undefined;
  private invoked = new Set<string>();
  private readonly again = new Set<string>();

  constructor(private readonly chain: Reinvocation) {}

  /** Starts a round; when the plugins between changed the object, all that may are asked again. */
  begin(object: JsonValue | undefined): void {
    if (this.chain.isReinvoke && !jsonEqual(this.lastOutput ?? null, object ?? null)) this.requireAgain();
  }

  /** In the second round only those are asked that were asked before and may be asked again. */
  skips(id: string): boolean {
    return this.chain.isReinvoke && !this.again.has(id);
  }

  changed(): void {
    this.requireAgain();
    this.chain.shouldReinvoke = true;
  }

  mayRepeat(id: string): void {
    this.invoked.add(id);
  }

  end(object: JsonValue | undefined): void {
    this.lastOutput = object === undefined ? undefined : deepClone(object);
  }

  private requireAgain(): void {
    for (const id of this.invoked) this.again.add(id);
    this.invoked = new Set();
  }
}

/** Whether the mutating plugins of a request run a second time (k8s.io/apiserver/pkg/admission/reinvocation.go). */
export class Reinvocation {
  isReinvoke = false;
  shouldReinvoke = false;
  private plugins: Map<string, PluginRounds> | undefined;

  of(plugin: string): PluginRounds {
    this.plugins ??= new Map();
    let rounds = this.plugins.get(plugin);
    if (!rounds) {
      rounds = new PluginRounds(this);
      this.plugins.set(plugin, rounds);
    }
    return rounds;
  }
}
