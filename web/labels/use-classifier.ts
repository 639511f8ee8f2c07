import { useEffect, useRef, useState } from 'react';
import { asProblem } from '../../client/problem.ts';
import type { LabelMode } from '../../client/types.ts';
import { useSession } from '../app/session.ts';
import type { AskedFile } from './classified.ts';
import { classifyFile } from './classify-file.ts';

/** Pictures that are on their way at once. */
const AT_ONCE = 3;

/** Asks about files, a few at once, and keeps the answers in their order. */
export function useClassifier(mode: LabelMode) {
  const session = useSession();
  const [files, setFiles] = useState<readonly AskedFile[]>([]);
  const next = useRef(0);
  const addresses = useRef<string[]>([]);
  useEffect(() => () => addresses.current.forEach(URL.revokeObjectURL), []);

  const put = (changed: AskedFile) =>
    setFiles((now) => now.map((file) => (file.id === changed.id ? changed : file)));
  const askAbout = async (file: File, asked: AskedFile) => {
    try {
      put({ ...asked, answer: await classifyFile(session, file, mode) });
    } catch (error) {
      put({ ...asked, problem: asProblem(error).message });
    }
  };
  const ask = async (added: readonly File[]) => {
    const waiting = added.map((file): [File, AskedFile] => {
      const address = URL.createObjectURL(file);
      addresses.current.push(address);
      next.current += 1;
      return [file, { id: next.current, name: file.name, address }];
    });
    const asked = waiting.map(([, each]) => each);
    setFiles((now) => [...asked, ...now]);
    const lane = async () => {
      for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) await askAbout(...each);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  };
  return { files, ask };
}
