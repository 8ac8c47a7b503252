import { useState } from 'react';
import { strings } from '../strings.js';

/** A text with a button that copies it. */
export function Copyable({ title, text }: { title: string; text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <figure className="code">
      <figcaption>
        {title}
        <button type="button" onClick={() => void copy()} aria-label={`${strings.copy}: ${title}`}>
          {copied ? strings.copied : strings.copy}
        </button>
      </figcaption>
      <pre tabIndex={0}>{text}</pre>
    </figure>
  );
}
