import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';

/* One of each for the whole function. The worker's name comes from POWERTOOLS_SERVICE_NAME. */

export const logger = new Logger();

/** Does nothing outside Lambda. */
export const tracer = new Tracer({ captureHTTPsRequests: false });

/**
 * The metrics of the whole pipeline. Any worker may end a run and report it, so the dimension `service` is the same for
 * all workers. The namespace distinguishes deployments (POWERTOOLS_METRICS_NAMESPACE).
 */
export const metrics = new Metrics({ serviceName: 'darkroom' });

/**
 * Runs the work in a subsegment of the trace.
 *
 * @param imageId becomes the annotation by which the trace can be found; empty where the work is not about one image
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
