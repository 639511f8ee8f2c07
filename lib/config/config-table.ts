import { z } from 'zod';
import { configSchema, DEPLOYMENT_STAGES, STAGE_DEFAULTS } from './config.ts';

/** A setting, as JSON Schema describes it. */
interface Field {
  type?: string;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  default?: unknown;
  examples?: unknown[];
  description?: string;
}

/** The settings as a table in Markdown, for docs/configuration.md. */
export function configTable(): string {
  const { properties = {} } = z.toJSONSchema(configSchema);
  const rows = Object.entries(properties).map(([name, field]) => row(name, field as Field));
  return ['| Setting | Default | Allowed | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function row(name: string, field: Field): string {
  const cells = [`\`${name}\``, defaultOf(name, field), allowedIn(field), field.description ?? ''];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function defaultOf(name: string, field: Field): string {
  if (name === 'stage') return '`dev`';
  const ofStages = DEPLOYMENT_STAGES.flatMap((stage) => {
    const value = Object.entries(STAGE_DEFAULTS[stage]).find(([key]) => key === name)?.[1];
    return value === undefined ? [] : [`${stage}: ${code(value)}`];
  });
  const common = field.default === undefined ? 'off' : code(field.default);
  return [common, ...ofStages].join('; ');
}

function allowedIn({ type, enum: values, minimum, maximum, examples }: Field): string {
  if (examples) return `as in ${examples.map(code).join(', ')}`;
  if (values) return values.map(code).join(', ');
  if (minimum !== undefined && maximum !== undefined) return `${number(minimum)} to ${number(maximum)}`;
  return type ?? '';
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
