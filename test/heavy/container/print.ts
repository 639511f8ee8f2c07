/** A line of the report, beside what the test runner prints; the console is taken by the functions' logs. */
export function printLine(line: string): void {
  process.stdout.write(`  ${line}\n`);
}
