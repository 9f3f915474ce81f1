import { goQuote, isValidPathSegmentName } from '@seatrial/schema';
import type { ClientRequest } from './api-connection.js';

/** Why a request has no path: client-go looks at each segment before it sends anything (rest.Request). */
export function pathProblem({ namespace, name, subresource }: ClientRequest): string | undefined {
  if (name === '') return 'resource name may not be empty';
  for (const [what, segment] of Object.entries({ namespace, 'resource name': name, subresource })) {
    const complaints = segment === undefined ? [] : isValidPathSegmentName(segment);
    if (complaints.length > 0) return `invalid ${what} ${goQuote(segment ?? '')}: [${complaints.join(' ')}]`;
  }
  return undefined;
}
