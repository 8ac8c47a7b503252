import { DirectedGraph } from 'graphology';
import forceAtlas2 from 'graphology-layout-forceatlas2';
import { useEffect, useRef } from 'react';
import { Sigma } from 'sigma';

export interface DrawnNode {
  readonly id: string;
  readonly label: string;
  /** Radius, CSS pixels. */
  readonly size: number;
  readonly color?: string;
  /** Where it stands; laid out by its connections when left out. */
  readonly place?: { readonly x: number; readonly y: number };
}

export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly width: number;
  readonly color?: string;
}

interface DrawingProps {
  readonly label: string;
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  readonly onNode?: (id: string) => void;
}

const layoutRounds = 300;

/** Nodes begin on a circle in their order, so that the same graph is drawn the same way each time. */
export function laidOut(nodes: readonly DrawnNode[], edges: readonly DrawnEdge[]): DirectedGraph {
  const graph = new DirectedGraph();
  nodes.forEach(({ id, label, size, color = '#3b7dd8', place }, i) => {
    const angle = (2 * Math.PI * i) / nodes.length;
    graph.addNode(id, { label, size, color, ...(place ?? { x: Math.cos(angle), y: Math.sin(angle) }) });
  });
  for (const { from, to, label, width, color = '#8b94a3' } of edges) {
    if (from !== to && graph.hasNode(from) && graph.hasNode(to))
      graph.mergeEdge(from, to, { label, size: width, weight: width, color, type: 'arrow' });
  }
  if (nodes.some(({ place }) => !place) && graph.order > 1) {
    const settings = { ...forceAtlas2.inferSettings(graph), gravity: 1, adjustSizes: true };
    forceAtlas2.assign(graph, { iterations: layoutRounds, settings });
  }
  return graph;
}

/** Draws a graph that can be moved and zoomed. What it shows has to stand in words beside it as well. */
export function GraphDrawing({ label, nodes, edges, onNode }: DrawingProps) {
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const color = getComputedStyle(container.current!).color;
    const sigma = new Sigma(laidOut(nodes, edges), container.current!, {
      renderEdgeLabels: true,
      labelColor: { color },
      edgeLabelColor: { color },
      // Labels stand right of their nodes: without room the last would be cut off.
      stagePadding: 90,
      allowInvalidContainer: true,
    });
    if (onNode) sigma.on('clickNode', ({ node }) => onNode(node));
    return () => sigma.kill();
  }, [nodes, edges, onNode]);
  return <div ref={container} className="drawing" role="img" aria-label={label} />;
}
