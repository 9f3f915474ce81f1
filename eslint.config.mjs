import nx from '@nx/eslint-plugin';
import ts from 'typescript-eslint';

/** Which layers a layer may import; the projects themselves are listed in tools/projects.json. */
const LAYERS = {
  kernel: [],
  schema: ['kernel'],
  merge: ['kernel', 'schema'],
  apiserver: ['kernel', 'schema', 'merge'],
  kinds: ['kernel', 'schema', 'merge', 'apiserver'],
  component: ['kernel', 'schema', 'merge', 'apiserver', 'kinds'],
  cluster: ['kernel', 'schema', 'merge', 'apiserver', 'kinds', 'component'],
  client: ['kernel', 'schema', 'merge', 'apiserver', 'kinds', 'component', 'cluster', 'client'],
  contracts: [],
  grading: [
    'kernel',
    'schema',
    'merge',
    'apiserver',
    'kinds',
    'component',
    'cluster',
    'client',
    'grading',
    'contracts',
  ],
  server: ['contracts', 'server'],
  features: ['kernel', 'contracts', 'server', 'grading', 'features'],
  app: [
    'contracts',
    'server',
    'features',
    'grading',
    'client',
    'cluster',
    'component',
    'apiserver',
    'kernel',
    'schema',
    'app',
  ],
};

const pureGlobals = [
  'process',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'performance',
  'crypto',
  'Buffer',
  'require',
  '__dirname',
  'navigator',
  'window',
  'console',
].map((name) => ({ name, message: 'The pure libs take time, randomness, ids and effects from the kernel only.' }));

const pureSyntax = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'Use Simulation.now().' },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Use Simulation.now().' },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'Use RandomSource.' },
  { selector: "CallExpression[callee.property.name='localeCompare']", message: 'Use compareStrings.' },
  {
    selector: 'CallExpression[callee.property.name=/^toLocale/]',
    message: 'Locale-dependent output differs between machines.',
  },
  {
    // docs/decisions/005-clusters-come-up-anew.md
    selector:
      ':matches(PropertyDefinition > .value, AssignmentExpression[left.type="MemberExpression"] > .right):matches(ArrowFunctionExpression, FunctionExpression)',
    message:
      'A closure made for a member keeps its cluster until the next full collection: pass objects, or closures made elsewhere.',
  },
  { selector: 'AwaitExpression', message: 'sim, client and grading are synchronous.' },
];

export default ts.config(
  {
    ignores: [
      '**/dist/**',
      '**/*.gen.ts',
      '**/generated/**',
      'node_modules/**',
      'conformance/recorded/**',
      'conformance/lab/**',
      '**/*.d.mts',
    ],
  },
  ...ts.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.mjs', 'tools/*.mjs', '*.ts'] } } },
    plugins: { '@nx': nx },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': 'off', // array reads are typed as present without noUncheckedIndexedAccess
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-misused-spread': 'off', // spreading a string gives its code points, which is what is meant
      'require-yield': 'off', // a coroutine need not wait
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          enforceBuildableLibDependency: false,
          depConstraints: Object.entries(LAYERS).map(([layer, layers]) => ({
            sourceTag: `layer:${layer}`,
            onlyDependOnLibsWithTags: layers.map((name) => `layer:${name}`),
          })),
        },
      ],
    },
  },
  {
    files: ['libs/sim/**/*.ts', 'libs/client/**/*.ts', 'libs/grading/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/fixtures/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...pureGlobals],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*', 'fs', 'path', 'crypto'], message: 'Pure libs use no Node modules.' }] },
      ],
      'no-restricted-syntax': ['error', ...pureSyntax],
    },
  },
  {
    files: ['**/*.spec.ts', 'libs/*/*/fixtures/**/*.ts'],
    languageOptions: { parserOptions: { projectService: false, project: './tsconfig.spec.json' } },
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/*.module.ts', '**/*.resolver.ts', '**/*.controller.ts'],
    rules: { '@typescript-eslint/no-extraneous-class': 'off' },
  },
  {
    // The classes of the GraphQL schema, and of Nest's options, are shapes of data that plain objects fill.
    files: ['libs/server/features/**/*.ts', 'apps/{api,worker}/**/*.ts', 'apps/cli/src/service/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  {
    files: ['**/*.mjs', 'vitest.config.ts'],
    ...ts.configs.disableTypeChecked,
  },
  { files: ['*.config.*', 'prisma.config.ts'], rules: { 'no-restricted-exports': 'off' } },
);
