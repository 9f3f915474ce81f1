import { resolvePath } from '@seatrial/kernel';
import { defineVerb, stringFlag } from '@seatrial/kubectl';
import { failHelm } from '../helm-failure.js';
import { chartScaffoldJson } from '../reference/scaffold.gen.js';
import { demandArguments } from './demand-arguments.js';

let scaffold: readonly (readonly [path: string, text: string])[] | undefined;

/** The files that `helm create` v4.1 writes, `<CHARTNAME>` for the chart's name. */
export const chartScaffold = (): NonNullable<typeof scaffold> =>
  (scaffold ??= JSON.parse(chartScaffoldJson) as NonNullable<typeof scaffold>);

export const createVerb = defineVerb({
  name: 'create',
  usage: 'NAME',
  short: 'create a new chart with the given name',
  flags: [stringFlag('starter', '', { shorthand: 'p' })],
  *run(k) {
    demandArguments(k, 1);
    // filepath.Base leaves a slash at the end out, filepath.Dir takes what is before it for the folder.
    const base = k.args[0].replace(/\/+$/, '');
    const name = base.slice(base.lastIndexOf('/') + 1);
    const argument = base === k.args[0] ? base : `${base}/${name}`;
    yield* k.out(`Creating ${k.args[0]}\n`);
    if (name === '' || name.length > 250) failHelm(`chart name must be between 1 and 250 characters`);
    if (!/^[a-zA-Z0-9._-]+$/.test(name)) failHelm('chart name must match the regular expression "^[a-zA-Z0-9._-]+$"');
    const { files } = k.process.machine;
    const folder = resolvePath(k.process.cwd, argument);
    const parent = folder.slice(0, Math.max(1, folder.lastIndexOf('/')));
    if (!files.isDirectory(parent)) failHelm(`stat ${parent}: no such file or directory`);
    if (files.exists(folder) && !files.isDirectory(folder))
      failHelm(`file ${folder} already exists and is not a directory`);
    for (const sub of ['templates/tests', 'charts']) files.makeDirectories(`${folder}/${sub}`);
    for (const [path, text] of chartScaffold()) {
      if (files.exists(`${folder}/${path}`))
        yield* k.out(`WARNING: File "${folder}/${path}" already exists. Overwriting.\n`);
      const written = files.writeFile(`${folder}/${path}`, text.replaceAll('<CHARTNAME>', name));
      if (!written.ok) failHelm(`mkdir ${folder}: ${written.error}`);
    }
    return 0;
  },
});
