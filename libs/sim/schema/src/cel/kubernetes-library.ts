import { Environment } from '@marcbachmann/cel-js';
import { registerAddressLibrary } from './library/address.library.js';
import { registerAuthorizerLibrary } from './library/authorizer.library.js';
import { registerFormatLibrary } from './library/format.library.js';
import { registerListLibrary } from './library/list.library.js';
import { registerQuantityLibrary } from './library/quantity.library.js';
import { registerSemverLibrary } from './library/semver.library.js';
import { registerSetLibrary } from './library/set.library.js';
import { registerStringLibrary } from './library/string.library.js';
import { registerUrlLibrary } from './library/url.library.js';

/**
 * Kubernetes' CEL functions on top of the standard ones (k8s.io/apiserver/pkg/cel/environment/base.go, v1.35), without
 * two-variable comprehensions.
 */
const LIBRARIES: readonly ((env: Environment) => void)[] = [
  registerAddressLibrary,
  registerAuthorizerLibrary,
  registerFormatLibrary,
  registerListLibrary,
  registerQuantityLibrary,
  registerSemverLibrary,
  registerSetLibrary,
  registerStringLibrary,
  registerUrlLibrary,
];

let base: Environment | undefined;

/** A new environment with the library in it, for the given variables. */
export function celEnvironment(variables: readonly string[]): Environment {
  if (!base) {
    base = new Environment({
      unlistedVariablesAreDyn: false,
      enableOptionalTypes: true,
      homogeneousAggregateLiterals: false,
      limits: {
        maxAstNodes: 20_000,
        maxDepth: 200,
        maxListElements: 5_000,
        maxMapEntries: 5_000,
        maxCallArguments: 32,
      },
    });
    for (const register of LIBRARIES) register(base);
  }
  const env = base.clone();
  for (const name of variables) env.registerVariable(name, 'dyn');
  return env;
}
