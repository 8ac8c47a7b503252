import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** The published package wraps its workers' addresses in comments for another bundler, which hide them from Vite. */
const withoutBundlerComments = (): Plugin => ({
  name: 'neuroglancer-workers',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('/neuroglancer/lib/') || !code.includes('webpackChunkName')) return undefined;
    return { code: code.replaceAll(/\/\*\s*webpackChunkName:[^*]*\*\//g, ''), map: null };
  },
});

/** Of Neuroglancer's many sources of data only those that Stratome serves are built in. */
const conditions = [
  'neuroglancer/datasource:none_by_default',
  'neuroglancer/datasource/precomputed:enabled',
  'neuroglancer/datasource/zarr:enabled',
  'neuroglancer/kvstore:none_by_default',
  'neuroglancer/kvstore/http:enabled',
  'module',
  'browser',
  'production',
];

export default defineConfig({
  root: import.meta.dirname,
  base: '/viewer/',
  plugins: [withoutBundlerComments()],
  resolve: {
    conditions,
    // Its package of icons is not in the registry; those it uses are drawn in viewer/icons.
    alias: [{ find: /^ikonate\/icons/, replacement: join(import.meta.dirname, 'icons') }],
  },
  worker: { format: 'es', plugins: () => [withoutBundlerComments()] },
  build: {
    outDir: '../dist/client/viewer',
    emptyOutDir: true,
    target: 'esnext',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4000,
  },
});
