/** A page that says what went wrong, and what to do. */
export function Failure({
  title,
  hint,
  action,
}: {
  title: string;
  hint: string;
  action?: { text: string; run(): void };
}) {
  return (
    <div className="message" role="alert">
      <h1>{title}</h1>
      <p className="secondary">{hint}</p>
      {action && (
        <button type="button" className="button" data-kind="primary" onClick={action.run}>
          {action.text}
        </button>
      )}
    </div>
  );
}
