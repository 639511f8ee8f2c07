import * as z from 'zod';
import { InvalidInputError } from './errors.ts';
import { describeIssues, REPORT_INPUT } from './validation.ts';

const text = z.string().min(1);

/** The environment variable in which the functions that face the outside find the settings of the API, as JSON. */
export const API_SETTINGS_VARIABLE = 'DARKROOM_API';

/** What that variable holds. Fields that this release does not know are ignored. */
export const apiSettingsSchema = z.object({
  /** Whose access tokens are accepted; see core/http/authenticate.ts. */
  issuer: text,
  audience: z.array(text).min(1),
  jwks: text.optional(),
  /** The client of the browser app; without one the app cannot log in. */
  clientId: text.optional(),
  scopes: z.array(text),
  /** The role that signs links for people. */
  linkRoleArn: text,
  /** The role that signs upload forms. */
  uploadRoleArn: text,
  /** The function that works on pixels while a request waits. */
  pixelsFunctionName: text,
  /** The function that classifies while a request waits, where the deployment has labels. */
  classifyFunctionName: text.optional(),
  live: z.object({
    tableName: text,
    /** Where sockets are opened: `wss://…` */
    url: text,
    /** Where messages for sockets are sent, if not to the same host: `https://…` */
    endpoint: text.optional(),
  }),
});

export type ApiSettings = z.infer<typeof apiSettingsSchema>;

/**
 * The settings of the API.
 *
 * @param json the value of the variable
 * @throws InvalidInputError naming the setting, what was expected and what came
 */
export function readApiSettings(json: string | undefined): ApiSettings {
  const parsed = apiSettingsSchema.safeParse(JSON.parse(json ?? 'null'), REPORT_INPUT);
  if (!parsed.success)
    throw new InvalidInputError(`${API_SETTINGS_VARIABLE}: ${describeIssues(parsed.error)}`);
  return parsed.data;
}
