import * as z from 'zod';
import { openClients } from '../aws/clients.ts';
import { findUserPool } from '../aws/deployment.ts';
import { type Command, parseOptions, UsageError } from '../usage.ts';
import { addUser } from './add-user.ts';

export const usersCommand: Command = {
  help: `Usage: darkroom users add <e-mail> --stack <name> [--administrator]

Invites a user of a deployment on AWS. Cognito sends a password by e-mail, which the user changes at the first login.
A user who exists already is only made an administrator, if you ask for that.

Options:
  --stack <name>    The stack of the deployment, such as Darkroom-dev
  --administrator   The user sees and changes the images of everybody`,

  async run(args) {
    const { values, positionals } = parseOptions(args, {
      stack: { type: 'string' },
      administrator: { type: 'boolean', default: false },
    });
    const [action, email, ...others] = positionals;
    if (action !== 'add' || others.length > 0) {
      throw new UsageError(`users: expected add <e-mail>, received ${JSON.stringify(positionals.join(' '))}`);
    }
    if (!z.email().safeParse(email).success || email === undefined) {
      throw new UsageError(`users add: expected an e-mail address, received ${JSON.stringify(email ?? '')}`);
    }
    if (values.stack === undefined) throw new UsageError('users: expected --stack <name>');
    const clients = await openClients();
    const userPoolId = await findUserPool(clients, values.stack);
    const isNew = await addUser(clients.users, userPoolId, email, values.administrator);
    const what = isNew ? 'is invited by e-mail' : 'is a user already';
    console.log(`${email} ${what}${values.administrator ? ', and an administrator' : ''}`);
    return 0;
  },
};
