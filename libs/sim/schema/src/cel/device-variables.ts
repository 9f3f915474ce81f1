import { DYN, STRING, mapType, objectType, parseType, type CelType } from './check/cel-type.js';

const byDomain = (value: CelType): CelType => mapType(STRING, mapType(STRING, value));

/** The variables of device selectors (k8s.io/dynamic-resource-allocation/cel compile.go, v0.35). */
export const deviceVariables: ReadonlyMap<string, CelType> = new Map([
  [
    'device',
    objectType(
      'kubernetes.DRADevice',
      new Map([
        ['driver', STRING],
        ['attributes', byDomain(DYN)],
        ['capacity', byDomain(parseType('kubernetes.Quantity'))],
      ]),
    ),
  ],
]);
