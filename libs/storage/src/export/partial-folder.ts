import { randomUUID } from 'node:crypto';
import * as nodeFiles from 'node:fs/promises';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { conflict } from '@stratome/core';
import { syncFolder } from '../objects/atomic-file.js';
import { errorCode, storageError } from '../objects/storage-error.js';

async function refuseExisting(target: string): Promise<void> {
  const exists = await access(target).then(
    () => true,
    () => false,
  );
  if (exists) throw conflict(`${target} exists already.`, 'Choose another name, or remove it first.');
}

/**
 * A folder that comes into being whole or not at all: its content is written into `<target>.partial-XXXXXX`
 * beside it, which `finish` renames. What is half-written therefore never has the name that readers look for.
 */
export class PartialFolder {
  private constructor(
    readonly target: string,
    /** Where to write meanwhile. */
    readonly path: string,
  ) {}

  /** @throws StratomeError conflict when `target` exists; unavailable when the disk refuses. */
  static async begin(target: string): Promise<PartialFolder> {
    await refuseExisting(target);
    try {
      await mkdir(dirname(target), { recursive: true });
      const path = `${target}.partial-${randomUUID().slice(0, 8)}`;
      await mkdir(path);
      return new PartialFolder(target, path);
    } catch (error) {
      throw storageError(error, `Creating ${target}`);
    }
  }

  /** @throws StratomeError conflict when `target` came into being meanwhile; the partial folder is kept. */
  async finish(): Promise<void> {
    await refuseExisting(this.target);
    try {
      await rename(this.path, this.target);
      await syncFolder(nodeFiles, dirname(this.target));
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') await refuseExisting(this.target);
      throw storageError(error, `Finishing ${this.target}`);
    }
  }

  /** Removes what was written. */
  async discard(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
