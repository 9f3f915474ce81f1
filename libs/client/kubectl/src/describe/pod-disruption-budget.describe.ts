import type { PodDisruptionBudget } from '@seatrial/apiserver';
import { formatLabelSelector } from '@seatrial/schema';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** PodDisruptionBudget: what must stay, what may go, events. */
export const podDisruptionBudgetDescribe = defineDescriber<PodDisruptionBudget>({
  group: 'policy',
  kind: 'PodDisruptionBudget',
  describe: (budget, context) => {
    const w = new DescriptionWriter();
    const { spec, status } = budget;
    writeName(w, budget);
    if (spec.minAvailable !== undefined && spec.minAvailable !== null) w.field('Min available', spec.minAvailable);
    else if (spec.maxUnavailable !== undefined) w.field('Max unavailable', spec.maxUnavailable);
    w.field('Selector', spec.selector ? formatLabelSelector(spec.selector) : '<unset>');
    w.write(0, 'Status:\n');
    w.field('Allowed disruptions', status?.disruptionsAllowed ?? 0, 2);
    w.field('Current', status?.currentHealthy ?? 0, 2);
    w.field('Desired', status?.desiredHealthy ?? 0, 2);
    w.field('Total', status?.expectedPods ?? 0, 2);
    writeEventsOf(w, budget, context);
    return w.text();
  },
});
