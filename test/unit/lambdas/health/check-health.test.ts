import { describe, expect, it } from 'vitest';
import { checkHealth } from '../../../../lambdas/health/check-health.ts';

type Asked = Parameters<typeof checkHealth>[0];

/** Ports that all answer, except those named here. */
function ports(...silent: string[]): { asked: Asked; questions: string[] } {
  const questions: string[] = [];
  const answer = async (question: string): Promise<undefined> => {
    questions.push(question);
    if (silent.includes(question)) throw new Error(`no answer from ${question}`);
  };
  const asked = {
    catalog: { get: () => answer('catalog') },
    objects: { head: ({ bucket }: { bucket: string }) => answer(bucket) },
    queue: { backlog: (queue: string) => answer(queue) },
    settings: { sourceBucket: 'in', processedBucket: 'out' },
  };
  return { asked: asked as unknown as Asked, questions };
}

describe('checkHealth', () => {
  it('sends a request to everything that an image needs', async () => {
    const { asked, questions } = ports();
    expect(await checkHealth(asked)).toEqual(new Map());
    expect(questions).toEqual(['catalog', 'in', 'out', 'ingest', 'parts']);
  });

  it('names everything that does not answer, and why', async () => {
    const { asked } = ports('catalog', 'out', 'parts');
    const silent = await checkHealth(asked);
    expect([...silent.keys()].sort()).toEqual(['catalog', 'parts queue', 'processed bucket']);
    expect(silent.get('processed bucket')).toEqual(new Error('no answer from out'));
  });
});
