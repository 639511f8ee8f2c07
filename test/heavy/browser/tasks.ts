/** What the browser's trace has to hold for {@link tasksOf}. */
export const TASK_CATEGORIES = ['toplevel', 'devtools.timeline', '__metadata'];

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** CPU time of the thread, in microseconds. */
  tdur?: number;
  args?: { name?: string };
}

/**
 * How long the main threads of pages computed in each task, in milliseconds. CPU time: on a busy machine, a task waits
 * for its turn, and that is not its fault.
 */
export function tasksOf(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const isMain = ({ name, args }: TraceEvent) => name === 'thread_name' && args?.name === 'CrRendererMain';
  const threads = new Set(traceEvents.filter(isMain).map(({ pid, tid }) => `${pid} ${tid}`));
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && threads.has(`${pid} ${tid}`),
  );
  if (tasks.length === 0) throw new Error('expected tasks of the page in the trace of the browser');
  return tasks.map(({ tdur = 0 }) => tdur / 1000);
}
