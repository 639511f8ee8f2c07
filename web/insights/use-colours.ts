import { useEffect, useState } from 'react';

/** The tokens of the series, in order; beyond the last, they begin again. */
const SERIES = [1, 2, 3, 4, 5, 6].map((number) => `--series-${number}`);

export function colourToken(index: number): string {
  return SERIES[index % SERIES.length] ?? '--text';
}

/** What a canvas needs: the colours of the present theme as values. */
export interface Colours {
  of(token: string): string;
}

/** Given anew when the theme changes. */
export function useColours(): Colours {
  const [colours, setColours] = useState(readColours);
  useEffect(() => {
    const change = () => setColours(readColours());
    const system = matchMedia('(prefers-color-scheme: dark)');
    const observer = new MutationObserver(change);
    system.addEventListener('change', change);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      system.removeEventListener('change', change);
      observer.disconnect();
    };
  }, []);
  return colours;
}

/** A custom property holds its text: only as a colour of an element does it get a value. */
function readColours(): Colours {
  return {
    of(token) {
      const probe = document.createElement('span');
      probe.style.color = `var(${token})`;
      document.body.append(probe);
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    },
  };
}
