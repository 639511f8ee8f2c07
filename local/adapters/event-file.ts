import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeFileSync } from 'node:fs';

const NEWLINE = 0x0a;

/**
 * Appends a line and waits until it is on the disk.
 *
 * @returns where the line ends, in bytes from the start of the file
 * @throws the system's error; the file may then end in a part of the line
 */
export function appendLine(path: string, line: string): number {
  return withFile(path, 'a', (file) => {
    writeFileSync(file, `${line}\n`);
    fsyncSync(file);
    return fstatSync(file).size;
  });
}

/**
 * Reads the whole lines from that byte on, or all lines where the file is shorter. A last line that a kill left
 * incomplete is cut off.
 *
 * @returns the lines, and where the last of them ends
 * @throws the system's error
 */
export function repairTail(path: string, fromByte: number): { lines: string[]; endByte: number } {
  return withFile(path, 'a+', (file) => {
    const { size } = fstatSync(file);
    const start = fromByte <= size ? fromByte : 0;
    const tail = Buffer.alloc(size - start);
    readSync(file, tail, 0, tail.length, start);
    const whole = tail.subarray(0, tail.lastIndexOf(NEWLINE) + 1);
    if (whole.length < tail.length) ftruncateSync(file, start + whole.length);
    return { lines: whole.toString().split('\n').slice(0, -1), endByte: start + whole.length };
  });
}

function withFile<T>(path: string, flags: string, work: (file: number) => T): T {
  const file = openSync(path, flags);
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}
