import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    include: ['labextension/**/*.spec.{ts,tsx}'],
    exclude: ['**/node_modules/**', 'labextension/lib/**'],
    setupFiles: ['labextension/tests/setup.ts'],
    restoreMocks: true,
    testTimeout: 20_000
  }
});
