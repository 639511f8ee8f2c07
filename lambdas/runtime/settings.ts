import { type DeployedSettings, readDeployedSettings, SETTINGS_VARIABLE } from '../../core/settings.ts';

/**
 * The settings of this function, from its environment. Beside them, Powertools reads POWERTOOLS_SERVICE_NAME (the
 * worker) and POWERTOOLS_METRICS_NAMESPACE (the deployment, as in `Darkroom/dev`).
 *
 * @throws InvalidInputError naming the setting, what was expected and what came
 */
export function readSettings(): DeployedSettings {
  return readDeployedSettings(process.env[SETTINGS_VARIABLE]);
}
