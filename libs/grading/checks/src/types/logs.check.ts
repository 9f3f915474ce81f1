import { defineCheck, failed, passed, type CheckOutcome } from '../define-check.js';
import type { GradedWorld } from '../graded-world.js';
import { QUERY_KEYS, find, queryText, readQuery, type ObjectQuery } from '../object-query.js';
import { valueText } from '../partial-match.js';
import { readPattern, type TextPattern } from '../text-pattern.js';

const WAIT_STEP_MS = 1000;

interface LogsParameters {
  readonly query: ObjectQuery;
  readonly container: string | undefined;
  readonly pattern: TextPattern;
  readonly waitMs: number;
}

/** Some pod's log holds a text; time may pass first, for what is written every few seconds. */
export const logsCheck = defineCheck<LogsParameters>({
  type: 'logs',
  description: "a pod's log contains a text",
  read: (node) => {
    node.mapping([...QUERY_KEYS, 'container', 'contains', 'matches', 'waitSeconds']);
    const pattern = readPattern(node);
    if (!pattern) node.error('needs contains or matches');
    return {
      query: readQuery(node, 'Pod'),
      container: node.member('container').optionalString(),
      pattern: pattern ?? { source: '', matches: () => false },
      waitMs: node.member('waitSeconds').integer(0, 0) * 1000,
    };
  },
  evaluate: ({ query, container, pattern, waitMs }, world) => {
    for (let waited = 0; ; waited += WAIT_STEP_MS) {
      const outcome = search(query, container, pattern, world);
      if (outcome.kind === 'passed' || waited >= waitMs) return outcome;
      world.wait(WAIT_STEP_MS);
    }
  },
});

function search(
  query: ObjectQuery,
  container: string | undefined,
  pattern: TextPattern,
  world: GradedWorld,
): CheckOutcome {
  const pods = find(world, query) ?? [];
  let seen = '';
  for (const { metadata } of pods) {
    const log = world.log(metadata.namespace ?? 'default', metadata.name, container);
    if (log.ok && pattern.matches(log.value)) {
      return passed({ kind: 'log', subject: `pod ${metadata.name}`, found: pattern.source });
    }
    seen = log.ok ? log.value.trimEnd() : log.error;
  }
  if (pods.length === 0) return failed(`there is no ${queryText(query)}`, `no hay ${queryText(query)}`);
  const tail = valueText(seen.slice(-120));
  return failed(
    `no log of ${queryText(query)} has “${pattern.source}”; the last lines: ${tail}`,
    `ningún registro de ${queryText(query)} tiene «${pattern.source}»; las últimas líneas: ${tail}`,
    { kind: 'log', subject: queryText(query), found: tail },
  );
}
