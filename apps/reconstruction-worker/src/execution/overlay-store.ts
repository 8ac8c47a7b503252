import type { ObjectStore, PutResult } from '@stratome/storage';

/** Writes to a store of its own and reads from that and another, which stays as it is. */
export class OverlayStore implements ObjectStore {
  constructor(
    private readonly own: ObjectStore,
    private readonly below: ObjectStore,
  ) {}

  async put(bytes: Uint8Array): Promise<PutResult> {
    return this.own.put(bytes);
  }

  async get(hash: string, options?: { readonly verify?: boolean }): Promise<Uint8Array> {
    return (await this.holding(hash)).get(hash, options);
  }

  async getStored(hash: string): Promise<Awaited<ReturnType<ObjectStore['getStored']>>> {
    return (await this.holding(hash)).getStored(hash);
  }

  async stat(hash: string): Promise<Awaited<ReturnType<ObjectStore['stat']>>> {
    return (await this.holding(hash)).stat(hash);
  }

  async has(hash: string): Promise<boolean> {
    return (await this.own.has(hash)) || this.below.has(hash);
  }

  delete(hash: string): Promise<boolean> {
    return this.own.delete(hash);
  }

  private async holding(hash: string): Promise<ObjectStore> {
    return (await this.own.has(hash)) ? this.own : this.below;
  }
}
