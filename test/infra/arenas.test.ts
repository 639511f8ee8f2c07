import { describe, expect, it } from 'vitest';
import { all, synthesise } from './synthesise.ts';

describe.each(['image', 'zip'])('the memory of the functions, packaged as %s', (packaging) => {
  it('glibc keeps two heaps for those that handle pixels', () => {
    const limited = all(synthesise({ packaging }), 'AWS::Lambda::Function')
      .filter(([, { Properties }]) => {
        const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
        return Variables.MALLOC_ARENA_MAX === '2';
      })
      .map(([id]) => id);
    expect(limited.sort()).toEqual(['ProcessorWorkerFunction', 'RotationWorkerFunction']);
  });
});
