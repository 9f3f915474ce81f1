import { TextOutput } from '@seatrial/kernel';
import { runCommand } from '@seatrial/shell';
import { defineCommand } from '../../command.js';
import { toolProgram } from '../../tool/tool.js';
import { notSimulated } from '../cluster-tool.js';
import { createKustomization } from './create-kustomization.js';
import { edit } from './edit-command.js';
import { pageOf } from './kustomize-usage.js';

const VERSION = 'v5.7.1';

/** `kustomize`: what kubectl has of it under a name of its own, and `edit` and `create` (sigs.k8s.io/kustomize 5.7.1, which kubectl 1.35 brings). */
export const kustomize = defineCommand({
  name: 'kustomize',
  paths: ['/usr/local/bin/kustomize'],
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const [verb = '', ...words] = tool.args;
    if (verb === 'version') {
      yield* tool.out(`${VERSION}\n`);
      return 0;
    }
    if (verb === 'edit') return yield* edit(tool, words);
    if (verb === 'create' || verb === 'init') return yield* createKustomization(tool, words);
    const page = pageOf([verb, ...words].filter((word) => !/^(?:-h|--help|help)$/.test(word)).join(' '));
    if (page !== undefined && (verb === '' || [verb, ...words].some((word) => /^(?:-h|--help|help)$/.test(word)))) {
      yield* tool.out(page);
      return 0;
    }
    if (verb !== 'build') return yield* notSimulated(tool, verb);
    const [stdout, stderr] = [new TextOutput(), new TextOutput()];
    const built = yield* runCommand(tool.process, ['kubectl', 'kustomize', ...words], { stdout, stderr });
    if (!built.ok) return yield* notSimulated(tool, verb);
    yield* tool.err(stderr.text.replace(/^error: /m, 'Error: '));
    yield* tool.out(stdout.text);
    return built.value.code;
  }),
});
