import { readFileSync, writeFileSync } from 'node:fs';
import { configTable } from '../lib/config/config-table.ts';

/* Writes the table of settings into docs/configuration.md; run it after a change in lib/config/. */

const file = new URL('../docs/configuration.md', import.meta.url);
const [before = '', , after = ''] = readFileSync(file, 'utf8').split(/<!-- table (?:begins|ends) -->/);
writeFileSync(file, `${before}<!-- table begins -->\n${configTable()}\n<!-- table ends -->${after}`);
