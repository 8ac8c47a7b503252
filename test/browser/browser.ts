import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { expect } from 'vitest';

const drawing = ['--no-sandbox', '--enable-unsafe-swiftshader', '--use-gl=angle', '--use-angle=swiftshader'];

/** Browsers to try: the one the environment names, the one from the registry, and the system's. */
async function* executables(): AsyncGenerator<{ path: string; args: string[] }> {
  const named = process.env.STRATOME_CHROMIUM;
  if (named) yield { path: named, args: drawing };
  const shipped = await sparticuz.executablePath().catch(() => undefined);
  if (shipped) yield { path: shipped, args: [...sparticuz.args, ...drawing] };
  yield { path: '/usr/bin/chromium', args: drawing };
}

/** A real Chromium; undefined, with a line on why, where none can be had. */
export async function openBrowser(): Promise<Browser | undefined> {
  let reason = 'no Chromium was found';
  for await (const { path, args } of executables()) {
    try {
      return await chromium.launch({ executablePath: path, args, headless: true });
    } catch (error) {
      reason = `${path}: ${(error as Error).message.split('\n')[0]}`;
    }
  }
  console.log(`Browser tests are skipped: ${reason}. Set STRATOME_CHROMIUM to a Chromium.`);
  return undefined;
}

export interface Visit {
  readonly page: Page;
  /** Errors of the page's own script and of its console. */
  readonly troubles: string[];
  /** Bytes as they came over the network, by path. */
  readonly received: Map<string, number>;
}

/** Opens a window. Its size is that of a laptop unless another is given. */
export async function visit(
  browser: Browser,
  address: string,
  { width = 1280, height = 800, scheme = 'light' as 'light' | 'dark' } = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    locale: 'en-US',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const troubles: string[] = [];
  const received = new Map<string, number>();
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  page.on('requestfinished', async (request) => {
    const sizes = await request.sizes().catch(() => undefined);
    if (sizes) received.set(new URL(request.url()).pathname, sizes.responseBodySize);
  });
  await page.goto(address);
  return { page, troubles, received };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe finds that is serious or worse, each with the first element it is about. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const violations: Violation[] = await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
}

/** A picture of a page has many shades; a blank or half-drawn one has few. */
export async function expectDrawn(picture: Buffer, leastShades = 12): Promise<void> {
  const { data } = await sharp(picture).greyscale().raw().toBuffer({ resolveWithObject: true });
  const counts = new Map<number, number>();
  for (const shade of data) counts.set(shade, (counts.get(shade) ?? 0) + 1);
  expect(counts.size).toBeGreaterThan(leastShades);
  expect(Math.max(...counts.values()) / data.length).toBeLessThan(0.985);
}
