/** Addresses of the app's own pages. */
export const partnersOf = (dataset: string, bodyId: string) => `/d/${dataset}/circuits/partners?id=${bodyId}`;
export const viewerOfBodies = (dataset: string, bodyIds: readonly string[]) =>
  `/d/${dataset}/viewer?bodies=${bodyIds.join(',')}`;
export const viewerAt = (
  dataset: string,
  place: { readonly x: number; readonly y: number; readonly z: number },
  bodyIds: readonly string[] = [],
) =>
  `/d/${dataset}/viewer?at=${[place.x, place.y, place.z].join(',')}${bodyIds.length > 0 ? `&bodies=${bodyIds.join(',')}` : ''}`;
export const provenanceOf = (dataset: string, kind: 'neuron' | 'synapse', id: string) =>
  `/d/${dataset}/provenance?of=${kind}&id=${id}`;
export const provenanceOfConnection = (dataset: string, pre: string, post: string) =>
  `/d/${dataset}/provenance?of=connection&pre=${pre}&post=${post}`;
