// The simulated cluster as one that answers requests of requests.mjs.
import { createCluster, recordedProfile } from '@seatrial/cluster';
import { BASES, baseObject } from './bases.mjs';

const user = { username: 'kubernetes-super-admin', groups: ['system:masters', 'system:authenticated'] };

function addressOf({ path, namespaced }) {
  const [resource, version, group = ''] = path.split('/').reverse();
  return { group, version, resource, user, ...(namespaced && { namespace: 'default' }) };
}

function answer(apiServer, { verb, object, validation, ...request }) {
  const options = { dryRun: true, fieldValidation: validation, fieldManager: 'student' };
  const asked = { ...addressOf(request), body: object, bodyText: JSON.stringify(object), options };
  if (verb === 'create') return apiServer.handle({ ...asked, verb });
  const named = { ...asked, name: object.metadata.name };
  return apiServer.handle(verb === 'update' ? { ...named, verb } : { ...named, verb: 'patch', patchType: verb });
}

/** A cluster with an object of every kind; what it gives back asks it. */
export function openSimulated() {
  const { apiServer } = createCluster({ profile: recordedProfile, seed: 'fuzz', programs: new Map() });
  for (const base of BASES)
    apiServer.handle({ ...addressOf(base), verb: 'create', body: baseObject(base), options: { fieldManager: 'base' } });
  return (request) => {
    // Nothing that a client sends may make the server fail.
    try {
      const { code, body, warnings } = answer(apiServer, request);
      return { status: code, body, warnings };
    } catch (error) {
      return { status: 'crash', body: { message: error.stack.split('\n').slice(0, 3).join(' ') }, warnings: [] };
    }
  };
}
