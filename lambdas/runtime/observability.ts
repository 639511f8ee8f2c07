import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';

/* One of each for the whole function; the stage's name comes from POWERTOOLS_SERVICE_NAME. */

export const logger = new Logger();

/** Outside Lambda it does nothing. */
export const tracer = new Tracer({ captureHTTPsRequests: false });

/**
 * The measures of the pipeline as a whole: whichever stage meets the end of a run reports it, so the dimension
 * `service` is the same for all. The namespace tells deployments apart (POWERTOOLS_METRICS_NAMESPACE).
 */
export const metrics = new Metrics({ serviceName: 'darkroom' });

/**
 * Runs the work in a subsegment of the trace, which can be found by the annotation `imageId`; empty where the work is
 * about no one image.
 */
export async function traced<T>(name: string, imageId: string, work: () => Promise<T>): Promise<T> {
  if (!tracer.isTracingEnabled()) return work();
  return tracer.provider.captureAsyncFunc(name, async (subsegment) => {
    try {
      if (imageId !== '') subsegment?.addAnnotation('imageId', imageId);
      return await work();
    } catch (error) {
      if (error instanceof Error) subsegment?.addError(error);
      throw error;
    } finally {
      subsegment?.close();
    }
  }) as Promise<T>;
}
