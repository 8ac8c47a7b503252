import type { Graph } from '@stratome/connectome';
import type { DataSource } from 'typeorm';

export interface HeadState {
  readonly shown: string;
  readonly volumes: string;
}

export function graphAtHead(graph: Graph, dataset: string): Promise<string>;
export function volumesAtHead(db: DataSource, graph: Graph, dataset: string): Promise<string>;
export function stateAtHead(db: DataSource, graph: Graph, dataset: string): Promise<HeadState>;
