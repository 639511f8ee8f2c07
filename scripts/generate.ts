import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { configTable } from '../lib/config/config-table.ts';
import { costExample } from './cost-example.ts';
import { jsonSchemas } from './json-schemas.ts';
import { allExamples } from './recipe-examples.ts';
import { pictureFile, recipePage } from './recipe-page.ts';
import { renderExample } from './recipe-pictures.ts';

/* Writes everything that is made from the code: tables, pages, pictures, schemas. Tests compare each with the code. */

const ROOT = new URL('../', import.meta.url);

replaceBetween('docs/configuration.md', 'table', configTable());
replaceBetween('docs/cost.md', 'example', costExample());
writeSchemas();
writeFileSync(new URL('docs/recipes.md', ROOT), recipePage());
await writePictures();

/** Writes a text between the two comments of a page that name it. */
function replaceBetween(page: string, name: string, text: string): void {
  const file = new URL(page, ROOT);
  const [begins, ends] = [`<!-- ${name} begins -->`, `<!-- ${name} ends -->`];
  const old = readFileSync(file, 'utf8');
  const [before, after] = [old.split(begins)[0], old.split(ends)[1]];
  if (before === undefined || after === undefined)
    throw new Error(`expected ${begins} and ${ends} in ${page}`);
  writeFileSync(file, `${before}${begins}\n\n${text}\n\n${ends}${after}`);
}

function writeSchemas(): void {
  const folder = new URL('schemas/', ROOT);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of jsonSchemas()) writeFileSync(new URL(name, folder), text);
}

async function writePictures(): Promise<void> {
  const folder = new URL('docs/images/recipes/', ROOT);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const example of allExamples()) {
    const { bytes } = await renderExample(example);
    writeFileSync(new URL(pictureFile(example), folder), bytes);
  }
}
