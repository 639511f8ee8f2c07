import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CompletionEvent } from '../../../../core/pipeline/messages/completion.ts';
import { completionWith } from '../../../support/completion-factory.ts';
import { stubAwsEnvironment } from '../../../support/emulators/aws-environment.ts';

/** A line of CloudWatch's embedded metric format, the values beside their description. */
interface EmfLine extends Record<string, unknown> {
  _aws: {
    CloudWatchMetrics: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string; Unit: string }[];
    }[];
  };
}

describe('measuredPublisher', () => {
  beforeEach(() => {
    vi.resetModules();
    stubAwsEnvironment({ POWERTOOLS_SERVICE_NAME: 'parts' });
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  /** The metrics of an event. With POWERTOOLS_DEV, they go to the console. */
  async function reported(event: CompletionEvent, publish = async () => {}): Promise<EmfLine[]> {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const { measuredPublisher } = await import('../../../../lambdas/runtime/measured-publisher.ts');
    await measuredPublisher({ publish }).publish(event);
    return log.mock.calls.map(([line]) => JSON.parse(String(line)));
  }

  it('reports a completion for the pipeline as a whole: state, sizes and time by step', async () => {
    const event = completionWith('measured', {
      recipe: 'vivid',
      timingsMs: { decode: 12.5, total: 99.125 },
      computeMs: 70,
    });
    const [line] = await reported(event);
    expect(line).toMatchObject({
      service: 'darkroom',
      imageId: event.imageId,
      recipe: 'vivid',
      ImagesCompleted: 1,
      ImagesRejected: 0,
      ImagesFailed: 0,
      Parts: 1,
      BytesIn: 4_321_000,
      BytesOut: 10_240,
      DecodeMs: 12.5,
      TotalMs: 99.125,
      ComputeMs: 70,
    });
    const [description] = line?._aws.CloudWatchMetrics ?? [];
    expect(description).toMatchObject({ Namespace: 'Darkroom/test', Dimensions: [['service']] });
    expect(description?.Metrics).toContainEqual({ Name: 'BytesIn', Unit: 'Bytes' });
    expect(description?.Metrics).toContainEqual({ Name: 'TotalMs', Unit: 'Milliseconds' });
  });

  it('reports quality by recipe, and nothing else: each pair of dimensions costs money', async () => {
    const [, line, ...more] = await reported(completionWith('dimensions', { recipe: 'vivid' }));
    expect(more).toEqual([]);
    expect(line?._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'Darkroom/test',
        Dimensions: [['service', 'recipe']],
        Metrics: ['EncodeSsim', 'EncodePsnrDb'].map((Name) => ({ Name, Unit: 'None' })),
      },
    ]);
    expect(line).toMatchObject({
      service: 'darkroom',
      recipe: 'vivid',
      EncodeSsim: 0.987_654_321,
      EncodePsnrDb: 41.25,
    });
  });

  it('reports a rejection that never had a recipe', async () => {
    const event = completionWith('bad', { type: 'image.rejected', recipe: null, quality: null, outputs: [] });
    const [line, ...more] = await reported(event);
    expect(more).toEqual([]);
    expect(line?._aws.CloudWatchMetrics[0]?.Dimensions).toEqual([['service']]);
    expect(line).toMatchObject({ ImagesCompleted: 0, ImagesRejected: 1, Parts: 0 });
  });

  it('reports no quality of a picture too small to be compared', async () => {
    const nothing = { ssim: null, psnrDb: null, identical: false };
    const quality = { encode: { ...nothing, ssimulacra2: null }, detail: null, enhance: nothing };
    const [, ...more] = await reported(completionWith('tiny', { quality }));
    expect(more).toEqual([]);
  });

  it('reports nothing of an event that was not published', async () => {
    const refuse = () => Promise.reject(new Error('no topic'));
    await expect(reported(completionWith('unpublished'), refuse)).rejects.toThrow('no topic');
    expect(console.log).not.toHaveBeenCalled();
  });
});
