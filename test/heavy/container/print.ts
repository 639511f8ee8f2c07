/** Prints a line of the report. The functions' logs go to the console. */
export function printLine(line: string): void {
  process.stdout.write(`  ${line}\n`);
}
