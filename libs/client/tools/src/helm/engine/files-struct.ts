import { encodeBase64 } from '@seatrial/kernel';
import { toYaml } from '@seatrial/manifest';
import { TemplateStruct, templateFunction, type FunctionTable } from '@seatrial/template';
import type { ChartFile } from '../chart/chart.js';
import type { Values } from '../values/set-parser.js';

const globPattern = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .split(/(\*\*|\*|\?)/)
      .map((part) =>
        part === '**'
          ? '.*'
          : part === '*'
            ? '[^/]*'
            : part === '?'
              ? '[^/]'
              : part.replace(/[.+^$(){}|[\]\\]/g, '\\$&'),
      )
      .join('')}$`,
  );

/** `.Files`: what is neither template nor metadata (pkg/engine/files.go of Helm v4.1). */
export function filesStruct(files: readonly ChartFile[]): TemplateStruct {
  const get = (name: string): string => files.find((file) => file.name === name)?.data ?? '';
  const byName = (encode: (data: string) => string): Values =>
    Object.fromEntries(files.map(({ name, data }) => [name.slice(name.lastIndexOf('/') + 1), encode(data)]));
  const yaml = (encode: (data: string) => string): string => toYaml(byName(encode)).trimEnd();
  const methods: FunctionTable = {
    Get: templateFunction(['string'], get),
    GetBytes: templateFunction(['string'], get),
    Glob: templateFunction(['string'], (glob: string) =>
      filesStruct(files.filter(({ name }) => globPattern(glob.slice(0, 200)).test(name))),
    ),
    Lines: templateFunction(['string'], (name: string) =>
      get(name) === '' ? [] : get(name).replace(/\n$/, '').split('\n'),
    ),
    AsConfig: templateFunction([], () => yaml((data) => data)),
    AsSecrets: templateFunction([], () => yaml(encodeBase64)),
  };
  const entries = Object.fromEntries(files.map(({ name, data }) => [name, data]));
  return new TemplateStruct('engine.files', {}, methods, `map[${files.map(({ name }) => name).join(' ')}]`, entries);
}
