import type { SourceNode } from '@seatrial/exercise';
import type { JsonObject } from '@seatrial/kernel';
import { defineCheck, failed, passed } from '../define-check.js';
import {
  QUERY_KEYS,
  find,
  objectEvidence,
  noSuchObject,
  queryText,
  readQuery,
  type ObjectQuery,
} from '../object-query.js';
import { findMismatch, valueText } from '../partial-match.js';

interface ResourceParameters {
  readonly query: ObjectQuery;
  readonly match: JsonObject;
  readonly absent: boolean;
}

/** An object exists at the end and has what `match` names of it; or, with `absent`, does not exist. */
export const resourceCheck = defineCheck<ResourceParameters>({
  type: 'resource',
  description: 'an object exists and matches, by name or labels',
  read: (node: SourceNode) => {
    node.mapping([...QUERY_KEYS, 'match', 'absent']);
    return {
      query: readQuery(node),
      match: node.member('match').object(),
      absent: node.member('absent').boolean(false),
    };
  },
  evaluate: ({ query, match, absent }, world) => {
    const what = queryText(query);
    const objects = find(world, query);
    if (!objects) {
      return failed(`the cluster knows no kind ${query.kind}`, `el clúster no conoce el tipo ${query.kind}`);
    }
    const [first] = objects;
    if (absent) {
      if (!first) return passed();
      return failed(
        `${what} should not exist any more`,
        `${what} ya no debería existir`,
        objectEvidence(world, first, 'exists'),
      );
    }
    if (!first) return noSuchObject(world, query);
    const mismatches = objects.map((object) => findMismatch(match, object));
    const matching = objects.find((_, index) => !mismatches[index]);
    if (matching) return passed(objectEvidence(world, matching, 'matches'));
    const [mismatch] = mismatches;
    const { path, expected, found } = mismatch ?? { path: '', expected: '', found: '' };
    return failed(
      `${path} of ${what} is ${valueText(found)}, expected ${valueText(expected)}`,
      `${path} de ${what} es ${valueText(found)}, se esperaba ${valueText(expected)}`,
      objectEvidence(world, first, `${path} = ${valueText(found)}`),
    );
  },
});
