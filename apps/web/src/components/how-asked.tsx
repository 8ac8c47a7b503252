import { useState } from 'react';
import { Link } from 'wouter';
import type { Operation } from '../api/operation.js';
import { useOperation } from '../api/use-operation.js';
import { cypherStatements } from '../generated/operations.js';
import { strings } from '../strings.js';
import { Copyable } from './copyable.js';

interface Asked {
  readonly operation: Operation<unknown, never>;
  readonly variables: object;
}

function CypherTexts({ operation, variables }: Asked) {
  const { data } = useOperation(cypherStatements, { names: operation.cypher });
  const dataset = String((variables as { dataset?: string }).dataset ?? '');
  return (
    <>
      {data?.cypherStatements.map(({ name, summary, text }) => (
        <div key={name}>
          <Copyable title={`${strings.cypherText}: ${name}`} text={`// ${summary}\n${text}`} />
          {dataset !== '' && (
            <Link href={`/d/${dataset}/cypher?name=${name}`} className="quiet">
              {strings.openInConsole}: {name}
            </Link>
          )}
        </div>
      ))}
    </>
  );
}

/** The GraphQL behind a view and the Cypher behind that, to copy. */
export function HowAsked({ operation, variables }: Asked) {
  const [open, setOpen] = useState(false);
  return (
    <details className="how" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{strings.how}</summary>
      {open && (
        <>
          <Copyable title={strings.graphql} text={operation.text} />
          <Copyable title={strings.variables} text={JSON.stringify(variables, undefined, 2)} />
          {operation.cypher.length > 0 && <CypherTexts operation={operation} variables={variables} />}
        </>
      )}
    </details>
  );
}
