import { DirectedGraph } from 'graphology';
import forceAtlas2 from 'graphology-layout-forceatlas2';
import { useEffect, useRef } from 'react';
import { Sigma } from 'sigma';
import type { NodeLabelDrawingFunction } from 'sigma/rendering';

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

/** Above its node, on a halo of the ground's colour, so that no edge strikes it through. */
const labelOn =
  (ground: string, color: string): NodeLabelDrawingFunction =>
  (context, { x, y, size, label }, { labelSize, labelFont }) => {
    if (!label) return;
    context.save();
    context.font = `${labelSize}px ${labelFont}`;
    context.textAlign = 'center';
    context.lineJoin = 'round';
    context.lineWidth = 4;
    context.strokeStyle = ground;
    context.fillStyle = color;
    const line = y - size - 5;
    context.strokeText(label, x, line);
    context.fillText(label, x, line);
    context.restore();
  };

/** Up to so many nodes all labels are drawn; of more those that have room. */
const allLabelled = 80;

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
    const { color, backgroundColor } = getComputedStyle(container.current!);
    const sigma = new Sigma(laidOut(nodes, edges), container.current!, {
      renderEdgeLabels: true,
      labelColor: { color },
      edgeLabelColor: { color },
      defaultDrawNodeLabel: labelOn(backgroundColor, color),
      ...(nodes.length <= allLabelled && { labelRenderedSizeThreshold: 0, labelDensity: allLabelled }),
      // Without room the labels of the outermost nodes would be cut off.
      stagePadding: 70,
      allowInvalidContainer: true,
    });
    if (onNode) sigma.on('clickNode', ({ node }) => onNode(node));
    return () => sigma.kill();
  }, [nodes, edges, onNode]);
  return <div ref={container} className="drawing" role="img" aria-label={label} />;
}
