import { reconcile } from '../../core/pipeline/reconcile.ts';
import { count } from '../console/figures.ts';
import { progressOn } from '../console/progress.ts';
import { openTarget, TARGET_HELP, TARGET_OPTIONS } from '../target.ts';
import { type Command, parseOptions, UsageError } from '../usage.ts';

export const reconcileCommand: Command = {
  help: `Usage: darkroom reconcile [options]

Compares every file of the inbox, or every version in the source bucket, with the catalog. It sends each one without a
record to the processor. A deployment on AWS or a running npm start processes it at once, otherwise the next npm start
does. Recent uploads are left alone, because their events may still arrive.

Options:
${TARGET_HELP}`,

  async run(args) {
    const { values, positionals } = parseOptions(args, TARGET_OPTIONS);
    if (positionals.length > 0) {
      throw new UsageError(`reconcile: expected no arguments, received ${positionals[0]}`);
    }
    const target = await openTarget(values, console.error);
    const progress = progressOn(process.stderr);
    try {
      progress.show('comparing the source with the catalog');
      const { versions, ingested } = await reconcile(target.ports);
      progress.clear();
      const source = target.isOnAws
        ? `${count(versions, 'version')} in the source bucket`
        : `${count(versions, 'file')} in the inbox`;
      const when = target.hasWorkers ? 'being processed' : 'the next npm start processes them';
      console.log(`${source}, ${ingested} of them without a record`);
      if (ingested > 0) console.log(`${count(ingested, 'task')} sent: ${when}`);
      return 0;
    } finally {
      progress.clear();
      target.close();
    }
  },
};
