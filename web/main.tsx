import './styles/index.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { loadConfig } from './app/config.ts';
import { Failure } from './app/failure.tsx';
import { Login } from './app/login.ts';
import { openSession } from './app/session.ts';
import { applyTheme } from './shell/theme.ts';
import { TEXTS } from './texts.ts';

/** The server may be starting. */
const RETRY_MS = 3000;

applyTheme();
const container = document.getElementById('app');
if (container === null) throw new Error('expected an element with the id "app"');
const root = createRoot(container);

async function start(): Promise<void> {
  try {
    const config = await loadConfig();
    const login = config.login === null ? null : await openLogin(config.login);
    if (login === undefined) return;
    root.render(<App session={openSession(config, login)} />);
  } catch {
    root.render(<Failure title={TEXTS.failure.title} hint={TEXTS.failure.hint} />);
    setTimeout(start, RETRY_MS);
  }
}

/** @returns undefined where the page is being left for the login, or says that it failed */
async function openLogin(config: Parameters<typeof Login.open>[0]): Promise<Login | undefined> {
  try {
    return await Login.open(config);
  } catch (error) {
    const { login, loginHint, loginAgain } = TEXTS.failure;
    const reason = error instanceof Error ? error.message : String(error);
    const action = { text: loginAgain, run: () => location.assign('/') };
    root.render(<Failure title={login} hint={`${reason} ${loginHint}`} action={action} />);
    return undefined;
  }
}

void start();
