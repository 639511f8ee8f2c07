import { API_SETTINGS_VARIABLE, readApiSettings } from '../../core/api-settings.ts';
import { readSettings } from '../runtime/settings.ts';
import { answerer } from './answer.ts';
import { apiDependencies } from './dependencies.ts';

/** The HTTP API: every request under `/api`. */
export const handler = answerer(
  apiDependencies(readSettings(), readApiSettings(process.env[API_SETTINGS_VARIABLE])),
);
