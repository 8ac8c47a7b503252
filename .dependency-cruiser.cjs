// The dependency directions of ARCHITECTURE.md, as rules.
const stage = 'ingest|alignment|segmentation|postprocessing|diagnostics|phantom';
const mayImport = {
  core: [],
  kernels: ['core'],
  [stage]: ['core', 'kernels'],
  'storage|provenance|inference': ['core'],
  connectome: ['core'],
  annotations: ['core', 'storage', 'provenance'],
  operations: ['core', 'storage', 'provenance', 'annotations'],
  pipeline: ['core', 'storage', 'provenance', 'operations', 'annotations'],
  revisions: ['core', 'connectome', 'storage', 'provenance', 'operations', 'annotations', 'pipeline'],
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
      name: 'resolvable',
      comment: 'An import that resolves to nothing would pass every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment: "A package must stand in the importing workspace's own package.json.",
      severity: 'error',
      from: { path: '^(libs|apps|services)/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'directions-of-services',
      severity: 'error',
      from: { path: '^services/' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/core/' },
    },
    {
      name: 'algorithms-touch-no-files',
      comment: 'Only ingest and phantom, which read and write tiles, know the file system.',
      severity: 'error',
      from: {
        path: '^libs/(core|kernels|alignment|segmentation|postprocessing|diagnostics|annotations)/src',
        pathNot: '\\.spec\\.ts$',
      },
      to: { path: '^(node:)?fs(/promises)?$' },
    },
    {
      name: 'stage-libraries-stay-plain',
      comment: 'Stage libraries are plain functions: no Nest, queue, database or ONNX.',
      severity: 'error',
      from: { path: `^libs/(core|kernels|annotations|${stage})/src`, pathNot: '\\.spec\\.ts$' },
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
    // Maps @stratome/… to sources: through node_modules they would resolve to dist, which no rule looks at.
    tsConfig: { fileName: 'tsconfig.depcruise.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
