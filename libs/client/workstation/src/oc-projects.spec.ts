import { recordedProfile } from '@seatrial/cluster';
import { expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const SERVER = 'https://172.18.0.2:6443';
const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
const SET = 'kubectl config set-context --current --namespace=default > /dev/null';
const list = (mark: string, own = mark): string =>
  NAMESPACES.map((name) => `\n${name === 'default' ? own : mark}${name}`).join('');
const HEADING =
  "You have access to the following projects and can switch between them with ' project <projectname>':\n";
const USING = `Using project "default" from context named "kubernetes-admin@kubernetes" on server "${SERVER}".\n`;

// Texts of openshift/oc, pkg/cli/project and projects.
it.each([
  ['oc project', 0, 'No project has been set. Pass a project name to make that the default.\n'],
  ['oc project -q', 1, 'error: no project has been set\n'],
  [`${SET}; oc project`, 0, USING],
  [`${SET}; oc project -q`, 0, 'default\n'],
  ['oc new-project', 1, 'error: must have exactly one argument\n'],
  ['oc new-project web', 1, 'Error from server (NotFound): the server could not find the requested resource (get projectrequests.project.openshift.io)\n'],
  ['oc status', 1, 'error: you do not have rights to view project "default" specified in your config or the project doesn\'t exist\n'],
  ['oc logout', 1, 'error: You must have a token in order to logout.\n'],
  ['oc login -u developer -p developer', 1, `error: couldn't get ${SERVER}/.well-known/oauth-authorization-server: unexpected response status 403\n`],
  ['oc projects', 0, `${HEADING}${list('')}\n`],
  [`${SET}; oc projects`, 0, `${HEADING}${list('    ', '  * ')}\n\n${USING}`],
  ['oc projects -q', 0, `${NAMESPACES.join('\n')}\n`],
  ['oc project kubernetes-admin@kubernetes', 0, `Now using context named "kubernetes-admin@kubernetes" on server "${SERVER}".\n`],
  ['oc project nope', 1, `error: A project named "nope" does not exist on "${SERVER}".\nYour projects are:${list('* ')}\n`],
])('%s', (command, exit, text) => {
  const result = openWorkstation({ profile: recordedProfile, seed: 'oc-projects' }).run(command);
  expect({ ...result, text: result.stdout + result.stderr }).toMatchObject({ exit, text, unsupported: [] });
}); // prettier-ignore

it('a context of a project is not simulated', () => {
  const workstation = openWorkstation({ profile: recordedProfile, seed: 'oc-projects' });
  expect(workstation.run('oc project default').unsupported).toEqual(['oc project default (a new context)']);
});
