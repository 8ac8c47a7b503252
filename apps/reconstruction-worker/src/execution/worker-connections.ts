import { Injectable } from '@nestjs/common';
import type { Graph } from '@stratome/connectome';
import { chooseModel, listModels, type Model } from '@stratome/inference';
import {
  captureCodeRevision,
  captureEnvironment,
  type CodeRevision,
  type Environment,
} from '@stratome/provenance';
import type { ObjectStore } from '@stratome/storage';
import type { Vec3 } from '@stratome/core';
import type { ChosenModel, ModelTask } from '../stages/processor.js';
import { releaseVersion, repositoryRoot } from '../release.js';

/** The servers and folders a worker uses, opened once. */
@Injectable()
export class WorkerConnections {
  /** The code that runs; read once at start, since files may change under a running process. */
  readonly code: CodeRevision = captureCodeRevision(repositoryRoot, releaseVersion);
  private models: Promise<Model[]> | undefined;

  constructor(
    readonly graph: Graph,
    readonly store: ObjectStore,
    private readonly modelsDirectory: string,
  ) {}

  environment(provider: Environment['executionProvider']): Environment {
    return captureEnvironment(import.meta.url, provider);
  }

  /** @throws StratomeError badInput when no model fits the voxel size */
  async chooseModel(task: ModelTask, voxelNm: Vec3): Promise<ChosenModel> {
    this.models ??= listModels(this.modelsDirectory);
    return chooseModel(await this.models, task, voxelNm);
  }
}
