import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { configTable } from '../lib/config/config-table.ts';
import { jsonSchemas } from './json-schemas.ts';
import { allExamples } from './recipe-examples.ts';
import { pictureFile, recipePage } from './recipe-page.ts';
import { renderExample } from './recipe-pictures.ts';

/* Writes everything that is made from the code: tables, pages, pictures, schemas. Tests compare each with the code. */

const ROOT = new URL('../', import.meta.url);

writeConfigurationTable();
writeSchemas();
writeFileSync(new URL('docs/recipes.md', ROOT), recipePage());
await writePictures();

function writeConfigurationTable(): void {
  const file = new URL('docs/configuration.md', ROOT);
  const [before = '', , after = ''] = readFileSync(file, 'utf8').split(/<!-- table (?:begins|ends) -->/);
  writeFileSync(file, `${before}<!-- table begins -->\n${configTable()}\n<!-- table ends -->${after}`);
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
