// real.mjs < REQUESTS > ANSWERS: asks the real control plane (real.sh up; run inside its namespaces), each request in a dry run.
import readline from 'node:readline';
import { ask } from '../../api.mjs';
import { BASES, baseObject } from './bases.mjs';

const PATCHES = { strategic: 'strategic-merge-patch', merge: 'merge-patch', apply: 'apply-patch' };

function folderOf({ path, namespaced }) {
  const [resource, version, group] = path.split('/').reverse();
  const root = group ? `/apis/${group}/${version}` : `/api/${version}`;
  return `${root}${namespaced ? '/namespaces/default' : ''}/${resource}`;
}

function answer({ verb, object, validation, ...request }) {
  const options = `dryRun=All&fieldValidation=${validation}&fieldManager=student`;
  if (verb === 'create') return ask('POST', `${folderOf(request)}?${options}`, object);
  const url = `${folderOf(request)}/${object.metadata.name}?${options}`;
  if (verb === 'update') return ask('PUT', url, object);
  return ask('PATCH', url, object, `application/${PATCHES[verb]}+${verb === 'apply' ? 'yaml' : 'json'}`);
}

for (const base of BASES) await ask('POST', `${folderOf(base)}?fieldManager=base`, baseObject(base));
for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  // Now and then the real server ends the connection without an answer.
  const { status, body, warnings } = await answer(request).catch(({ message }) => ({ status: 0, body: { message } }));
  console.log(JSON.stringify({ seed: request.seed, status, body, warnings }));
}
process.exit();
