/* Names that the end-to-end check of a deployment and its role share. */

/** The folder of the check's samples; their results are in the same folder under each prefix. */
export const CHECK_FOLDER = 'end-to-end-check/';

/** The tag by which a pipeline finds the role. CloudFormation chooses its name, which differs in every account. */
export const CHECK_ROLE_TAG = { key: 'darkroom:role', value: 'check' } as const;
