import { reconcile } from '../../core/pipeline/reconcile.ts';
import { count } from '../../local/console/figures.ts';
import { DATA_OPTIONS, lookInto } from '../laptop-folder.ts';
import { type Command, parseOptions, UsageError } from '../usage.ts';

export const reconcileCommand: Command = {
  name: 'reconcile',
  summary: 'Compare the source folder with the catalog, and ingest what is missing',
  help: `Usage: darkroom reconcile [options]

Compares every file of the inbox with the catalog. What has no record is put into the queue; a running npm start takes
it up at once, otherwise the next one does. Files that have just been put there are left to npm start.

Options:
${DATA_OPTIONS}`,

  async run(args) {
    const { values, positionals } = parseOptions(args, {
      data: { type: 'string' },
      config: { type: 'string' },
    });
    if (positionals.length > 0) {
      throw new UsageError(`reconcile: expected no arguments, received ${positionals[0]}`);
    }
    const { folder, isRunning } = lookInto({ path: values.config, dataDir: values.data }, console.error);
    try {
      const { versions, ingested } = await reconcile(folder.ports);
      const when = isRunning ? 'it is being processed' : 'the next npm start processes it';
      console.log(`${count(versions, 'file')} in the inbox, ${ingested} of them without a record`);
      if (ingested > 0) console.log(`${count(ingested, 'task')} sent: ${when}`);
      return 0;
    } finally {
      folder.database.close();
    }
  },
};
