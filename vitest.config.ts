import { defineConfig } from 'vitest/config';

const decorators = { decorator: { legacy: true, emitDecoratorMetadata: true } };

export default defineConfig({
  test: {
    projects: [
      {
        oxc: decorators,
        test: {
          name: 'unit',
          include: ['{libs,apps}/*/src/**/*.spec.ts', 'services/src/**/*.spec.ts'],
          testTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        oxc: decorators,
        test: {
          name: 'integration',
          include: ['test/**/*.spec.ts'],
          exclude: ['test/browser/**'],
          globalSetup: ['test/servers.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          // Built packages load as Node loads them; otherwise graphql is there twice, as CommonJS and as ESM.
          server: { deps: { external: [/\/dist\//] } },
        },
      },
      {
        oxc: decorators,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.spec.ts'],
          globalSetup: ['test/servers.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          // Built packages load as Node loads them; otherwise graphql is there twice, as CommonJS and as ESM.
          server: { deps: { external: [/\/dist\//] } },
        },
      },
    ],
  },
});
