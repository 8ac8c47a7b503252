// An analysis of all connections in a process of its own, whose peak memory is then that of an analysis. Stdin is the
// address of the graph; stdout what it found and took.
import { readFileSync } from 'node:fs';
import { loadProjection, openGraph, parseAnalysisParameters, runAnalysis } from '@stratome/connectome';
import { peakMiB } from './memory.mjs';

const graph = await openGraph(JSON.parse(readFileSync(0, 'utf8')));
const begin = performance.now();
const projection = await loadProjection(graph, 'bench', { minWeight: 1n });
const loaded = performance.now();
await graph.close();
const parameters = parseAnalysisParameters('communities', {});
const { summary } = runAnalysis('communities', { projection }, parameters, () => {});
const times = { projectionMs: loaded - begin, ms: performance.now() - loaded };
console.log(JSON.stringify({ summary, ...times, peakMiB: await peakMiB(process.pid) }));
