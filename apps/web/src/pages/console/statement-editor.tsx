import { type KeyboardEvent, useRef, useState } from 'react';
import { useOperation } from '../../api/use-operation.js';
import { cypher } from '../../generated/operations.js';
import { strings } from '../../strings.js';
import { type GraphSchema, schemaFrom, schemaStatement, suggestionsFor, wordAt } from './completion.js';

const t = strings.console;
const askedSchema = { statement: schemaStatement, parametersJson: '{}' };

function SchemaHelp({ schema, onInsert }: { schema: GraphSchema; onInsert: (name: string) => void }) {
  const lists = [
    [t.labels, schema.labels],
    [t.relationshipTypes, schema.relationshipTypes],
    [t.properties, schema.properties],
  ] as const;
  return (
    <details>
      <summary>{t.schema}</summary>
      {lists.map(([title, names]) => (
        <div key={title} role="group" aria-label={title}>
          <h3>{title}</h3>
          <p className="names">
            {names.map((name) => (
              <button key={name} type="button" onClick={() => onInsert(name)}>
                {name}
              </button>
            ))}
          </p>
        </div>
      ))}
    </details>
  );
}

interface EditorProps {
  readonly statement: string;
  readonly onChange: (statement: string) => void;
}

/** The statement, with what the word at the caret may become, and with all that the graph knows to be inserted. */
export function StatementEditor({ statement, onChange }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(statement.length);
  const rows = useOperation(cypher, askedSchema).data?.cypher.rowsJson;
  const schema = rows === undefined ? undefined : schemaFrom(rows);
  const word = wordAt(statement, Math.min(caret, statement.length));
  const suggestions = suggestionsFor(schema, word);
  const put = (name: string, from: number) => {
    const to = Math.min(caret, statement.length);
    onChange(statement.slice(0, from) + name + statement.slice(to));
    const end = from + name.length;
    setCaret(end);
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(end, end);
    });
  };
  const takeFirst = (event: KeyboardEvent) => {
    if (!(event.ctrlKey && event.key === ' ') || suggestions.length === 0) return;
    event.preventDefault();
    put(suggestions[0], word.from);
  };
  return (
    <>
      <label className="field">
        {t.statement}
        <textarea
          ref={area}
          rows={5}
          spellCheck={false}
          value={statement}
          onChange={(event) => {
            setCaret(event.target.selectionStart);
            onChange(event.target.value);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onKeyDown={takeFirst}
        />
      </label>
      <p className="names" role="group" aria-label={t.suggestions} title={t.suggestions}>
        {suggestions.map((name) => (
          <button key={name} type="button" onClick={() => put(name, word.from)}>
            {name}
          </button>
        ))}
      </p>
      {schema && <SchemaHelp schema={schema} onInsert={(name) => put(name, caret)} />}
    </>
  );
}
