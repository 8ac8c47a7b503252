// The dependency directions of ARCHITECTURE.md, as rules.
const stage = 'ingest|alignment|segmentation|postprocessing|diagnostics|phantom';
const mayImport = {
  core: [],
  kernels: ['core'],
  [stage]: ['core', 'kernels'],
  'storage|provenance|inference': ['core'],
  connectome: ['core'],
  operations: ['core', 'storage', 'provenance'],
  pipeline: ['core', 'storage', 'provenance', 'operations'],
};

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(mayImport).map(([room, allowed]) => ({
      name: `directions-of-${room.split('|')[0]}`,
      severity: 'error',
      from: { path: `^libs/(${room})/` },
      to: {
        path: '^(libs|apps|services)/',
        pathNot: [`^libs/$1/`, ...allowed.map((name) => `^libs/${name}/`)],
      },
    })),
    {
      name: 'stage-libraries-stay-plain',
      comment: 'Stage libraries are plain functions: no Nest, queue, database, ONNX or file system.',
      severity: 'error',
      from: { path: `^libs/(core|kernels|${stage})/src`, pathNot: '\\.spec\\.ts$' },
      to: { path: 'node_modules/(@nestjs|bullmq|ioredis|typeorm|pg|neo4j-driver|onnxruntime-node)' },
    },
    {
      name: 'libraries-know-no-apps',
      severity: 'error',
      from: { path: '^(libs|services)/' },
      to: { path: '^apps/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|dist' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
