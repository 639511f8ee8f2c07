import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** A tag can be moved to other code; the SHA of a commit cannot. The comment names the release for Renovate. */
const PINNED = /^[\w.-]+(\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

function actionsOf(workflow: string): string[] {
  return [...workflow.matchAll(/^\s*(?:- )?uses:\s*(.+)$/gm)].map(([, action = '']) => action.trim());
}

it('the actions of the workflows are pinned to commits', () => {
  const workflows = globSync('.github/workflows/*.{yml,yaml}', { cwd: process.cwd() });
  const actions = workflows.flatMap((file) => actionsOf(readFileSync(file, 'utf8')));
  expect(actions.length).toBeGreaterThan(0);
  expect(actions.filter((action) => !PINNED.test(action))).toEqual([]);
});

it.each([
  'actions/checkout@v5',
  'actions/checkout@main',
  'actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8',
  './.github/actions/setup',
])('an action that is not pinned is found: %s', (action) => {
  const [found = ''] = actionsOf(`    steps:\n      - uses: ${action}\n`);
  expect(found).toBe(action);
  expect(found).not.toMatch(PINNED);
});
