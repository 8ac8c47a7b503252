import { readFile } from 'node:fs/promises';
import { tableFromIPC } from 'apache-arrow';
import sharp from 'sharp';
import { expect } from 'vitest';
import { expectDrawn } from './browser.js';
import { expectSound, journeysOver, keepScreen } from './journeys.js';
import { stained } from './served-phantoms.js';

const { journey, open } = await journeysOver(stained);

journey('quality: a measure, a section, a box against the rest and against another', async () => {
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
  const against = rows.nth(1);
  expect(await against.textContent()).toMatch(/^Other box/);
  // 96 of 384 by 320 of 352 voxels, all z: fewer cells than the rest of the volume.
  expect(Number(await against.locator('td').first().textContent())).toBeLessThan(outside);
  expect(await rows.nth(2).textContent()).toMatch(/^Difference-\d+(\.\d)? %/);
  expect(new URL(page.url()).searchParams.get('against')).toBe('256,0 to 352,320');
  await expectSound(seen);
});

journey('quality: a map and its numbers are taken away as SVG, PNG, CSV and Arrow', async () => {
  const seen = await open(`/d/${stained}/quality?m=L1/membraneContrast&beside=none&z=40`);
  const { page } = seen;
  const take = async (role: 'button' | 'link', format: string): Promise<Buffer> => {
    const download = page.waitForEvent('download');
    await page.getByRole(role, { name: `Download ${format}: L1 membrane contrast` }).press('Enter');
    return readFile(await (await download).path());
  };
  await page.getByRole('button', { name: /Download CSV/ }).waitFor();
  // All files hold the same cells.
  const [head, ...cells] = (await take('button', 'CSV')).toString().trim().split('\n');
  expect(head).toBe('layer,measure,unit,cell,x0,y0,z0,x1,y1,z1,value,count');
  expect(cells).toHaveLength(11 * 10 * 4);
  const table = tableFromIPC(await take('link', 'Arrow'));
  expect(table.numRows).toBe(cells.length);
  const values = cells.map((line) => Number(line.split(',')[10]));
  expect([...table.getChild('value')!].map(Number).toSorted()).toEqual(values.toSorted());
  const svg = (await take('button', 'SVG')).toString();
  const atSection = cells.filter((line) => {
    const [z0, , , z1] = line.split(',').slice(6, 10).map(Number);
    return z0 <= 40 && 40 < z1;
  });
  expect(svg.match(/<rect /g)).toHaveLength(atSection.length);
  expect(svg).toContain('L1 membraneContrast, z 40');
  for (const picture of [Buffer.from(svg), await take('button', 'PNG')])
    await expectDrawn(await sharp(picture).flatten({ background: '#fff' }).resize(384).png().toBuffer(), 24);
  await expectSound(seen);
});
