import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { expectDrawn } from './browser.js';
import { expectSound, journeysOver, keepScreen } from './journeys.js';
import { stained } from './served-phantoms.js';

const { journey, open } = await journeysOver(stained);

journey(
  'quality: a measure, a section, a box against the rest and another, and the numbers as a file',
  async () => {
    const seen = await open(`/d/${stained}/quality?m=L1/membraneContrast`);
    const { page } = seen;
    const map = page.getByRole('img', { name: /Map of L1 membrane contrast/ });
    await page.getByRole('button', { name: 'Download CSV: L1 membrane contrast' }).waitFor();
    const slider = page.getByRole('slider');
    await slider.focus();
    await slider.press('Home');
    await page.getByText('Section z 0 of 127').waitFor();
    const box = (await map.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.3);
    await page
      .getByText(/^Here [\d.]+/)
      .first()
      .waitFor();
    await page.keyboard.down('Shift');
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.06, box.y + box.height * 0.06, { steps: 5 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await page.getByRole('heading', { name: /^Selection/ }).waitFor();
    const rows = page.locator('section[aria-labelledby=selection] tbody tr');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(3);
    await expectDrawn(await map.screenshot(), 3);
    const [inside, outside] = await Promise.all(
      [0, 1].map(async (i) => Number(await rows.nth(i).locator('td').first().textContent())),
    );
    expect(Math.min(inside, outside)).toBeGreaterThan(5);
    // The corner is less stained, beyond what chance does.
    expect(await rows.nth(2).textContent()).toMatch(
      /^Difference-\d+(\.\d)? %-[\d.]+ \(95 % interval -[\d.]+ … -[\d.]+, p 0\.0/,
    );
    await page.waitForTimeout(500);
    await page.evaluate('scrollTo(0, 0)');
    await keepScreen(page, 'quality');
    await page.getByLabel(/^Against another box/).fill('256,0 to 352,320');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('row', { name: /^Other box/ }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV: L1 membrane contrast' }).click();
    const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(1 + 11 * 10 * 4);
    await expectSound(seen);
  },
);
