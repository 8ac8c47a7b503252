/** The group of run parameters that a stage's own stand in; stages of alignment and shapes name theirs themselves. */
const groups: Readonly<Record<string, string>> = {
  ingest: 'ingest',
  flatten: 'ingest',
  normalise: 'ingest',
  montage: 'alignment',
  match: 'alignment',
  solve: 'alignment',
  render: 'alignment',
  residual: 'alignment',
  supervoxels: 'segmentation',
  agglomerate: 'segmentation',
  objects: 'refinement',
  shapes: '',
  synapses: 'synapse',
  synapsemerge: 'synapse',
  graph: 'graph',
};

const quoted = (setting: string) =>
  /^[\w.=,-]+$/.test(setting) ? setting : `'${setting.replaceAll("'", String.raw`'\''`)}'`;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The parameters of a stage run as the settings of a new run; none for stages without parameters of their own. */
export function settingsOf(stage: string, parametersJson: string): string[] {
  const group = groups[stage];
  const parameters: unknown = JSON.parse(parametersJson);
  if (group === undefined || !isObject(parameters)) return [];
  return Object.entries(parameters)
    .filter(([name]) => name !== 'regions' && name !== 'grid')
    .flatMap(([name, value]) => {
      const inner = group === '' && isObject(value) ? Object.entries(value) : [[name, value] as const];
      const prefix = group === '' ? name : group;
      return inner.map(
        ([key, one]) => `${prefix}.${key}=${typeof one === 'string' ? one : JSON.stringify(one)}`,
      );
    });
}

/** A command that takes a dataset through all layers with these parameters of one stage. */
export const runCommand = (dataset: string, stage: string, parametersJson: string): string | undefined => {
  const settings = settingsOf(stage, parametersJson);
  return settings.length === 0
    ? undefined
    : [`npx stratome run ${dataset}`, ...settings.map((each) => `--set ${quoted(each)}`)].join(' \\\n  ');
};
