import { Store, useStore } from './store.ts';

/** What a screen reader says next. */
class Announcements extends Store {
  text = '';

  say(text: string): void {
    this.text = text;
    this.changed();
  }
}

const announcements = new Announcements();

/** Says a result to people who do not see it. */
export function announce(text: string): void {
  announcements.say(text);
}

/** The one live region of the page. */
export function Announcer() {
  const { text } = useStore(announcements);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
