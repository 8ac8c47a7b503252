import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The API that `npm run dev -w apps/web` asks; set it to what `npm start` printed. */
const api = process.env.STRATOME_API ?? 'http://127.0.0.1:4000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist/client/app',
    emptyOutDir: true,
    target: 'es2023',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: { '/graphql': { target: api, ws: true }, '/volumes': api, '/reports': api, '/viewer': api },
  },
});
