import { join } from 'node:path';
import { installPythonTools } from '../../support/python-tools.ts';

export const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/** All that the checks keep; git ignores it. It may be deleted whenever no check is running. */
export const CACHE = join(REPOSITORY, '.cache', 'security');

const PYTHON = join(CACHE, 'python');

/** Pinned, so that a new rule comes with a change of ours, not by itself. */
const PACKAGES = ['cfn-lint==1.58.0', 'checkov==3.3.30'];

export const CFN_LINT = join(PYTHON, 'bin', 'cfn-lint');
export const CHECKOV = join(PYTHON, 'bin', 'checkov');

/** @throws CommandError where there is no Python, or the tools can't be had: then nothing was checked */
export async function installTools(): Promise<void> {
  await installPythonTools(PYTHON, PACKAGES, ['cfnlint', 'checkov']);
}
