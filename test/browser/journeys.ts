import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, type TestAPI } from 'vitest';
import { expectDrawn, openBrowser, seriousFaults, visit, type Visit } from './browser.js';
import {
  type phantom,
  plantingTimeoutMs,
  type Served,
  servePhantoms,
  type stained,
} from './served-phantoms.js';

const screens = fileURLToPath(new URL('../../docs/screens', import.meta.url));

export interface Journeys {
  /** A test that needs a browser; skipped, with a line on why, where there is none. */
  readonly journey: ReturnType<TestAPI['runIf']>;
  /** Opens a page of the app in a window of its own. */
  open(path: string, options?: Parameters<typeof visit>[2]): Promise<Visit>;
  /** Opens any address in a window of its own. */
  visitAt(address: string): Promise<Visit>;
  /** Where the app is served, without a slash at the end. */
  address(): string;
}

/** What the journeys of one file go through: a real browser over served phantoms. */
export async function journeysOver(...names: (typeof phantom | typeof stained)[]): Promise<Journeys> {
  const browser: Browser | undefined = await openBrowser();
  let served: Served | undefined;
  beforeAll(async () => {
    if (browser) served = await servePhantoms(...names);
  }, plantingTimeoutMs);
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
  });
  const address = () => served!.address;
  return {
    journey: it.runIf(browser),
    open: (path, options) => visit(browser!, `${address()}${path}`, options),
    visitAt: (elsewhere) => visit(browser!, elsewhere),
    address,
  };
}

/** A picture of a page that is not blank; with STRATOME_SCREENS=1 it is kept in docs/screens. */
export async function keepScreen(page: Page, name: string): Promise<void> {
  await page.evaluate('scrollTo(0, 0)');
  const picture = await page.screenshot();
  await expectDrawn(picture);
  if (process.env.STRATOME_SCREENS !== '1') return;
  await mkdir(screens, { recursive: true });
  await writeFile(`${screens}/${name}.png`, picture);
}

/** Nothing serious that axe finds, and no error of the page's own. */
export async function expectSound({ page, troubles }: Visit): Promise<void> {
  expect(await seriousFaults(page)).toEqual([]);
  expect(troubles).toEqual([]);
}

// An answer's shape is the query's; the journeys say what they expect of it.
// oxlint-disable-next-line typescript/no-explicit-any
export type Data = any;

/** Asks the API behind the pages, where nothing may be refused. */
export async function askApi(address: string, query: string): Promise<Data> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    // A connection kept while a journey goes on is closed by the server meanwhile.
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}
