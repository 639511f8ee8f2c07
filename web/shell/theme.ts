export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'darkroom.theme';

export function isTheme(value: unknown): value is Theme {
  return THEMES.includes(value as Theme);
}

function rememberedTheme(): Theme {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return isTheme(value) ? value : 'system';
  } catch {
    return 'system';
  }
}

/** Without an attribute, the page follows the system. */
export function applyTheme(theme: Theme = rememberedTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
