import { baseName } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { TemplateSet, templateResult } from '@seatrial/template';
import { cleanPath } from '../clean-path.js';
import { sprigFunctions } from '../engine/sprig.js';
import { failHelm } from '../helm-failure.js';

/** The release's name and the chart, from the arguments (Install.NameAndChart); `otherwise` names a release without. */
export function nameAndChart(k: Invocation, otherwise?: string): { readonly name: string; readonly chart: string } {
  const { flags } = k;
  const template = flags.string('name-template');
  if (k.args.length > 2)
    failHelm(`expected at most two arguments, unexpected arguments: ${k.args.slice(2).join(', ')}`);
  if (k.args.length === 2) {
    if (flags.bool('generate-name')) failHelm('cannot set --generate-name and also specify a name');
    if (template !== '') failHelm('cannot set --name-template and also specify a name');
    return { name: k.args[0], chart: k.args[1] };
  }
  const [chart] = k.args;
  if (template !== '') return { name: templatedName(k, template), chart };
  if (otherwise !== undefined) return { name: otherwise, chart };
  if (!flags.bool('generate-name')) failHelm('must either provide a name or specify --generate-name');
  const base = baseName(cleanPath(chart));
  const plain = base === '.' || base === '' ? 'chart' : base.replace(/\..*$/s, '');
  return { name: `${plain}-${String(Math.floor(k.now() / 1000))}`, chart };
}

/** `--name-template`: a Go template with Sprig's functions. */
function templatedName(k: Invocation, template: string): string {
  const { simulation } = k.process.machine;
  const random = simulation.random.split(`helm-name/${String(k.now())}`);
  const functions = sprigFunctions({
    now: () => k.now(),
    random: (length, set) => random.characters(length, set),
    charge: (steps) => {
      simulation.charge('steps', steps);
    },
  });
  const set = new TemplateSet('name-template', { functions });
  const run = templateResult(() => {
    set.parse('name-template', template);
    return set.execute('name-template', null);
  });
  return run.ok ? run.value : failHelm(run.error.message);
}
