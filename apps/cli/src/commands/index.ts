import type { Command } from 'commander';

/** A command as the help lists it. */
export interface CommandEntry {
  readonly name: string;
  readonly description: string;
  /** Gives a command its arguments, options and action. Its module is read here, since most of them read every library. */
  readonly define: (command: Command) => Promise<Command>;
}

/** Every command of `stratome`, in the order of its help. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'start',
    description: 'take tiles (or a phantom) through all layers into the graph, then serve',
    define: async (command) => (await import('./start.js')).defineStart(command),
  },
  {
    name: 'services',
    description: 'start Neo4j, PostgreSQL and Redis as local processes, or reuse those that run',
    define: async (command) => (await import('./services.js')).defineServices(command),
  },
  {
    name: 'phantom',
    description: 'make synthetic EM tissue with complete truth',
    define: async (command) => (await import('./phantom.js')).definePhantom(command),
  },
  {
    name: 'plant',
    description: 'plant a documented fault in a folder of images: to try the diagnosis, or to teach it',
    define: async (command) => (await import('./plant.js')).definePlant(command),
  },
  {
    name: 'run',
    description: 'take a dataset that is known through all layers again, with other parameters',
    define: async (command) => (await import('./run.js')).defineRun(command),
  },
  {
    name: 'reprocess',
    description: 'make a region of a dataset again from a stage on, with parameters of its own',
    define: async (command) => (await import('./reprocess.js')).defineReprocess(command),
  },
  {
    name: 'status',
    description: 'show servers, datasets and runs',
    define: async (command) => (await import('./status.js')).defineStatus(command),
  },
  {
    name: 'segment',
    description: 'segment a folder of aligned sections into a zarr volume; needs no servers',
    define: async (command) => (await import('./segment.js')).defineSegment(command),
  },
  {
    name: 'evaluate',
    description: 'score a segmentation against truth: variation of information and Rand scores',
    define: async (command) => (await import('./evaluate.js')).defineEvaluate(command),
  },
  {
    name: 'query',
    description: 'ask the graph: a query by name, or your own Cypher (read only)',
    define: async (command) => (await import('./query.js')).defineQuery(command),
  },
  {
    name: 'diagnose',
    description: 'trace a deviation of connectivity to the layer that caused it',
    define: async (command) => (await import('./diagnose.js')).defineDiagnose(command),
  },
  {
    name: 'report',
    description: 'write a report of spatial quality for a publication: HTML, or Markdown with figures',
    define: async (command) => (await import('./report.js')).defineReport(command),
  },
  {
    name: 'analyse',
    description:
      'analyse all connections of a dataset: centrality, communities, motifs, similarity of shape …',
    define: async (command) => (await import('./analyse.js')).defineAnalyse(command),
  },
  {
    name: 'flag',
    description: 'mark a region as of bad quality, so that answers say so and can leave it out',
    define: async (command) => (await import('./flag.js')).defineFlag(command),
  },
  {
    name: 'flags',
    description: 'list the flags of a dataset',
    define: async (command) => (await import('./flag.js')).defineFlags(command),
  },
  {
    name: 'unflag',
    description: 'take a flag away',
    define: async (command) => (await import('./flag.js')).defineUnflag(command),
  },
  {
    name: 'annotate',
    description: 'name the type of a cell, or correct a synapse',
    define: async (command) => (await import('./annotate.js')).defineAnnotate(command),
  },
  {
    name: 'annotations',
    description: 'list what people said of a dataset, as it holds at a revision',
    define: async (command) => (await import('./annotate.js')).defineAnnotations(command),
  },
  {
    name: 'proofread',
    description: 'list the decisions that may be wrong, by what looking at them may win',
    define: async (command) => (await import('./proofread.js')).defineProofread(command),
  },
  {
    name: 'import-graph',
    description:
      'import a connectome: an edge list (CSV, Parquet, Arrow), neuPrint CSV files, the larval brain',
    define: async (command) => (await import('./import-graph.js')).defineImportGraph(command),
  },
  {
    name: 'revisions',
    description: 'list the revisions of a dataset: what made each, when, by whom, and what it changed',
    define: async (command) => (await import('./revisions.js')).defineRevisions(command),
  },
  {
    name: 'diff',
    description: 'show how two revisions differ: voxels, neurons, synapses, connections',
    define: async (command) => (await import('./diff.js')).defineDiff(command),
  },
  {
    name: 'rollback',
    description: 'bring an earlier revision back as a new one; forward again is a rollback to the later one',
    define: async (command) => (await import('./rollback.js')).defineRollback(command),
  },
  {
    name: 'export-graph',
    description: 'write a dataset as CSV, GraphML, Parquet or Arrow tables, or its skeletons as SWC',
    define: async (command) => (await import('./export-graph.js')).defineExportGraph(command),
  },
  {
    name: 'verify',
    description: 'hold the stored objects and the graph of a dataset against the lineage',
    define: async (command) => (await import('./verify.js')).defineVerify(command),
  },
  {
    name: 'repair',
    description: 'make anew what verify finds missing or altered, as a new revision',
    define: async (command) => (await import('./repair.js')).defineRepair(command),
  },
  {
    name: 'reproduce',
    description: 'execute a run again from its record, storing nothing, and compare hashes',
    define: async (command) => (await import('./reproduce.js')).defineReproduce(command),
  },
  {
    name: 'lineage',
    description: 'write the lineage of a dataset as W3C PROV-JSON or OpenLineage events',
    define: async (command) => (await import('./lineage.js')).defineLineage(command),
  },
  {
    name: 'serve',
    description: 'serve GraphQL and volumes until Ctrl-C',
    define: async (command) => (await import('./serve.js')).defineServe(command),
  },
  {
    name: 'stop',
    description: 'stop runs, the API and the local servers; data stays',
    define: async (command) => (await import('./stop.js')).defineStop(command),
  },
  {
    name: 'reset',
    description: 'stop the local servers and delete all datasets, databases and logs; downloads stay',
    define: async (command) => (await import('./reset.js')).defineReset(command),
  },
];
