import { join } from 'node:path';
import { installPythonTools } from '../../support/python-tools.ts';

export const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/** Everything that the checks keep. Git ignores it. It may be deleted while no check is running. */
export const CACHE = join(REPOSITORY, '.cache', 'security');

const PYTHON = join(CACHE, 'python');

/** Pinned, so that new rules come only with a change of ours. */
const PACKAGES = ['cfn-lint==1.58.0', 'checkov==3.3.30'];

export const CFN_LINT = join(PYTHON, 'bin', 'cfn-lint');
export const CHECKOV = join(PYTHON, 'bin', 'checkov');

/** @throws CommandError if there is no Python, or if the tools cannot be installed; then nothing was checked */
export async function installTools(): Promise<void> {
  await installPythonTools(PYTHON, PACKAGES, ['cfnlint', 'checkov']);
}
