import { Keyboard, LogOut, Scale, Settings2 } from 'lucide-react';
import { Link } from 'wouter';
import { useSession } from '../app/session.ts';
import { TEXTS } from '../texts.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { useRemembered } from '../ui/remembered.ts';
import { applyTheme, isTheme, THEMES, type Theme } from './theme.ts';

/** Theme, keys and sign-out. */
export function SettingsMenu({ onShowKeys }: { onShowKeys(): void }) {
  const { login } = useSession();
  const [theme, setTheme] = useRemembered<Theme>('theme', 'system', isTheme);
  const choose = (next: Theme) => {
    setTheme(next);
    applyTheme(next);
  };
  return (
    <>
      <IconButton icon={Settings2} name={TEXTS.settings} sizePx={20} isQuiet popoverTarget="settings" />
      <div id="settings" popover="auto" className="menu floating">
        {(['gallery', 'insights', 'labels', 'trash'] as const).map((name) => (
          <Link
            key={name}
            href={name === 'gallery' ? '/' : `/${name}`}
            className="button narrow"
            data-kind="quiet"
          >
            {TEXTS.nav[name]}
          </Link>
        ))}
        <label className="field">
          <span>{TEXTS.theme.label}</span>
          <select
            className="input"
            value={theme}
            onChange={({ target }) => isTheme(target.value) && choose(target.value)}
          >
            {THEMES.map((each) => (
              <option key={each} value={each}>
                {TEXTS.theme[each]}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          className="button"
          data-kind="quiet"
          popoverTarget="settings"
          popoverTargetAction="hide"
          onClick={onShowKeys}
        >
          <Keyboard size={16} aria-hidden />
          {TEXTS.keys.open}
        </button>
        <a href="/licenses.txt" className="button" data-kind="quiet">
          <Scale size={16} aria-hidden />
          {TEXTS.licenses}
        </a>
        {login && (
          <button type="button" className="button" data-kind="quiet" onClick={() => login.signOut()}>
            <LogOut size={16} aria-hidden />
            {TEXTS.signOut}
          </button>
        )}
      </div>
    </>
  );
}
