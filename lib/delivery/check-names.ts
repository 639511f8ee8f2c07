/* What the end-to-end check of a deployment and the role that it works with call things. */

/** Where the check puts its sample; its results are under the same folder of each output. */
export const CHECK_FOLDER = 'end-to-end-check/';

/** The tag by which a pipeline finds the role: its name is made by CloudFormation, in every account another. */
export const CHECK_ROLE_TAG = { key: 'darkroom:role', value: 'check' } as const;
