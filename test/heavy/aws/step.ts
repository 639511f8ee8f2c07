/** Runs a step of the check, and prints how long it took. */
export async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const begunAtMs = performance.now();
  const result = await work();
  console.log(`${name}: ${secondsSince(begunAtMs)} s`);
  return result;
}

export function secondsSince(ms: number): string {
  return ((performance.now() - ms) / 1000).toFixed(1);
}
