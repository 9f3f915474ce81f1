import {
  FunctionFailure,
  TemplateSet,
  templateFunction,
  templateResult,
  type FunctionTable,
  type TemplateProblem,
} from '@seatrial/template';
import { marked } from './render-error.js';
import type { RenderOptions } from './render-options.js';
import { sprigFunctions } from './sprig.js';
import { fromToml } from './toml-decode.js';
import { toToml } from './toml-encode.js';

const MAX_NESTED_INCLUDES = 1000;

/** A set of templates with Sprig's functions and Helm's own (pkg/engine/engine.go). */
export function chartTemplates(name: string, options: RenderOptions, base?: TemplateSet): TemplateSet {
  const included = new Map<string, number>();
  const failure = (problem: TemplateProblem, before = ''): never => {
    throw new FunctionFailure(before + problem.message, [before + problem.message, problem.message, ...problem.causes]);
  };
  const functions: FunctionTable = {
    ...sprigFunctions(options),
    fromToml: templateFunction(['string'], (text: string) => fromToml(text, options.onUnsupported)),
    toToml: templateFunction(1, toToml),
    include: templateFunction(['string', 'any'], (template: string, data: unknown) => {
      const times = included.get(template) ?? 0;
      if (times > MAX_NESTED_INCLUDES)
        throw new FunctionFailure(
          `rendering template has a nested reference name: ${template}: unable to execute template`,
        );
      included.set(template, times + 1);
      const run = templateResult(() => set.execute(template, data));
      included.set(template, times);
      return run.ok ? run.value : failure(run.error);
    }),
    tpl: templateFunction(['string', 'any'], (text: string, data: unknown) => {
      const inner = chartTemplates(name, options, set);
      const parsed = templateResult(() => {
        inner.parse(name, text);
      });
      if (!parsed.ok) return failure(parsed.error, `cannot parse template ${JSON.stringify(text)}: `);
      const run = templateResult(() => inner.execute(name, data));
      if (run.ok) return run.value.replaceAll('<no value>', '');
      return failure(run.error, `error during tpl function execution for ${JSON.stringify(text)}: `);
    }),
    required: templateFunction(['string', 'any'], (warning: string, value: unknown) => {
      if ((value === null || value === '') && options.onComplaint) {
        options.onComplaint(value === null ? 'nothing' : 'empty', warning);
        return '';
      }
      if (value === null || value === '') throw new FunctionFailure(marked(warning));
      return value;
    }),
    fail: templateFunction(['string'], (message: string) => {
      if (options.onComplaint) {
        options.onComplaint('fail', message);
        return '';
      }
      throw new FunctionFailure(marked(message));
    }),
    lookup: templateFunction(
      ['string', 'string', 'string', 'string'],
      (apiVersion: string, kind: string, namespace: string, found: string) =>
        options.lookup?.(apiVersion, kind, namespace, found) ?? {},
    ),
  };
  const set = new TemplateSet(name, { functions, missingKey: 'zero', charge: options.charge }, base);
  return set;
}
