/** What the browser's trace has to hold for {@link tasksOf}. */
export const TASK_CATEGORIES = ['toplevel', 'devtools.timeline', '__metadata'];

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Start and wall-clock duration, in microseconds. */
  ts: number;
  dur?: number;
  /** CPU time of the thread, in microseconds. */
  tdur?: number;
  args?: { name?: string; chrome_mojo_event_info?: { mojo_interface_tag?: string } };
}

/**
 * How long the main threads of pages computed in each task, in milliseconds. CPU time: on a busy machine, a task waits
 * for its turn, and that is not its fault. Of a task that carries out a command of the check itself, such as the choice
 * of 1,000 files, only the events that it dispatches to the page count.
 */
export function tasksOf(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const isMain = ({ name, args }: TraceEvent) => name === 'thread_name' && args?.name === 'CrRendererMain';
  const threads = new Set(traceEvents.filter(isMain).map(({ pid, tid }) => `${pid} ${tid}`));
  const spans = traceEvents.filter(({ ph, pid, tid }) => ph === 'X' && threads.has(`${pid} ${tid}`));
  const commands = spans.filter(
    ({ args }) => args?.chrome_mojo_event_info?.mojo_interface_tag === 'blink.mojom.DevToolsSession',
  );
  const tasks = spans.filter(({ name }) => name.endsWith('RunTask'));
  if (tasks.length === 0) throw new Error('expected tasks of the page in the trace of the browser');
  const ownTasks = tasks.filter((task) => !commands.some((command) => holds(task, command)));
  const events = spans.filter(({ name }) => name === 'EventDispatch');
  return [...ownTasks, ...events].map(({ tdur = 0 }) => tdur / 1000);
}

function holds(outer: TraceEvent, inner: TraceEvent): boolean {
  const { ts, dur = 0 } = outer;
  return outer.pid === inner.pid && outer.tid === inner.tid && inner.ts >= ts && inner.ts <= ts + dur;
}
