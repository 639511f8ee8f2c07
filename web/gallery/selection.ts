/** The selected images, and where a range begins. */
export interface Selection {
  ids: ReadonlySet<string>;
  anchor: string | undefined;
}

export const NOTHING: Selection = { ids: new Set(), anchor: undefined };

/** Selects an image, or no longer. The next range begins here. */
export function toggled({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id };
}

/** Adds everything from the anchor to this image, in the order of the list. */
export function extended({ ids, anchor }: Selection, id: string, order: readonly string[]): Selection {
  const [from, to] = [order.indexOf(anchor ?? id), order.indexOf(id)].toSorted((a, b) => a - b);
  if (from === undefined || to === undefined || from < 0) return toggled({ ids, anchor }, id);
  return { ids: new Set([...ids, ...order.slice(from, to + 1)]), anchor: anchor ?? id };
}

/** Drops what is no longer in the list. */
export function within(selection: Selection, order: readonly string[]): Selection {
  const { ids, anchor } = selection;
  if (ids.size === 0) return selection;
  const there = new Set(order);
  return { ids: new Set([...ids].filter((id) => there.has(id))), anchor };
}
