import { useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import { useOperation } from '../../api/use-operation.js';
import { Notice, Pending } from '../../components/notice.js';
import { cypher, cypherStatements } from '../../generated/operations.js';
import { strings } from '../../strings.js';
import { QueryResult } from './query-result.js';
import { saveQuery, savedQueries } from './saved-queries.js';
import { StatementEditor } from './statement-editor.js';

const t = strings.console;
const noVariables = {};
const example =
  'MATCH path = (a:Neuron {dataset: $dataset})-[c:ConnectsTo]->(b:Neuron)\nRETURN path, c.weight AS weight, c.meanConfidence AS confidence\nORDER BY weight DESC LIMIT 50';

interface Draft {
  readonly statement: string;
  readonly parameters: string;
}

/** Statements of the API and those kept in this browser, to begin from. */
function Saved({ dataset, onChoose }: { dataset: string; onChoose: (draft: Draft) => void }) {
  const { data } = useOperation(cypherStatements, noVariables);
  const [own, setOwn] = useState(savedQueries);
  const statements = data?.cypherStatements ?? [];
  const choose = (value: string) => {
    const kept = own.find(({ name }) => `own/${name}` === value);
    const found = statements.find(({ name }) => `api/${name}` === value);
    if (kept) onChoose(kept);
    else if (found)
      onChoose({
        statement: `// ${found.summary}\n${found.text}`,
        parameters: parametersFor(dataset, found.parameters),
      });
  };
  return (
    <label className="field" onFocus={() => setOwn(savedQueries())}>
      {t.saved}
      <select value="" onChange={(event) => choose(event.target.value)}>
        <option value="">{t.choose}</option>
        {own.map(({ name }) => (
          <option key={name} value={`own/${name}`}>
            {name}
          </option>
        ))}
        {statements.map(({ name, summary }) => (
          <option key={name} value={`api/${name}`}>
            {name}: {summary}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The parameters a statement asks for: the dataset filled in, limits small, the rest null. */
function parametersFor(dataset: string, names: readonly string[]): string {
  const known: Record<string, unknown> = { dataset, limit: 100, minWeight: 1, minSynapses: 0, after: -1 };
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, known[name] ?? null])));
}

/** Begins with the statement that the address names, once it is known. */
function useNamedStatement(dataset: string) {
  const [search] = useSearchParams();
  const name = search.get('name');
  const variables = useMemo(() => (name ? { names: [name] } : undefined), [name]);
  const found = useOperation(cypherStatements, variables).data?.cypherStatements[0];
  const draft = found && {
    statement: `// ${found.summary}\n${found.text}`,
    parameters: parametersFor(dataset, found.parameters),
  };
  return { waiting: name !== null && !found, draft };
}

function Editor({ dataset, start }: { dataset: string; start: Draft }) {
  const [draft, setDraft] = useState(start);
  const [asked, setAsked] = useState<Draft>();
  const variables = useMemo(
    () => asked && { statement: asked.statement, parametersJson: asked.parameters },
    [asked],
  );
  const answer = useOperation(cypher, variables);
  const run = () => {
    if (asked && asked.statement === draft.statement && asked.parameters === draft.parameters)
      answer.refresh();
    setAsked(draft);
  };
  const save = () => {
    const name = prompt(t.saveAs);
    if (name) saveQuery({ name, ...draft });
  };
  return (
    <>
      <Saved dataset={dataset} onChoose={setDraft} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
        }}
      >
        <StatementEditor
          statement={draft.statement}
          onChange={(statement) => setDraft({ ...draft, statement })}
        />
        <label className="field">
          {t.parameters}
          <input
            value={draft.parameters}
            spellCheck={false}
            onChange={(event) => setDraft({ ...draft, parameters: event.target.value })}
          />
        </label>
        <p className="links">
          <button type="submit" className="primary">
            {t.run}
          </button>
          <button type="button" onClick={save}>
            {t.save}
          </button>
          <span className="quiet">{t.limits}</span>
        </p>
      </form>
      {asked && <Pending answer={answer} />}
      {asked && answer.data && !answer.error && <QueryResult result={answer.data.cypher} />}
    </>
  );
}

/** Cypher of one's own, reading only. */
export default function ConsolePage({ dataset }: { dataset: string }) {
  const { waiting, draft } = useNamedStatement(dataset);
  const start = draft ?? { statement: example, parameters: JSON.stringify({ dataset }) };
  return (
    <>
      <h1>{t.title}</h1>
      {waiting ? <Notice kind="empty">{strings.loading}</Notice> : <Editor dataset={dataset} start={start} />}
    </>
  );
}
