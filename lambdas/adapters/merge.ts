/** Merges sequences that are sorted into one. All begin at the same time. */
export async function* merged<T>(
  sequences: readonly AsyncGenerator<T>[],
  compare: (a: T, b: T) => number,
): AsyncGenerator<T> {
  const heads = await Promise.all(
    sequences.map(async (sequence) => ({ sequence, head: await sequence.next() })),
  );
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const each of heads) {
      if (each.head.done) continue;
      if (first === undefined || compare(each.head.value, first.head.value) < 0) first = each;
    }
    if (first === undefined) return;
    yield first.head.value;
    first.head = await first.sequence.next();
  }
}

/** The next values of a sequence, fewer at its end. The sequence can be read on. */
export async function take<T>(sequence: AsyncGenerator<T>, count: number): Promise<T[]> {
  const values: T[] = [];
  while (values.length < count) {
    const { value, done } = await sequence.next();
    if (done) break;
    values.push(value);
  }
  return values;
}

/** Does the work for every value, for at most `parallel` of them at the same time. The results are in their order. */
export async function inParallel<T, R>(
  values: readonly T[],
  parallel: number,
  work: (value: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < values.length; start += parallel) {
    results.push(...(await Promise.all(values.slice(start, start + parallel).map(work))));
  }
  return results;
}
