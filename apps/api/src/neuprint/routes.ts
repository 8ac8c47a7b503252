/** The neuPrint routes there are, as `/api/available` lists them. */
export const neuprintRoutes = [
  { method: 'POST', path: '/api/custom/custom', summary: 'Cypher of your own on one dataset, read only' },
  { method: 'POST', path: '/api/custom/arrow', summary: 'the same with an Arrow stream as answer' },
  { method: 'GET', path: '/api/version', summary: 'version of the neuPrint protocol' },
  { method: 'GET', path: '/api/serverinfo', summary: 'whether a token is needed' },
  { method: 'GET', path: '/api/available', summary: 'this list' },
  { method: 'GET', path: '/api/help/swagger.yaml', summary: 'this list as Swagger' },
  { method: 'GET', path: '/api/dbmeta/datasets', summary: 'datasets' },
  { method: 'GET', path: '/api/dbmeta/version', summary: 'version of Neo4j' },
  { method: 'GET', path: '/api/dbmeta/database', summary: 'kind of database' },
  { method: 'GET', path: '/api/dbmeta/instances', summary: 'other data instances; there are none' },
  {
    method: 'GET',
    path: '/api/cached/roicompleteness',
    summary: 'share of synapses on traced neurons, by region',
  },
  { method: 'GET', path: '/api/cached/roiconnectivity', summary: 'connection strength between regions' },
  { method: 'GET', path: '/api/skeletons/skeleton/{dataset}/{body}', summary: 'skeleton, as SWC or a table' },
  {
    method: 'GET',
    path: '/api/roimeshes/mesh/{dataset}/{roi}',
    summary: 'surface of a region; none are kept',
  },
  { method: 'GET', path: '/profile', summary: 'what the token allows' },
  { method: 'GET', path: '/token', summary: 'the token that was sent' },
] as const;
