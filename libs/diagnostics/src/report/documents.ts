import type { ReportBlock } from './content.js';
import { escapeXml } from './svg.js';

const style = `body{font:15px/1.5 Georgia,serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
h1,h2,h3,table,figcaption,caption{font-family:Helvetica,Arial,sans-serif}
table{border-collapse:collapse;font-size:13px;width:100%;margin:1rem 0}
caption{caption-side:top;text-align:left;font-size:13px;padding-bottom:.4rem}
th,td{border-bottom:1px solid #d0d7de;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
figure{display:inline-block;margin:1rem 1rem 1rem 0;vertical-align:top;max-width:100%}
figure svg{max-width:100%;height:auto}
figcaption{font-size:13px;max-width:26rem}`;

function htmlOf(block: ReportBlock): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escapeXml(block.text)}</h${block.level}>`;
    case 'paragraph':
      return `<p>${escapeXml(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escapeXml(item)}</li>`).join('')}</ul>`;
    case 'table': {
      const row = (cells: readonly string[], tag: 'th' | 'td') =>
        `<tr>${cells.map((cell) => `<${tag}>${escapeXml(cell)}</${tag}>`).join('')}</tr>`;
      const body = block.rows.map((cells) => row(cells, 'td')).join('\n');
      return `<table><caption>${escapeXml(block.caption)}</caption><thead>${row(block.columns, 'th')}</thead><tbody>${body}</tbody></table>`;
    }
    case 'figure':
      return `<figure>${block.svg}<figcaption>${escapeXml(block.caption)}</figcaption></figure>`;
  }
}

/** One HTML file that needs nothing beside it: figures are in the text, and there is no script. */
export function reportHtml(blocks: readonly ReportBlock[]): string {
  const title = blocks.find((b) => b.kind === 'heading');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeXml(title?.kind === 'heading' ? title.text : 'Report')}</title>
<style>${style}</style></head><body>
${blocks.map(htmlOf).join('\n')}
</body></html>
`;
}

const markdownText = (text: string): string =>
  text.replaceAll(/([\\`*_<>[\]|])/g, '\\$1').replaceAll('\n', ' ');

export interface MarkdownReport {
  readonly markdown: string;
  /** Files that the text names, by path relative to it. */
  readonly figures: ReadonlyMap<string, string>;
}

/** @param placeOf where the figure of a name lies, relative to the Markdown file */
export function reportMarkdown(
  blocks: readonly ReportBlock[],
  placeOf: (name: string) => string,
): MarkdownReport {
  const figures = new Map<string, string>();
  const parts = blocks.map((block): string => {
    switch (block.kind) {
      case 'heading':
        return `${'#'.repeat(block.level)} ${markdownText(block.text)}`;
      case 'paragraph':
        return markdownText(block.text);
      case 'list':
        return block.items.map((item) => `- ${markdownText(item)}`).join('\n');
      case 'table': {
        const row = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
        const rule = `|${block.columns.map(() => '---').join('|')}|`;
        return [markdownText(block.caption), '', row(block.columns), rule, ...block.rows.map(row)].join('\n');
      }
      case 'figure': {
        const path = placeOf(block.name);
        figures.set(path, block.svg);
        return `![${markdownText(block.caption)}](${encodeURI(path)})\n\n*${markdownText(block.caption)}*`;
      }
    }
  });
  return { markdown: `${parts.join('\n\n')}\n`, figures };
}
