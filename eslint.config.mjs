import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const rules = {
  // `type` for data and props, `interface I…` for Lumino tokens only.
  '@typescript-eslint/consistent-type-definitions': 'off',
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/naming-convention': [
    'error',
    { selector: 'interface', format: ['PascalCase'], prefix: ['I'] }
  ],
  '@typescript-eslint/no-empty-function': 'off',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': [
    'error',
    { checksVoidReturn: { attributes: false } }
  ],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
  '@typescript-eslint/switch-exhaustiveness-check': 'error',
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-console': 'error'
};

export default tseslint.config(
  {
    ignores: [
      'labextension/lib/**',
      'labextension/style/index.js',
      'labextension/src/contract.ts',
      'ui-tests/.work/**',
      'ui-tests/test-results/**',
      // CommonJS, as Playwright reads it.
      'ui-tests/*.config.js',
      'ui-tests/benchmarks/*.js'
    ]
  },
  js.configs.recommended,
  ...tseslint.configs.strict,
  reactHooks.configs['recommended-latest'],
  {
    files: ['labextension/**/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: { project: './labextension/tsconfig.check.json' }
    },
    rules
  },
  {
    // The same rules; a story counts things that it has just seen there.
    files: ['ui-tests/{tests,front-ends,pictures,benchmarks}/**/*.ts'],
    languageOptions: {
      parserOptions: { project: './ui-tests/tsconfig.json' }
    },
    rules: {
      ...rules,
      '@typescript-eslint/no-non-null-assertion': 'off',
      // A fixture's `use` is no hook.
      'react-hooks/rules-of-hooks': 'off'
    }
  }
);
